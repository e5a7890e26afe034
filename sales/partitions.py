"""One partition of sales records for each month, made when a month is first written to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import TYPE_CHECKING

from crm.base.periods import add_months, month_start

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper

PARENT = "sales_salesrecord"


def partition_name(month: dt.date) -> str:
    return f"{PARENT}_{month:%Y_%m}"


def ensure_months(cursor: CursorWrapper, months: Iterable[dt.date]) -> list[dt.date]:
    """Make the partitions of these months where they are missing; returns the months that were made.

    A table of its own is made first and then attached: attaching lets others go on reading and writing the parent,
    making a partition directly would not.
    """
    wanted = sorted({month_start(month) for month in months})
    names = [partition_name(month) for month in wanted]
    cursor.execute(
        "SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid"
        " WHERE i.inhparent = %s::regclass AND c.relname = ANY(%s)",
        [PARENT, names],
    )
    there = {name for (name,) in cursor.fetchall()}
    made = [month for month in wanted if partition_name(month) not in there]
    if made:
        # Foreign keys still to be checked at the end of the transaction would forbid to attach.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for month in made:
            create_detached(cursor, month)
            attach(cursor, month)
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    return made


def create_detached(cursor: CursorWrapper, month: dt.date, *, instead: bool = False) -> str:
    """Make the table that will hold a month, without indexes, not yet part of the whole; returns its name.

    `instead` of the one that there is: `replace` then puts it in its place.
    """
    name = partition_name(month) + ("_next" if instead else "")
    start, end = month, add_months(month, 1)
    cursor.execute(f'CREATE TABLE "{name}" (LIKE {PARENT} INCLUDING DEFAULTS INCLUDING CONSTRAINTS)')
    # With this check PostgreSQL need not read the rows again when the table is attached.
    cursor.execute(
        f'ALTER TABLE "{name}" ADD CONSTRAINT in_month CHECK ("on" >= DATE \'{start}\' AND "on" < DATE \'{end}\')'
    )
    return name


def replace(cursor: CursorWrapper, month: dt.date) -> None:
    """Drop the month's table and put the one made `instead` in its place. Readers of the month wait from here on
    until the transaction ends."""
    name = partition_name(month)
    cursor.execute(f'ALTER TABLE {PARENT} DETACH PARTITION "{name}"')
    cursor.execute(f'DROP TABLE "{name}"')
    cursor.execute(f'ALTER TABLE "{name}_next" RENAME TO "{name}"')
    attach(cursor, month)


def attach(cursor: CursorWrapper, month: dt.date) -> None:
    """Build the indexes, check the foreign keys in bulk and make the month's table part of the whole."""
    name = partition_name(month)
    start, end = month, add_months(month, 1)
    cursor.execute(f"ALTER TABLE {PARENT} ATTACH PARTITION \"{name}\" FOR VALUES FROM ('{start}') TO ('{end}')")
    cursor.execute(f'ALTER TABLE "{name}" DROP CONSTRAINT in_month')
