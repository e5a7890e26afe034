"""What the churn score reads of one dealer, from its order days and months. sql/churn.sql does the same for all.

Amounts are whole ten-thousandths of the currency; divisions drop what is left over, so that both ways give the same.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

from alerts.churn.card import Figure
from crm.base.periods import add_months, month_start

# The rhythm is that of the year up to the last order, which may be as long ago itself.
YEAR_DAYS = 365
LOOK_BACK_DAYS = 2 * YEAR_DAYS
RECENT_ORDERS = 3
RECENT_LINES = 6


@dataclass(frozen=True, slots=True)
class OrderDay:
    """All that a dealer ordered on a day; `lines`: records."""

    on: dt.date
    amount_e4: int
    lines: int = 1


@dataclass(frozen=True, slots=True)
class Market:
    """What holds for all dealers: the last closed month of a usual one (thousandths), and a dealer's year on average."""

    expected_e3: int
    mean_year_e4: int


@dataclass(frozen=True, slots=True)
class Measured:
    """The columns of DealerChurn that are measured, by the same names; None where there is nothing to tell."""

    last_order_on: dt.date
    order_days: int
    usual_gap_e1: int | None
    longest_gap: int | None
    recent_gap_days: int
    recent_gaps: int
    spread_e2: int | None
    value_e4: int
    usual_value_e4: int
    lines_e2: int
    usual_lines_e2: int
    first_sale_month: dt.date | None
    month_e4: int
    month_expected_e4: int | None
    quarter_e4: int
    quarter_before_e4: int | None
    half_e4: int
    half_before_e4: int | None
    year_e4: int
    year_before_e4: int | None


def looked_at_since(on: dt.date) -> dt.date:
    """The first day whose orders count. It moves with the month, so that nothing drops out from night to night."""
    return month_start(on) - dt.timedelta(days=LOOK_BACK_DAYS)


def measure(days: Iterable[OrderDay], months: Mapping[dt.date, int], *, on: dt.date, market: Market) -> Measured | None:
    """As of the day `on`: nothing from that day on, and no month that was not over, is looked at. None without an order
    in the two years before."""
    since = looked_at_since(on)
    known = sorted((each for each in days if since <= each.on < on), key=lambda each: each.on)
    if not known:
        return None
    last_on = known[-1].on
    year = [each for each in known if (last_on - each.on).days < YEAR_DAYS]
    gaps = [(later.on - each.on).days for each, later in pairwise(year)]
    recent = gaps[-RECENT_ORDERS:]
    amounts = sorted(each.amount_e4 for each in year)
    latest, latest_lines = year[-RECENT_ORDERS:], year[-RECENT_LINES:]
    month = month_start(on)
    closed = {each: amount for each, amount in months.items() if each < month}
    first = min((each for each, amount in closed.items() if amount > 0), default=None)

    def sold(back: int, until: int = 0) -> int:
        return sum(
            amount for each, amount in closed.items() if add_months(month, -back) <= each < add_months(month, -until)
        )

    def since_months(back: int) -> bool:
        return first is not None and first <= add_months(month, -back)

    return Measured(
        last_order_on=last_on,
        order_days=len(year),
        usual_gap_e1=_median_e1(gaps) if gaps else None,
        longest_gap=max(gaps) if gaps else None,
        recent_gap_days=sum(recent),
        recent_gaps=len(recent),
        spread_e2=_spread_e2(gaps) if gaps else None,
        value_e4=_divided(sum(each.amount_e4 for each in latest), len(latest)),
        usual_value_e4=amounts[(len(amounts) + 1) // 2 - 1],
        lines_e2=100 * sum(each.lines for each in latest_lines) // len(latest_lines),
        usual_lines_e2=100 * sum(each.lines for each in year) // len(year),
        first_sale_month=first,
        month_e4=sold(1),
        month_expected_e4=_divided(sold(12) * market.expected_e3, 12_000) if since_months(12) else None,
        quarter_e4=sold(3),
        quarter_before_e4=sold(15, 12) if since_months(15) else None,
        half_e4=sold(6),
        half_before_e4=sold(12, 6) if since_months(12) else None,
        year_e4=sold(12),
        year_before_e4=sold(24, 12) if since_months(24) else None,
    )


def values(row: Measured, *, on: dt.date, mean_year_e4: int) -> dict[Figure, int | None]:
    """The figures of the card as of the day; a DealerChurn will do for `row`."""
    silent = (on - row.last_order_on).days
    gap = row.usual_gap_e1 or None
    return {
        Figure.SILENCE: None if gap is None else silent * 1000 // gap,
        Figure.BREAK: None if not row.longest_gap else silent * 100 // row.longest_gap,
        Figure.PACE: None if gap is None else (row.recent_gap_days + silent) * 1000 // ((row.recent_gaps + 1) * gap),
        Figure.SPREAD: row.spread_e2,
        Figure.VALUE: _percent(row.value_e4, row.usual_value_e4),
        Figure.LINES: _percent(row.lines_e2, row.usual_lines_e2),
        Figure.MONTH: _percent(row.month_e4, row.month_expected_e4),
        Figure.QUARTER: _percent(row.quarter_e4, row.quarter_before_e4),
        Figure.HALF: _percent(row.half_e4, row.half_before_e4),
        Figure.YEAR: _percent(row.year_e4, row.year_before_e4),
        Figure.SIZE: _percent(row.year_e4, mean_year_e4),
        Figure.TENURE: None if row.first_sale_month is None else _months(row.first_sale_month, on),
    }


# Growth beyond this says no more.
_MOST_PERCENT = 10_000


def _percent(value: int | None, usual: int | None) -> int | None:
    """Between 0 and a hundred times; returns beyond sales count as nothing. None with nothing usual to hold it against."""
    if value is None or not usual or usual <= 0:
        return None
    return min(_MOST_PERCENT, max(0, value) * 100 // usual)


def _months(first: dt.date, on: dt.date) -> int:
    return (on.year - first.year) * 12 + on.month - first.month


def _median_e1(gaps: list[int]) -> int:
    """In tenths: of an even number the mean of the two in the middle."""
    ordered = sorted(gaps)
    middle = len(ordered) // 2
    if len(ordered) % 2:
        return 10 * ordered[middle]
    return 5 * (ordered[middle - 1] + ordered[middle])


def _spread_e2(gaps: list[int]) -> int:
    total = sum(gaps)
    return math.isqrt(10_000 * (len(gaps) * sum(gap * gap for gap in gaps) - total * total) // (total * total))


def _divided(value: int, by: int) -> int:
    """Towards zero, as the database divides."""
    return value // by if value >= 0 else -(-value // by)
