"""What the sales app adds to the dealer page: its panels, registered when the apps are ready."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from accounts.rights import Right
from dealers.panels import Panel, register


def register_panels() -> None:
    register(Panel("sales", "sales:history", _("Sales"), order=10, rows=8))
    register(Panel("targets", "sales:targets", _("Targets"), order=15, rows=3))
    register(Panel("sales_groups", "sales:groups", _("Sales by product group"), order=20, rows=5))
    register(
        Panel(
            "receivables", "sales:receivables", _("Receivables and credit"), order=30, rows=5, right=Right.VIEW_CREDIT
        )
    )
    register(Panel("stock", "sales:stock", _("Stock"), order=40, rows=5))
    register(Panel("income", "sales:income_panel", _("Income with us"), order=18, rows=2))
    register(Panel("card_credit", "sales:credit_cell", _("Credit"), order=10, place="card", right=Right.VIEW_CREDIT))
    register(Panel("file_credit_used", "sales:credit_used", _("Used"), order=11, place="card", right=Right.VIEW_CREDIT))
    register(Panel("card_stock", "sales:stock_cell", _("Stock"), order=20, place="card"))
