"""How long a dealer's stock lasts: docs/practice.md section 8."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Sum

from crm.base.periods import Period, add_months, month_start
from sales.choices import SalesKind
from sales.models import SalesRecord, StockCount

NOTHING = Decimal(0)
# What leaves the dealer's own stock: to the next level, and to consumers.
SOLD_ON = (SalesKind.SELL_THROUGH, SalesKind.SELL_OUT)


def cover_days(stock: Decimal, sold: Decimal, days: int) -> Decimal | None:
    """Days that `stock` lasts at the pace of `sold` in `days` days; `None` when nothing was sold."""
    return stock * days / sold if sold > 0 and days > 0 else None


def pace_window(on: dt.date) -> Period:
    """The three last closed months: 89 to 92 days, and right for figures that come by month."""
    month = month_start(on)
    return Period(add_months(month, -3), month)


@dataclass(frozen=True, slots=True)
class Outflow:
    """What the pace is taken from: `kinds` names it, `by_product` holds the quantities (None: told without product)."""

    kinds: tuple[SalesKind, ...]
    by_product: Mapping[int | None, Decimal]

    @property
    def total(self) -> Decimal:
        return sum(self.by_product.values(), NOTHING)

    @property
    def is_sell_in(self) -> bool:
        """The dealer does not tell what it sold on, so that what it bought stands in for it."""
        return self.kinds == (SalesKind.SELL_IN,)

    @property
    def basis(self) -> str:
        """`SELL_IN`, `SELL_THROUGH`, `SELL_OUT` or `SOLD_ON` for both of these."""
        return self.kinds[0] if len(self.kinds) == 1 else "SOLD_ON"


def outflow(sums: Mapping[tuple[int | None, str], Decimal]) -> Outflow:
    """Choose what the pace is taken from, out of quantities by product and kind of sale.

    What the dealer sold on, through and out together, as both leave its stock; sell-in when it reports none of it.
    """
    totals = {
        kind: sum((value for (_product, each), value in sums.items() if each == kind), NOTHING) for kind in SOLD_ON
    }
    if sum(totals.values(), NOTHING) > 0:
        kinds = tuple(kind for kind in SOLD_ON if totals[kind])
    else:
        kinds = (SalesKind.SELL_IN,)
    found: dict[int | None, Decimal] = {}
    for (product, kind), quantity in sums.items():
        if kind in kinds:
            found[product] = found.get(product, NOTHING) + quantity
    return Outflow(kinds, found)


@dataclass(frozen=True, slots=True)
class StockLine:
    """A product at the dealer's: quantity, of it older than 90 days (None: not told), outflow in the window."""

    product_id: int
    name: str
    unit: str
    quantity: Decimal
    aged: Decimal | None
    sold: Decimal
    days: int

    @property
    def cover(self) -> Decimal | None:
        return cover_days(self.quantity, self.sold, self.days)


@dataclass(frozen=True, slots=True)
class Stock:
    """The last count, `on` its day, or `None` without any; `outflow` of `window` is what the pace was taken from."""

    on: dt.date | None
    window: Period
    outflow: Outflow
    lines: list[StockLine]

    @property
    def quantity(self) -> Decimal:
        return sum((line.quantity for line in self.lines), NOTHING)

    @property
    def sold(self) -> Decimal:
        """All products, also those that ran out and those told without a product."""
        return self.outflow.total

    @property
    def aged_share(self) -> Decimal | None:
        """Older than 90 days, of the products whose age is told; `None` when none is."""
        told = [line for line in self.lines if line.aged is not None]
        total = sum((line.quantity for line in told), NOTHING)
        return sum((line.aged or NOTHING for line in told), NOTHING) / total if total > 0 else None

    @property
    def cover(self) -> Decimal | None:
        """Of all products together; `None` when nothing was sold."""
        return cover_days(self.quantity, self.sold, (self.window.end - self.window.start).days)


def stock_of(dealer_id: int, on: dt.date) -> Stock:
    """The dealer's last count up to the day `on` with the outflow of its products; three queries."""
    window = pace_window(on)
    days = (window.end - window.start).days
    counts = StockCount.objects.filter(dealer_id=dealer_id, on__lte=on)
    last = counts.order_by("-on").values_list("on", flat=True).first()
    if last is None:
        return Stock(None, window, outflow({}), [])
    flow = outflow(
        {
            (product, kind): quantity
            for product, kind, quantity in SalesRecord.objects.filter(dealer_id=dealer_id)
            .between(window.start, window.end)
            .values_list("product", "kind")
            .annotate(Sum("quantity"))
            .order_by()
        }
    )
    rows = counts.filter(on=last).select_related("product__unit").order_by("product__name", "pk")
    return Stock(
        last,
        window,
        flow,
        [
            StockLine(
                product_id=row.product_id,
                name=str(row.product),
                unit=row.product.unit.name if row.product.unit else "",
                quantity=row.quantity,
                aged=row.aged_quantity,
                sold=flow.by_product.get(row.product_id, NOTHING),
                days=days,
            )
            for row in rows
        ],
    )
