"""What a dealer would have sold without a promotion: docs/algorithms/promotions.md. Pure.

The same days of last year and the year before (52 and 104 weeks back, so that weekdays meet), each brought to today's level
by how the quarter before went against the same quarter then. How sure that is, is told by the same rule on earlier
periods, whose sales are known.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

NOTHING = Decimal(0)
# Weeks, so that weekdays meet; a year of them is 364 days.
YEAR = dt.timedelta(days=364)
YEARS = (1, 2)
# The level is taken from so many days before.
QUARTER = dt.timedelta(days=91)
LEAST_TREND, MOST_TREND = Decimal("0.5"), Decimal(2)
# Earlier periods that the rule is tried on, and how wide nine of ten cases are.
TRIALS = 6
LEAST_TRIALS = 3
NINE_OF_TEN = 1.645


class Series:
    """Sales by day, summed up once so that any period is told at once."""

    def __init__(self, by_day: Mapping[dt.date, Decimal]) -> None:
        self.first = min(by_day, default=None)
        self._sums = [NOTHING]
        if self.first is not None:
            for number in range((max(by_day) - self.first).days + 1):
                self._sums.append(self._sums[-1] + by_day.get(self.first + dt.timedelta(days=number), NOTHING))

    def between(self, start: dt.date, end: dt.date) -> Decimal:
        """Sales from `start`, before `end`."""
        if self.first is None:
            return NOTHING
        last = len(self._sums) - 1
        low, high = ((day - self.first).days for day in (start, end))
        return self._sums[min(max(high, 0), last)] - self._sums[min(max(low, 0), last)]

    def days(self) -> Iterator[tuple[dt.date, Decimal]]:
        """Day by day."""
        if self.first is not None:
            for number in range(len(self._sums) - 1):
                yield self.first + dt.timedelta(days=number), self._sums[number + 1] - self._sums[number]

    def knows(self, start: dt.date) -> bool:
        """Whether there were sales on the day or before it."""
        return self.first is not None and self.first <= start


@dataclass(frozen=True, slots=True)
class Usual:
    """Usual sales of a period; nine of ten cases lie from `low` to `high`. `spread` is the share up and down."""

    amount: Decimal
    spread: Decimal

    @property
    def low(self) -> Decimal:
        return max(NOTHING, self.amount * (1 - self.spread))

    @property
    def high(self) -> Decimal:
        return self.amount * (1 + self.spread)


def seasonal(series: Series, start: dt.date, end: dt.date, *, known_until: dt.date) -> Decimal:
    """The estimate from `start`, before `end`, out of what was known before `known_until`."""
    quarter = known_until - QUARTER
    level = series.between(quarter, known_until)
    found = []
    for years in YEARS:
        back = years * YEAR
        then = series.between(quarter - back, known_until - back)
        if then <= 0 or not series.knows(quarter - back):
            continue
        trend = min(max(level / then, LEAST_TREND), MOST_TREND)
        found.append(series.between(start - back, end - back) * trend)
    if found:
        return max(NOTHING, sum(found, NOTHING) / len(found))
    # No year to compare with: the pace of the quarter before.
    return max(NOTHING, level * (end - start).days / QUARTER.days)


def spread(series: Series, *, days: int, known_until: dt.date) -> Decimal:
    """How far nine of ten estimates of so many days are off, as a share; told by earlier periods. 1 where too few are
    known."""
    errors = []
    for number in range(TRIALS):
        end = known_until - number * dt.timedelta(days=days)
        start = end - dt.timedelta(days=days)
        if not series.knows(start - QUARTER):
            break
        estimate = seasonal(series, start, end, known_until=start)
        if estimate > 0:
            errors.append(float((series.between(start, end) - estimate) / estimate))
    if len(errors) < LEAST_TRIALS:
        return Decimal(1)
    mean_square = sum(error * error for error in errors) / len(errors)
    return Decimal(f"{min(1.0, NINE_OF_TEN * math.sqrt(mean_square)):.4f}")


def usual(series: Series, start: dt.date, end: dt.date, *, known_until: dt.date) -> Usual:
    """The estimate with its band."""
    return Usual(
        seasonal(series, start, end, known_until=known_until),
        spread(series, days=(end - start).days, known_until=known_until),
    )
