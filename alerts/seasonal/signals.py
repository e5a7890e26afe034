"""Months of sales that the season does not explain: docs/algorithms/churn.md, second part.

What a dealer is expected to buy in a month is its level (the median of twelve months without the season, up to the three
that are looked at) times the month's season (of all dealers, from the two years before). How far it may be away is told by
the dealer's own spread (the median distance of the months before from the level). One month out of three is an accident: a
fall counts when one of the two months before was as low, a rise when both were as high. With less than 24 months nothing is
said.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from crm.base.periods import add_months, month_start
from crm.base.sql import analyze, load
from sales.figures import whole_tables

# Robust standard deviations from which levels 1, 2 and 3 begin, below and above: a rise is rarely a misfortune.
DOWN = (2.0, 3.0, 4.0)
UP = (3.0, 4.0, 6.0)
# A dealer whose months are alike is not warned of for a trifle: the spread is at least this share of the level.
LEAST_SPREAD = 0.15
LEAST_MONTHS = 24
_MONTHS = "seasonal_months"


@dataclass(frozen=True, slots=True)
class Tried:
    """A past month: dealers judged, those out of season, and those of them that were back two months later."""

    month: dt.date
    judged: int
    down: int
    up: int
    false_down: int
    false_up: int

    @property
    def false_share(self) -> float | None:
        """Of all signals, those that righted themselves, 0..1; None without any."""
        signals = self.down + self.up
        return (self.false_down + self.false_up) / signals if signals else None


@transaction.atomic
def run_seasonal(*, on: dt.date) -> int:
    """Judge the last month closed before the day; rows written. The same month again writes what differs."""
    month = add_months(month_start(on), -1)
    with connection.cursor() as cursor:
        script = load("alerts", "seasonal")
        measure(cursor, month)
        with whole_tables(cursor):
            rows = script.run(cursor, "drop") + script.run(cursor, "put")
        analyze(cursor, "alerts_seasonalsignal")
    return rows


def measure(cursor: Any, month: dt.date, *, months: str | None = None) -> Sequence[float] | None:
    """Judge a month into the temporary table seasonal_measured, and return the season that it was judged by, in thousandths
    from January on. Reads `months` (dealer_id, month, amount_e4), or the product's own, and nothing later than the month.

    Without sales in each month of the year there is no season: then the table is empty and None comes back.
    """
    script = load("alerts", "seasonal")
    if months is None:
        script.run(cursor, "months", {"until": add_months(month, 1)})
        months = _MONTHS
    cursor.execute("DROP TABLE IF EXISTS pg_temp.seasonal_measured")
    season = _season(cursor, month, months)
    parameters = _parameters(month, season or [0.0] * 12)
    with whole_tables(cursor):
        if season is None:
            statement = script.statement("measure", months=months) + " WHERE false"
            cursor.execute(statement, parameters)
        else:
            script.run(cursor, "measure", parameters, months=months)
    return season


@transaction.atomic
def try_out(months: Iterable[dt.date], *, table: str | None = None) -> list[Tried]:
    """What the signals would have been in these months, and how many of them were false alarms."""
    found = []
    with connection.cursor() as cursor:
        for month in months:
            season = measure(cursor, month, months=table)
            if season is None:
                continue
            if table is None:
                load("alerts", "seasonal").run(cursor, "months", {"until": add_months(month, 3)})
            parameters = _parameters(month, season)
            load("alerts", "seasonal").run(cursor, "judged", parameters, months=table or _MONTHS)
            found.append(Tried(month, *cursor.fetchone()))
    return found


def _season(cursor: Any, month: dt.date, months: str) -> list[float] | None:
    load("alerts", "seasonal").run(cursor, "season", _parameters(month, []), months=months)
    sums = {number: float(amount) for number, amount in cursor.fetchall()}
    total = sum(sums.values())
    if len(sums) < 12 or min(sums.values()) <= 0:
        return None
    return [12_000 * sums[number] / total for number in range(1, 13)]


def _parameters(month: dt.date, season: Sequence[float]) -> dict[str, Any]:
    return {
        "month": month, "back_1": add_months(month, -1), "back_2": add_months(month, -2),
        "back_14": add_months(month, -14), "back_24": add_months(month, -LEAST_MONTHS),
        "after": add_months(month, 2), "season": list(season), "least_spread": LEAST_SPREAD, "down": list(DOWN),
        "up": list(UP),
    }  # fmt: skip
