from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class VisitsConfig(AppConfig):
    name = "visits"
    label = "visits"
    verbose_name = _("Visits")

    def ready(self) -> None:
        from accounts.rights import Right
        from accounts.scope import scope_of
        from crm.base.navigation import NavItem, register
        from visits import briefing, nightly  # noqa: F401

        briefing.register_sources()
        register(
            NavItem(
                "phone:shell", _("Today's visits"), "device-mobile", 25,
                visible=lambda user: scope_of(user).may(Right.LOG_VISITS),
            )
        )  # fmt: skip
