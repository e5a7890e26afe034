"""What a promotion costs and brings: docs/algorithms/promotions.md. Pure: amounts in one currency, shares of 0 to 1.

The five figures that the trade asks for are cost, budget, expected effect, material discount and gross margin; the return
is in the ratio form, incremental gross profit / spend, with break-even at 1.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

NOTHING, ONE = Decimal(0), Decimal(1)


@dataclass(frozen=True, slots=True)
class Inputs:
    """`baseline`: sales of the period without the promotion. `uplift`: what is expected in addition. `fixed`: the budget
    lines. `discount`: share of the price that is taken off everything sold, also what would have been sold anyhow; it is
    paid in addition to the lines. `margin`: the company's gross margin of the goods."""

    baseline: Decimal
    uplift: Decimal
    fixed: Decimal
    margin: Decimal
    discount: Decimal = NOTHING


@dataclass(frozen=True, slots=True)
class Outlook:
    """What the inputs lead to."""

    inputs: Inputs

    @property
    def sales(self) -> Decimal:
        """Expected in the period, at prices before the discount."""
        return self.inputs.baseline + self.inputs.uplift

    @property
    def discount_cost(self) -> Decimal:
        return self.inputs.discount * self.sales

    @property
    def cost(self) -> Decimal:
        """Budget lines and material discount."""
        return self.inputs.fixed + self.discount_cost

    @property
    def gross_profit(self) -> Decimal:
        """Gross margin of what is sold in addition, before the cost of the promotion."""
        return self.inputs.margin * self.inputs.uplift

    @property
    def net_effect(self) -> Decimal:
        return self.gross_profit - self.cost

    @property
    def roi(self) -> Decimal | None:
        """Gross profit / cost; None where nothing is spent."""
        return self.gross_profit / self.cost if self.cost > 0 else None

    @property
    def uplift_share(self) -> Decimal | None:
        """None without usual sales to compare with."""
        return self.inputs.uplift / self.inputs.baseline if self.inputs.baseline > 0 else None

    @property
    def break_even(self) -> Decimal | None:
        """Sales in addition at which the return is 1; None where the discount takes the whole margin.

        margin x u = fixed + discount x (baseline + u)
        """
        keep = self.inputs.margin - self.inputs.discount
        return (self.inputs.fixed + self.inputs.discount * self.inputs.baseline) / keep if keep > 0 else None

    @property
    def break_even_share(self) -> Decimal | None:
        break_even = self.break_even
        return None if break_even is None or self.inputs.baseline <= 0 else break_even / self.inputs.baseline

    @property
    def expense_ratio(self) -> Decimal | None:
        """Cost / sales of the period."""
        return self.cost / self.sales if self.sales > 0 else None


@dataclass(frozen=True, slots=True)
class DealerOutlook:
    """What the dealer gains: its margin of what it sells in addition, less what it provides itself."""

    uplift: Decimal
    margin: Decimal
    provides: Decimal
    receives: Decimal

    @property
    def gross_profit(self) -> Decimal:
        return self.uplift * self.margin

    @property
    def gain(self) -> Decimal:
        return self.gross_profit - self.provides

    @property
    def roi(self) -> Decimal | None:
        """None for a dealer that provides nothing."""
        return self.gross_profit / self.provides if self.provides > 0 else None


def gift_discount(*, buy: Decimal, price: Decimal, gift_cost: Decimal) -> Decimal:
    """Buy `buy` units, get a gift: its cost as a share of the price."""
    return gift_cost / (buy * price)


def cashback_discount(*, cash: Decimal, price: Decimal) -> Decimal:
    """So much back for every unit, as a share of the price."""
    return cash / price


def net_price(price: Decimal, *discounts: Decimal) -> Decimal:
    """What a consumer pays in the end: direct stores reach the franchisees' price in one of three ways (F-15)."""
    for discount in discounts:
        price *= ONE - discount
    return price


@dataclass(frozen=True, slots=True)
class Past:
    """An earlier promotion of the same mechanics, as it was estimated and as it came out."""

    estimate: Decimal
    net: Decimal
    roi: Decimal | None


@dataclass(frozen=True, slots=True)
class TrackRecord:
    """`count` earlier promotions. `roi`: the middle one; `bias`: what came of what had been expected, 1 is exact. Both None
    where nothing can be said."""

    count: int
    roi: Decimal | None
    bias: Decimal | None
    below: int


def track_record(past: Iterable[Past]) -> TrackRecord:
    """What earlier promotions brought, and how well they had been estimated."""
    rows = list(past)
    rois = sorted(row.roi for row in rows if row.roi is not None)
    expected = sum((row.estimate for row in rows), NOTHING)
    return TrackRecord(
        count=len(rows),
        roi=_middle(rois),
        bias=sum((row.net for row in rows), NOTHING) / expected if expected > 0 else None,
        below=sum(1 for roi in rois if roi < 1),
    )


def _middle(values: list[Decimal]) -> Decimal | None:
    if not values:
        return None
    half, odd = divmod(len(values), 2)
    return values[half] if odd else (values[half - 1] + values[half]) / 2
