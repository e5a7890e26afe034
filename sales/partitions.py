"""Tables with one partition for each month, made when a month is first written to: the records, and their sums.

A table is filled first and then attached: that is quickest, and others go on reading and writing meanwhile.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crm.base import marks
from crm.base.periods import add_months, month_start
from crm.base.sql import analyze

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper


@dataclass(frozen=True, slots=True)
class Monthly:
    """A table partitioned by the month of its `column`, a date."""

    parent: str
    column: str

    def name(self, month: dt.date) -> str:
        """The partition of a month."""
        return f"{self.parent}_{month:%Y_%m}"

    def next_name(self, month: dt.date) -> str:
        """A table that is to become the partition of a month."""
        return f"{self.name(month)}_next"

    def months(self, cursor: CursorWrapper) -> list[dt.date]:
        """First days of the months that have a partition, oldest first."""
        cursor.execute(
            "SELECT to_date(right(c.relname, 7), 'YYYY_MM') FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid"
            " WHERE i.inhparent = %s::regclass ORDER BY 1",
            [self.parent],
        )
        return [month for (month,) in cursor.fetchall()]

    def ensure(self, cursor: CursorWrapper, months: Iterable[dt.date]) -> list[dt.date]:
        """Make the partitions of these months where they are missing; returns the months that were made."""
        wanted = {month_start(month) for month in months}
        made = sorted(wanted.difference(self.months(cursor))) if wanted else []
        if made:
            # Foreign keys still to be checked at the end of the transaction would forbid to attach.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            for month in made:
                cursor.execute(f'CREATE TABLE "{self.next_name(month)}" (LIKE {self.parent})')
                self.complete(cursor, month)
                self.attach(cursor, month)
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        return made

    def complete(self, cursor: CursorWrapper, month: dt.date) -> None:
        """Give the table `next_name`, with the parent's columns and filled in whatever way, what a partition needs.
        Nobody waits for it: the larger part of attaching is done here."""
        in_month = f"\"{self.column}\" >= DATE '{month}' AND \"{self.column}\" < DATE '{add_months(month, 1)}'"
        # With this check PostgreSQL need not read the rows again when the table is attached.
        fit(cursor, self.parent, self.next_name(month), f"ADD CONSTRAINT in_month CHECK ({in_month})")
        # What follows in this transaction would otherwise guess how many dealers there are in it.
        analyze(cursor, self.next_name(month))
        refer(cursor, self.parent, self.next_name(month))

    def attach(self, cursor: CursorWrapper, month: dt.date) -> None:
        """Make the completed table part of the whole; what is left of indexes is made."""
        name = self.name(month)
        cursor.execute(f'ALTER TABLE "{self.next_name(month)}" RENAME TO "{name}"')
        cursor.execute(
            f'ALTER TABLE {self.parent} ATTACH PARTITION "{name}" '
            f"FOR VALUES FROM ('{month}') TO ('{add_months(month, 1)}')"
        )
        cursor.execute(f'ALTER TABLE "{name}" DROP CONSTRAINT in_month')
        marks.change(marks.SUMS)

    def take_out(self, cursor: CursorWrapper, month: dt.date) -> str:
        """Detach the partition of a month; returns the table's new name. Readers wait from here on until the
        transaction ends."""
        name = self.name(month)
        cursor.execute(f'ALTER TABLE {self.parent} DETACH PARTITION "{name}"')
        cursor.execute(f'ALTER TABLE "{name}" RENAME TO "{name}_before"')
        marks.change(marks.SUMS)
        return f"{name}_before"


RECORDS = Monthly("sales_salesrecord", "on")
SUMS = Monthly("sales_dealermonth", "month")


def fit(cursor: CursorWrapper, parent: str, table: str, *more: str) -> None:
    """Give a table what its future parent has: columns that must not be null, defaults, checks and keys, and what `more`
    says; its rows are read once for all of it. Indexes that are no keys are made when it is attached."""
    cursor.execute(
        """
        SELECT format('ALTER COLUMN %%I SET NOT NULL', a.attname)
          FROM pg_attribute a
         WHERE a.attrelid = %(parent)s::regclass AND a.attnum > 0 AND a.attnotnull AND NOT a.attisdropped
         UNION ALL
        SELECT format('ALTER COLUMN %%I SET DEFAULT %%s', a.attname, pg_get_expr(d.adbin, d.adrelid))
          FROM pg_attrdef d
          JOIN pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum
         WHERE d.adrelid = %(parent)s::regclass
         UNION ALL
        SELECT format('ADD CONSTRAINT %%I %%s', c.conname, pg_get_constraintdef(c.oid))
          FROM pg_constraint c
         WHERE c.conrelid = %(parent)s::regclass AND c.contype = 'c'
         UNION ALL
        -- The names of keys are the database's: those of the table that this one takes the place of are still taken.
        SELECT 'ADD ' || pg_get_constraintdef(c.oid)
          FROM pg_constraint c
         WHERE c.conrelid = %(parent)s::regclass AND c.contype IN ('p', 'u')
        """,
        {"parent": parent},
    )
    parts = [*(part for (part,) in cursor.fetchall()), *more]
    cursor.execute(f'ALTER TABLE "{table}" {", ".join(parts)}')


def refer(cursor: CursorWrapper, parent: str, table: str) -> None:
    """Give a table the foreign keys of its future parent, checked one by one; attaching it then takes them as they are.

    Dealers are looked up side by side with rows that lie in their order; hashing a million of either takes twice as long.
    """
    cursor.execute(
        """
        SELECT pg_get_constraintdef(c.oid), c.confrelid = 'dealers_dealer'::regclass
          FROM pg_constraint c
         WHERE c.conrelid = %s::regclass AND c.contype = 'f' AND c.conparentid = 0
        """,
        [parent],
    )
    for key, of_dealers in cursor.fetchall():
        if of_dealers:
            cursor.execute("SET LOCAL enable_hashjoin = off")
        cursor.execute(f'ALTER TABLE "{table}" ADD {key}')
        cursor.execute("SET LOCAL enable_hashjoin = on")
