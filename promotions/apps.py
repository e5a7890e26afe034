from importlib import import_module
from importlib.util import find_spec

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PromotionsConfig(AppConfig):
    name = "promotions"
    label = "promotions"
    verbose_name = _("Promotions")

    def ready(self) -> None:
        from crm.base import navigation

        navigation.register(navigation.NavItem("promotions:list", _("Promotions"), "gift", 26))
        # Each part of the app registers what it adds to pages, briefs and nights.
        for part in ("promotions.registering", "promotions.rebates.registering", "promotions.support.registering"):
            if _is_there(part):
                import_module(part).register()


def _is_there(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:
        return False
