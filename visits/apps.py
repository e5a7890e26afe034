from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class VisitsConfig(AppConfig):
    name = "visits"
    label = "visits"
    verbose_name = _("Visits")

    def ready(self) -> None:
        from accounts import passing_on
        from accounts.rights import Right
        from accounts.scope import scope_of
        from crm.base.navigation import NavItem, register
        from visits import asked_by_people, briefing, export, extra, moving, new_dealers, nightly, panels, promise_night  # noqa: F401

        briefing.register_sources()
        export.register_history()
        for source in (new_dealers.SOURCE, *asked_by_people.SOURCES.values()):
            extra.register(source)
        passing_on.register(moving.FOLLOWER)
        panels.register()
        register(
            NavItem(
                "visits:plan", _("Visits"), "calendar-event", 22,
                visible=lambda user: scope_of(user).may(Right.LOG_VISITS) or scope_of(user).may(Right.VIEW_TEAM),
            )
        )  # fmt: skip
        register(
            NavItem(
                "phone:shell", _("Today's visits"), "device-mobile", 25,
                visible=lambda user: scope_of(user).may(Right.LOG_VISITS),
            )
        )  # fmt: skip
