from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TieringConfig(AppConfig):
    name = "tiering"
    label = "tiering"
    verbose_name = _("Tiers")

    def ready(self) -> None:
        from tiering import nightly  # noqa: F401
