"""What the sales app adds to the dealer list: the last twelve closed months as a small line."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from crm.base import marks, prepared
from crm.base.money import AMOUNT_SCALE
from crm.base.periods import add_months, month_start
from dealers.columns import Column, register
from sales.choices import SalesKind

MONTHS = 12
WIDTH, HEIGHT, EDGE = 72, 20, 2


_MONTHS = """SELECT dealer_id, month, amount_e4
  FROM sales_dealermonth
 WHERE dealer_id = ANY(%s::bigint[]) AND kind = %s AND month >= %s::date AND month < %s::date"""


def monthly_sales(dealer_ids: Sequence[int], on: dt.date) -> dict[int, tuple[float, ...]]:
    """Sell-in of the last twelve closed months, oldest first, of the dealers that sold any; one query, from the index."""
    end = month_start(on)
    start = add_months(end, -MONTHS)
    place = {add_months(start, number): number for number in range(MONTHS)}
    found: dict[int, list[float]] = {}
    for dealer_id, month, amount_e4 in prepared.read(
        _MONTHS, [prepared.array(dealer_ids), SalesKind.SELL_IN, start, end]
    ):
        line = found.get(dealer_id)
        if line is None:
            line = found[dealer_id] = [0.0] * MONTHS
        line[place[month]] = amount_e4 / AMOUNT_SCALE
    return {dealer_id: tuple(line) for dealer_id, line in found.items()}


def draw_line(values: Sequence[float] | None) -> str:
    """The tag `sparkline`, for a page that draws fifty: the figures stand in the columns beside it."""
    if not values:
        return '<span class="sparkline is-empty"></span>'
    low, high = min(0.0, *values), max(0.0, *values)
    span = (high - low) or 1.0
    step = (WIDTH - 2 * EDGE) / (len(values) - 1)
    points = [
        f"{EDGE + index * step:.1f} {HEIGHT - EDGE - (value - low) / span * (HEIGHT - 2 * EDGE):.1f}"
        for index, value in enumerate(values)
    ]
    x, _space, y = points[-1].partition(" ")
    return (
        f'<svg class="sparkline" width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}" aria-hidden="true">'
        f'<path d="M{"L".join(points)}"/><circle cx="{x}" cy="{y}" r="1.75"/></svg>'
    )


def register_columns() -> None:
    register(
        Column(
            "trend", _("Trend"), lambda _row, values, _draw: draw_line(values), 55, load=monthly_sales,
            topics=(marks.SUMS,), kept=True,
            value=lambda _row, values, _draw: "; ".join(f"{value:.2f}" for value in values or ()), wide_only=True,
            explanation=_("Sell-in of the last twelve closed months"),
        )
    )  # fmt: skip
