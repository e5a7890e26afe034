"""Every dealer as it was at past month ends, and whether it was lost soon after. Cards are fitted and measured on it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from alerts.churn import measures
from alerts.churn.card import Figure
from crm.base.periods import add_months, month_start
from crm.base.sql import load


@dataclass(frozen=True, slots=True)
class Terms:
    """Of whom a score is asked at a month's end, and what it means to be lost.

    Asked of dealers with so many order days, so many days since the first one and an order in the last days. Lost: the last
    order of all comes at most `horizon_days` after the month's end, and nothing in `silent_days` after it.
    """

    least_order_days: int = 6
    least_tenure_days: int = 365
    fresh_days: int = 60
    horizon_days: int = 92
    silent_days: int = 120

    @property
    def settled_days(self) -> int:
        """So long after a month's end it is known who was lost."""
        return self.horizon_days + self.silent_days


@dataclass(frozen=True, slots=True)
class Asked:
    """A dealer at a month's end. `values`: in the order of Figure."""

    dealer_id: int
    month_end: dt.date
    values: tuple[int | None, ...]
    lost: bool

    def by_figure(self) -> dict[Figure, int | None]:
        return dict(zip(Figure, self.values, strict=True))


def month_ends(first: dt.date, last: dt.date) -> list[dt.date]:
    """The last days of the months from that of `first` on, none after `last`."""
    found = []
    month = month_start(first)
    while (end := add_months(month, 1) - dt.timedelta(days=1)) <= last:
        found.append(end)
        month = add_months(month, 1)
    return found


def windows(on: dt.date) -> dict[str, Any]:
    """The parameters of churn.sql as of a day."""
    month = month_start(on)
    return {
        "on": on, "month": month, "since": measures.looked_at_since(on),
        **{f"back_{number}": add_months(month, -number) for number in (1, 3, 6, 12, 15, 24)},
    }  # fmt: skip


def measure_as_of(cursor: Any, on: dt.date, *, order_days: str, months: str) -> measures.Market:
    """Measure everybody in these tables as of the day into the temporary table churn_measured; nothing later is read."""
    script = load("alerts", "churn")
    cursor.execute("DROP TABLE IF EXISTS pg_temp.churn_sold, pg_temp.churn_measured")
    parameters = windows(on)
    script.run(cursor, "sold", parameters, months=months)
    script.run(cursor, "market", parameters)
    market = measures.Market(*(value or 0 for value in cursor.fetchone()))
    script.run(cursor, "measure", {**parameters, "expected": market.expected_e3}, order_days=order_days)
    return market


def ask(
    cursor: Any,
    ends: Iterable[dt.date],
    *,
    known_until: dt.date,
    order_days: str,
    months: str,
    terms: Terms | None = None,
) -> Iterator[Asked]:
    """Everybody of whom a score is asked, month by month.

    Labels know the orders up to the day `known_until` and none later; a month's end too close to it raises ValueError.
    """
    terms = terms or Terms()
    for end in ends:
        if end + dt.timedelta(days=terms.settled_days) > known_until:
            raise ValueError(f"who was lost after {end} is not known on {known_until}")
        on = end + dt.timedelta(days=1)
        market = measure_as_of(cursor, on, order_days=order_days, months=months)
        load("alerts", "churn_history").run(
            cursor,
            "",
            {
                "on": on, "known_until": known_until, "lost_by": end + dt.timedelta(days=terms.horizon_days),
                "silent_since": known_until - dt.timedelta(days=terms.silent_days),
                "least_order_days": terms.least_order_days,
                "first_before": end - dt.timedelta(days=terms.least_tenure_days),
                "fresh_since": end - dt.timedelta(days=terms.fresh_days),
            },
            order_days=order_days,
        )  # fmt: skip
        columns = [column.name for column in cursor.description]
        for found in cursor.fetchall():
            row = _Row(zip(columns, found, strict=True))
            values = measures.values(row, on=on, mean_year_e4=market.mean_year_e4)  # type: ignore[arg-type]
            yield Asked(row.dealer_id, end, tuple(values[figure] for figure in Figure), row.lost)


class _Row:
    """A row by the names of its columns."""

    dealer_id: int
    lost: bool

    def __init__(self, items: Iterable[tuple[str, Any]]) -> None:
        self.__dict__.update(items)
