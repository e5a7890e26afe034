"""The brand portfolio of a dealer on one day: what share of its sales and of its money each brand has. Pure.

fund occupancy of a brand = its share of the dealer's working capital
push index                = fund share / sales share; above 1 the dealer puts more money behind the brand than it sells
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

WHOLE = Decimal(1)


@dataclass(frozen=True, slots=True)
class Share:
    """Shares are 0 to 1; None: not known."""

    brand: str
    ours: bool
    sales_share: Decimal | None
    fund_share: Decimal | None


@dataclass(frozen=True, slots=True)
class Totals:
    """Of one day. `ours_*` adds our brands up; None when none of ours has the figure."""

    sales: Decimal
    funds: Decimal
    ours_sales: Decimal | None
    ours_funds: Decimal | None

    @property
    def push_index(self) -> Decimal | None:
        """Of our brands together; None without both shares."""
        return push_index(sales_share=self.ours_sales, fund_share=self.ours_funds)


def push_index(*, sales_share: Decimal | None, fund_share: Decimal | None) -> Decimal | None:
    """None without both shares, or when nothing is sold."""
    if not sales_share or fund_share is None:
        return None
    return fund_share / sales_share


def totals(shares: Iterable[Share]) -> Totals:
    rows: Sequence[Share] = list(shares)
    ours = [row for row in rows if row.ours]
    return Totals(
        sales=_sum(row.sales_share for row in rows) or Decimal(0),
        funds=_sum(row.fund_share for row in rows) or Decimal(0),
        ours_sales=_sum(row.sales_share for row in ours),
        ours_funds=_sum(row.fund_share for row in ours),
    )


def _sum(values: Iterable[Decimal | None]) -> Decimal | None:
    known = [value for value in values if value is not None]
    return sum(known, Decimal(0)) if known else None
