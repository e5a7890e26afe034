"""Sums by person and month, of the records that name who sold: kept by sales.rollups, with the other sums.

Of months that are changed here and there what the touched dealers' records said before is taken off and what they say now
is added, so it has to be noted before they change. Months looked at in full are summed anew.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING

from crm.base.periods import add_months
from crm.base.sql import load

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper


def note_before(cursor: CursorWrapper, months: Iterable[dt.date]) -> None:
    """Note what the records of these months say of the dealers in `sales_touched`, before they change."""
    load("sales", "named").run(cursor, "make_named")
    cursor.execute("TRUNCATE sales_named")
    _note(cursor, months, sign=-1)


def follow(cursor: CursorWrapper, months: Collection[dt.date], *, whole: Collection[dt.date]) -> None:
    """Bring the sums in line with the records: of `whole` anew, of the other `months` by what changed since noted."""
    script = load("sales", "named")
    some = sorted(set(months).difference(whole))
    _note(cursor, some, sign=1)
    script.run(cursor, "put", {"months": some})
    script.run(cursor, "drop_empty", {"months": some})
    for month in sorted(whole):
        script.run(cursor, "clear", _span(month))
        script.run(cursor, "sum_month", _span(month))


def rebuild(cursor: CursorWrapper, months: Iterable[dt.date]) -> None:
    """Sum every record anew; `months` are those that there are records of."""
    script = load("sales", "named")
    script.run(cursor, "clear_all")
    for month in months:
        script.run(cursor, "sum_month", _span(month))


def _note(cursor: CursorWrapper, months: Iterable[dt.date], *, sign: int) -> None:
    for month in months:
        load("sales", "named").run(cursor, "note", {**_span(month), "sign": sign})


def _span(month: dt.date) -> dict[str, dt.date]:
    return {"month": month, "next_month": add_months(month, 1)}
