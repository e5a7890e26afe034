"""What rebates add to nights, menus and dealer pages."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _


def register() -> None:
    from crm.base import navigation
    from dealers import panels
    from promotions.rebates import export, nightly  # noqa: F401

    export.register()

    navigation.register(navigation.NavItem("promotions:rebates", _("Rebates"), "report-money", 27))
    panels.register(panels.Panel("rebates", "promotions:rebate_panel", _("Rebates"), order=14, rows=4))
