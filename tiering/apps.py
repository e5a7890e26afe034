from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TieringConfig(AppConfig):
    name = "tiering"
    label = "tiering"
    verbose_name = _("Tiers")

    def ready(self) -> None:
        from crm.base.navigation import NavItem, register
        from dealers import panels
        from tiering import nightly  # noqa: F401

        register(NavItem("tiering:runs", _("Tiers"), "stairs-up", 30))
        panels.register(panels.Panel("reason", "tiering:reason", _("Why this tier"), order=1, place="reason", rows=2))
        panels.register(panels.Panel("tier", "tiering:panel", _("Tier, scores and history"), order=12, rows=6))
        panels.register(panels.Panel("quadrant", "tiering:quadrant", _("Loyalty and strength"), order=13, rows=4))
