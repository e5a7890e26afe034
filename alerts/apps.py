from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class AlertsConfig(AppConfig):
    name = "alerts"
    label = "alerts"
    verbose_name = _("Early warnings")

    def ready(self) -> None:
        from alerts import kinds, nightly, panels  # noqa: F401
        from alerts.brief import open_warnings, why_now
        from alerts.churn import nightly as churn  # noqa: F401
        from alerts.defaults import ensure_rules
        from alerts.extra_visits import SOURCE
        from alerts.kinds import contact, credit, expenses, later, sales
        from alerts.tasks import DEADLINES, ensure_deadlines
        from alerts.telling import kinds as telling
        from alerts.telling import leave
        from crm.base import navigation, periodic
        from visits import extra, today
        from visits.brief import Source, register

        panels.register()
        telling.register()
        leave.register()
        periodic.allow(DEADLINES, _("Deadlines of warnings"))
        post_migrate.connect(ensure_deadlines, sender=self, dispatch_uid="alerts.ensure_deadlines")
        navigation.register(navigation.NavItem("alerts:list", _("Warnings"), "bell", 24, visible=lambda _user: True))
        for module in (credit, sales, contact, expenses, later):
            for kind in module.KINDS:
                # An app below that is ready before may have given a sleeping kind its figures.
                if kinds.get(kind.code) is None:
                    kinds.register(kind)

        today.register("warnings", why_now)
        register(Source("warnings", _("Warnings"), 15, open_warnings))
        extra.register(SOURCE)
        post_migrate.connect(ensure_rules, sender=self, dispatch_uid="alerts.ensure_rules")
