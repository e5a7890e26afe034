"""Keep the sums with the records. Who writes sales records calls these in the same transaction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from contextlib import nullcontext
from typing import TYPE_CHECKING

from django.db import connection, transaction

from crm.base.periods import add_months
from crm.base.sql import analyze, load
from sales import figures

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper


def open_touched(cursor: CursorWrapper) -> str:
    """Take the lock and return the name of an empty table (dealer_id, kind, month).

    Put into it every dealer, kind and month whose records are added, changed or removed, doubles allowed, then call
    `follow`.
    """
    figures.lock(cursor)
    load("sales", "months").run(cursor, "make_touched")
    cursor.execute("TRUNCATE sales_touched")
    return "sales_touched"


def follow(cursor: CursorWrapper, *, whole: Iterable[dt.date] = ()) -> int:
    """Bring months, territories and figures in line with the records; returns the months of dealers that changed.

    Reads what `open_touched` gave out. Months named in `whole` are compared in full instead.
    """
    months = load("sales", "months")
    months.run(cursor, "make_changed")
    cursor.execute("TRUNCATE sales_changed")
    analyze(cursor, "sales_touched")
    cursor.execute("SELECT DISTINCT month FROM sales_touched ORDER BY month")
    complete = set(whole)
    wanted = {month for (month,) in cursor.fetchall()} | complete
    for month in sorted(wanted):
        with figures.whole_tables(cursor) if month in complete else nullcontext():
            months.run(cursor, "compare", {**_partition(month), "whole": month in complete})
    analyze(cursor, "sales_changed")
    changed = months.run(cursor, "add_months")
    for month in sorted(wanted):
        changed += sum(months.run(cursor, step, _partition(month)) for step in ("put_months", "drop_months"))
    months.run(cursor, "put_territories")
    figures.follow_changes(cursor)
    return changed


@transaction.atomic
def rebuild(on: dt.date) -> int:
    """Build every sum anew from the records, figures as of `on`; rows written. For repair: nothing needs it daily."""
    months = load("sales", "months")
    with connection.cursor() as cursor:
        figures.lock(cursor)
        months.run(cursor, "clear_months")
        rows = sum(months.run(cursor, "rebuild_months", _partition(month)) for month in months_with_records(cursor))
        with figures.whole_tables(cursor):
            load("sales", "figures").run(cursor, "add_missing")
            months.run(cursor, "clear_territories")
            rows += months.run(cursor, "rebuild_territories")
    return rows + figures.rebuild_figures(on)


def months_with_records(cursor: CursorWrapper) -> list[dt.date]:
    """First days of the months that have a partition, oldest first."""
    cursor.execute(
        "SELECT to_date(right(c.relname, 7), 'YYYY_MM') FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid"
        " WHERE i.inhparent = 'sales_salesrecord'::regclass ORDER BY 1"
    )
    return [month for (month,) in cursor.fetchall()]


def _partition(month: dt.date) -> dict[str, dt.date]:
    return {"month": month, "next_month": add_months(month, 1)}
