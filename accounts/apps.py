from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class AccountsConfig(AppConfig):
    name = "accounts"
    label = "accounts"
    verbose_name = _("People and territories")

    def ready(self) -> None:
        from accounts import nightly  # noqa: F401
        from accounts.append_only import refuse_truncation
        from accounts.notices import nightly as notices  # noqa: F401
        from accounts.notices import webhooks
        from accounts.notices.tasks import SWEEP, ensure_sweep
        from accounts.notices.views_webhooks import administers
        from accounts.rights import Right
        from accounts.scope import scope_of
        from crm.base import periodic
        from crm.base.navigation import NavItem, Section, keep_with, register

        keep_with(lambda user: scope_of(user).kept)

        # Once a `migrate`, after every app's tables are there.
        post_migrate.connect(refuse_truncation, sender=self)

        webhooks.register()
        periodic.allow(SWEEP, _("Sending notices"))
        post_migrate.connect(ensure_sweep, sender=self, dispatch_uid="accounts.ensure_sweep")

        def may(right: Right):
            return lambda user: scope_of(user).may(right)

        register(NavItem("accounts:territories", _("Territories"), "map", 60))
        register(
            NavItem(
                "accounts:users", _("Users"), "users", 10,
                visible=may(Right.MANAGE_TERRITORIES), section=Section.ADMINISTRATION,
            )
        )  # fmt: skip
        register(
            NavItem(
                "audit:list", pgettext_lazy("audit", "Changes"), "history", 30,
                visible=may(Right.VIEW_AUDIT), section=Section.ADMINISTRATION,
            )
        )  # fmt: skip
        register(
            NavItem("notices:webhooks", _("Webhooks"), "world", 40, visible=administers, section=Section.ADMINISTRATION)
        )
