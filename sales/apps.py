from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SalesConfig(AppConfig):
    name = "sales"
    label = "sales"
    verbose_name = _("Sales")

    def ready(self) -> None:
        from sales import importers, nightly  # noqa: F401
        from sales.columns import register_columns
        from sales.panels import register_panels

        register_panels()
        register_columns()
