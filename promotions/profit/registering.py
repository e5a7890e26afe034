"""What profitability adds to nights, menus and dealer pages."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.rights import Right
from accounts.scope import scope_of


def register() -> None:
    from crm.base import navigation
    from dealers import panels
    from promotions.profit import nightly  # noqa: F401

    navigation.register(navigation.NavItem("promotions:profit", _("Profitability"), "scale", 29, visible=_may_see))
    panels.register(
        panels.Panel("profit", "promotions:profit_panel", _("Profitability"), order=16, rows=4, right=Right.VIEW_PROFIT)
    )


def _may_see(user: Any) -> bool:
    return scope_of(user).may(Right.VIEW_PROFIT)
