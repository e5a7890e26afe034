"""What a dealer should order, product by product, and what an order does to its stock: docs/practice.md section 8.

norm            = pace a day of the three last closed months x days that the stock should last
suggested order = norm - stock, from 0 up, in whole units
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from sales.models import Product
from sales.stock import NOTHING, Stock, StockLine, cover_days, stock_of

# Durable goods: days that the stock lasts after a sound order, and the most that it may.
USUAL_DAYS, MOST_DAYS = 40, 60


@dataclass(frozen=True, slots=True)
class OrderLine:
    """`ordered` is None where nothing was asked for; `days` is how long the stock should last."""

    line: StockLine
    days: int
    ordered: Decimal | None = None

    @property
    def suggested(self) -> Decimal:
        pace = self.line.sold / self.line.days if self.line.days else NOTHING
        return max(pace * self.days - self.line.quantity, NOTHING).to_integral_value(ROUND_CEILING)

    @property
    def cover_after(self) -> Decimal | None:
        """Days that the stock lasts with the order; None when nothing was sold."""
        return cover_days(self.line.quantity + (self.ordered or NOTHING), self.line.sold, self.line.days)

    @property
    def is_unsold(self) -> bool:
        """It is ordered though nothing of it was sold on in three months."""
        return bool(self.ordered) and self.line.sold <= 0

    def is_too_much(self, most: int = MOST_DAYS) -> bool:
        """With the order the stock lasts longer than `most` days."""
        after = self.cover_after
        return bool(self.ordered) and after is not None and after > most


@dataclass(frozen=True, slots=True)
class Check:
    """An order against the stock; `lines` begin with what is most wanted."""

    stock: Stock
    lines: list[OrderLine]

    @property
    def too_much(self) -> int:
        return sum(line.is_unsold or line.is_too_much() for line in self.lines)


def check(dealer_id: int, on: dt.date, *, days: int, ordered: Mapping[int, Decimal]) -> Check | None:
    """The order `ordered` (quantities by product), or none, against the last count; None without a count. What sells and
    was not counted counts as sold out. Four queries."""
    stock = stock_of(dealer_id, on)
    if stock.on is None:
        return None
    counted = {line.product_id for line in stock.lines}
    others = [pk for pk, sold in stock.outflow.by_product.items() if pk is not None and sold > 0 and pk not in counted]
    window = (stock.window.end - stock.window.start).days
    missing = [
        StockLine(
            product.pk, str(product), product.unit.name if product.unit else "", NOTHING, None,
            stock.outflow.by_product[product.pk], window,
        )
        for product in Product.objects.filter(pk__in=others).select_related("unit")
    ]  # fmt: skip
    lines = [OrderLine(line, days, ordered.get(line.product_id)) for line in (*stock.lines, *missing)]
    return Check(stock, sorted(lines, key=lambda line: (-line.suggested, line.line.name, line.line.product_id)))
