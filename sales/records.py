"""Write sales records in bulk, with their partitions and rollups. Imports and generators come here; nobody else writes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import connection, transaction

from crm.base.sql import load
from sales import rollups
from sales.choices import SalesKind
from sales.partitions import RECORDS

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper


@dataclass(frozen=True, slots=True)
class Line:
    """One record to write. `on` is the first of the month when `by_month`; `amount` tax excluded."""

    dealer_id: int
    on: dt.date
    quantity: Decimal
    amount: Decimal
    product_id: int | None = None
    kind: str = SalesKind.SELL_IN
    reference: str = ""
    by_month: bool = False
    sold_by_id: int | None = None


@transaction.atomic
def record_sales(lines: Iterable[Line], *, import_run: int | None = None) -> int:
    """Add these lines, or correct those already there (same dealer, day, kind, product, reference); rows written.

    A line given twice is an error of the caller: psycopg raises CardinalityViolation.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            'CREATE TEMP TABLE IF NOT EXISTS sales_incoming (dealer_id bigint, "on" date, quantity numeric,'
            " amount numeric, product_id bigint, kind text, reference text, by_month boolean, sold_by_id bigint)"
            " ON COMMIT DROP"
        )
        cursor.execute("TRUNCATE sales_incoming")
        with cursor.copy(
            'COPY sales_incoming (dealer_id, "on", quantity, amount, product_id, kind, reference, by_month, sold_by_id)'
            " FROM STDIN"
        ) as copy:
            for line in lines:
                copy.write_row(
                    (
                        line.dealer_id, line.on, line.quantity, line.amount, line.product_id, str(line.kind),
                        line.reference, line.by_month, line.sold_by_id,
                    )
                )  # fmt: skip
        return write_from(cursor, "sales_incoming", import_run=import_run)


def write_from(cursor: CursorWrapper, source: str, *, import_run: int | None) -> int:
    """Add or correct the rows of the table `source` (columns as Line's), follow with the rollups; rows written."""
    script = load("sales", "records")
    touched = rollups.open_touched(cursor)
    script.run(cursor, "touch", source=source, touched=touched)
    noted = rollups.note_before(cursor)
    RECORDS.ensure(cursor, noted.months)
    written = script.run(cursor, "upsert", {"import_run": import_run}, source=source)
    rollups.follow(cursor, noted)
    return written


@transaction.atomic
def remove_sales(*, dealer_ids: Iterable[int] | None = None, start: dt.date, end: dt.date, kind: str) -> int:
    """Delete the records of a kind from `start`, before `end`, of these dealers (None: of all); rows deleted."""
    ids = None if dealer_ids is None else list(dealer_ids)
    parameters = {"start": start, "end": end, "kind": kind, "dealers": ids}
    script = load("sales", "records")
    with connection.cursor() as cursor:
        touched = rollups.open_touched(cursor)
        script.run(cursor, "touch_removed", parameters, touched=touched)
        noted = rollups.note_before(cursor)
        removed = script.run(cursor, "remove", parameters)
        rollups.follow(cursor, noted)
    return removed
