"""What losing a dealer would cost: docs/practice.md section 19."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from alerts.models import LossTerms

_CENT = Decimal("0.01")


def cost_of_losing(sales_12m: Decimal, terms: LossTerms) -> Decimal:
    """A year's gross profit, and what winning another one costs: `multiple` (5 to 8) times a year's cost of keeping this
    one. All are shares of its sales of twelve months. In the company's currency; the night does the same in SQL."""
    return (sales_12m * (terms.gross_margin + terms.keeping_share * terms.multiple)).quantize(_CENT)


@dataclass(frozen=True, slots=True)
class LossCost:
    """What losing a dealer costs, in the company's currency: `profit` of a year and `winning` another one, at `multiple`
    times a year's cost of keeping it; with 5 times and with 8 times together `low` and `high`."""

    profit: Decimal
    winning: Decimal
    multiple: Decimal
    low: Decimal
    high: Decimal


def parts_of_loss(cost: Decimal, terms: LossTerms) -> LossCost | None:
    """The cost that a case keeps, taken apart by the shares of today; None where they leave nothing."""
    share = terms.gross_margin + terms.keeping_share * terms.multiple
    if not share:
        return None
    sales = cost / share
    profit = (sales * terms.gross_margin).quantize(_CENT)
    low, high = ((sales * (terms.gross_margin + terms.keeping_share * times)).quantize(_CENT) for times in (5, 8))
    return LossCost(profit, cost - profit, terms.multiple, low, high)
