from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class BaseConfig(AppConfig):
    name = "crm.base"
    label = "base"
    verbose_name = _("Company and jobs")

    def ready(self) -> None:
        from crm.base.schedule import ensure_schedule

        post_migrate.connect(ensure_schedule, sender=self, dispatch_uid="base.ensure_schedule")
