from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PromotionsConfig(AppConfig):
    name = "promotions"
    label = "promotions"
    verbose_name = _("Promotions")

    def ready(self) -> None:
        from crm.base import navigation
        from promotions import registering
        from promotions.profit import registering as of_profit
        from promotions.rebates import registering as of_rebates
        from promotions.returns import registering as of_returns
        from promotions.support import registering as of_support

        navigation.register(navigation.NavItem("promotions:list", _("Promotions"), "gift", 26))
        # Each part of the app registers what it adds to pages, briefs and nights.
        for part in (registering, of_rebates, of_support, of_profit, of_returns):
            part.register()
