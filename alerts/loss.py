"""What losing a dealer would cost: docs/practice.md section 19."""

from __future__ import annotations

from decimal import Decimal

from alerts.models import LossTerms

_CENT = Decimal("0.01")


def cost_of_losing(sales_12m: Decimal, terms: LossTerms) -> Decimal:
    """A year's gross profit, and what winning another one costs: `multiple` (5 to 8) times a year's cost of keeping this
    one. All are shares of its sales of twelve months. In the company's currency; the night does the same in SQL."""
    return (sales_12m * (terms.gross_margin + terms.keeping_share * terms.multiple)).quantize(_CENT)
