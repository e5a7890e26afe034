"""Keep the sums with the records. Who writes sales records calls these in the same transaction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from contextlib import nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import connection, transaction

from crm.base.periods import add_months
from crm.base.sql import analyze, load
from sales import figures, named
from sales.partitions import RECORDS, SUMS

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper

# What sums changed, written down by the comparison of single months.
CHANGED = "sales_changed"


@dataclass(frozen=True, slots=True)
class Noted:
    """That what the records say before they change was noted; of which months."""

    months: tuple[dt.date, ...]


def open_touched(cursor: CursorWrapper) -> str:
    """Take the lock and return the name of an empty table (dealer_id, kind, month).

    Put into it every dealer, kind and month whose records are to be added, changed or removed, doubles allowed, call
    `note_before`, change the records, then call `follow`.
    """
    figures.lock(cursor)
    load("sales", "months").run(cursor, "make_touched")
    cursor.execute("TRUNCATE sales_touched")
    return "sales_touched"


def note_before(cursor: CursorWrapper) -> Noted:
    """Look at the touched dealers' records before they change; what it returns is for `follow`."""
    analyze(cursor, "sales_touched")
    cursor.execute("SELECT DISTINCT month FROM sales_touched ORDER BY month")
    noted = Noted(tuple(month for (month,) in cursor.fetchall()))
    named.note_before(cursor, noted.months)
    return noted


def follow(cursor: CursorWrapper, noted: Noted, *, whole: Iterable[dt.date] = ()) -> int:
    """Bring months, territories, people and figures in line with the records; returns the sums of dealers that were written.

    Reads what `open_touched` gave out. Months named in `whole` are looked at in full instead: those without sums, or with
    those of many dealers, are summed anew into a table of their own, which takes the place of the one there is.
    """
    months = load("sales", "months")
    months.run(cursor, "make_changed")
    cursor.execute("TRUNCATE sales_changed")
    complete = set(whole)
    wanted = complete.union(noted.months)
    fresh = complete.difference(SUMS.months(cursor))
    anew = fresh | {month for month in complete - fresh if _has_many(cursor, month)}
    moved = sorted(wanted - anew)
    SUMS.ensure(cursor, moved)
    for month in moved:
        with figures.whole_tables(cursor) if month in complete else nullcontext():
            months.run(cursor, "compare", {**_partition(month), "whole": month in complete})
    analyze(cursor, "sales_changed")
    written = months.run(cursor, "add_months")
    for month in moved:
        written += sum(months.run(cursor, step, _partition(month)) for step in ("put_months", "drop_months"))
    before: dict[dt.date, str] = {}
    for month in sorted(anew):
        written += _sum_anew(cursor, month)
        if month not in fresh:
            before[month] = SUMS.take_out(cursor, month)
        SUMS.attach(cursor, month)
    changed = _everything_changed(cursor, moved=bool(moved), anew=sorted(anew), before=before)
    with figures.whole_tables(cursor) if anew else nullcontext():
        cursor.execute("DROP TABLE IF EXISTS pg_temp.sales_moved")
        # There are few territories: sorting a million rows to add them up is the wrong way.
        cursor.execute("SET LOCAL enable_sort = off")
        months.run(cursor, "move_territories", changed=changed)
        cursor.execute("SET LOCAL enable_sort = on")
    months.run(cursor, "put_territories")
    named.follow(cursor, noted.months, whole=complete)
    figures.follow_changes(cursor, changed, wanted, many=any(_has_many(cursor, month) for month in anew))
    if changed != CHANGED:
        cursor.execute(f"DROP VIEW {changed}")
    for table in before.values():
        cursor.execute(f'DROP TABLE "{table}"')
    return written


def _has_many(cursor: CursorWrapper, month: dt.date) -> bool:
    """Whether the sums of a month are more than are moved one by one."""
    cursor.execute(f'SELECT count(*) FROM (SELECT FROM "{SUMS.name(month)}" LIMIT %s) x', [figures.MANY_DEALERS + 1])
    return bool(cursor.fetchone()[0] > figures.MANY_DEALERS)


def _sum_anew(cursor: CursorWrapper, month: dt.date) -> int:
    """Fill the table that is to become the month's sums from its records; rows."""
    tables = {"sums": SUMS.next_name(month), "records": RECORDS.name(month)}
    with figures.whole_tables(cursor):
        # By hashing, a sum for each of a million dealers would not fit in memory, and they lie in order.
        cursor.execute("SET LOCAL enable_hashagg = off")
        with figures.in_order_of_dealers(cursor):
            rows = load("sales", "months").run(cursor, "sum_month", _partition(month), **tables)
        cursor.execute("SET LOCAL enable_hashagg = on")
    SUMS.complete(cursor, month)
    return rows


def _everything_changed(cursor: CursorWrapper, *, moved: bool, anew: list[dt.date], before: dict[dt.date, str]) -> str:
    """The name of what tells old sums and new ones: the table `sales_changed`, or a view that has to be dropped. A view of
    months summed anew reads their tables: to write a million changes down would take longer than to work them out."""
    if not anew:
        return CHANGED
    months = load("sales", "months")
    parts = [months.statement("changed_rows")] if moved else []
    for month in anew:
        tables = {"sums": SUMS.name(month)} | ({"before": before[month]} if month in before else {})
        parts.append(months.statement("other_rows" if month in before else "fresh_rows", **tables))
    cursor.execute(f"CREATE TEMP VIEW sales_changed_everywhere AS {' UNION ALL '.join(parts)}")
    return "sales_changed_everywhere"


@transaction.atomic
def rebuild(on: dt.date) -> int:
    """Build every sum anew from the records, figures as of `on`; rows written. For repair: nothing needs it daily."""
    months = load("sales", "months")
    with connection.cursor() as cursor:
        figures.lock(cursor)
        months.run(cursor, "clear_months")
        SUMS.ensure(cursor, RECORDS.months(cursor))
        rows = sum(months.run(cursor, "rebuild_months", _partition(month)) for month in RECORDS.months(cursor))
        with figures.whole_tables(cursor):
            load("sales", "figures").run(cursor, "add_missing")
            months.run(cursor, "clear_territories")
            rows += months.run(cursor, "rebuild_territories")
            named.rebuild(cursor, RECORDS.months(cursor))
    return rows + figures.rebuild_figures(on)


def _partition(month: dt.date) -> dict[str, dt.date]:
    return {"month": month, "next_month": add_months(month, 1)}
