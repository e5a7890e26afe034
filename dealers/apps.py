from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DealersConfig(AppConfig):
    name = "dealers"
    label = "dealers"
    verbose_name = _("Dealers")

    def ready(self) -> None:
        from dealers import nightly  # noqa: F401
        from dealers.story import register_sources

        register_sources()
