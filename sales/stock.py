"""How long a dealer's stock lasts: docs/practice.md section 8."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Sum

from crm.base.periods import Period, add_months, month_start
from sales.choices import SalesKind
from sales.models import SalesRecord, StockCount

NOTHING = Decimal(0)


def cover_days(stock: Decimal, sold: Decimal, days: int) -> Decimal | None:
    """Days that `stock` lasts at the pace of `sold` in `days` days; `None` when nothing was sold."""
    return stock * days / sold if sold > 0 and days > 0 else None


def sell_out_window(on: dt.date) -> Period:
    """The three last closed months: 89 to 92 days, and right for figures that come by month."""
    month = month_start(on)
    return Period(add_months(month, -3), month)


@dataclass(frozen=True, slots=True)
class StockLine:
    """A product at the dealer's: quantity, of it older than 90 days (None: not told), sold in the window."""

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
    """The last count, `on` its day, or `None` without any; `window` is what the pace was taken from."""

    on: dt.date | None
    window: Period
    lines: list[StockLine]

    @property
    def quantity(self) -> Decimal:
        return sum((line.quantity for line in self.lines), NOTHING)

    @property
    def sold(self) -> Decimal:
        return sum((line.sold for line in self.lines), NOTHING)

    @property
    def aged_share(self) -> Decimal | None:
        """Older than 90 days, of the products whose age is told; `None` when none is."""
        told = [line for line in self.lines if line.aged is not None]
        total = sum((line.quantity for line in told), NOTHING)
        return sum((line.aged or NOTHING for line in told), NOTHING) / total if total > 0 else None

    @property
    def cover(self) -> Decimal | None:
        """Of all products together; `None` when nothing was sold on."""
        return cover_days(self.quantity, self.sold, (self.window.end - self.window.start).days)


def stock_of(dealer_id: int, on: dt.date) -> Stock:
    """The dealer's last count up to the day `on` with the sell-out of its products; three queries."""
    window = sell_out_window(on)
    days = (window.end - window.start).days
    counts = StockCount.objects.filter(dealer_id=dealer_id, on__lte=on)
    last = counts.order_by("-on").values_list("on", flat=True).first()
    if last is None:
        return Stock(None, window, [])
    sold = dict(
        SalesRecord.objects.filter(dealer_id=dealer_id, kind=SalesKind.SELL_OUT)
        .between(window.start, window.end)
        .values_list("product")
        .annotate(Sum("quantity"))
        .order_by()
    )
    rows = counts.filter(on=last).select_related("product__unit").order_by("product__name", "pk")
    return Stock(
        last,
        window,
        [
            StockLine(
                product_id=row.product_id,
                name=str(row.product),
                unit=row.product.unit.name if row.product.unit else "",
                quantity=row.quantity,
                aged=row.aged_quantity,
                sold=sold.get(row.product_id, NOTHING),
                days=days,
            )
            for row in rows
        ],
    )
