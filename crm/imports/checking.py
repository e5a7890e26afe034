"""The check: from the cells of a file to a verdict on every row, in a few statements over all of them.

Reads the staging table and the target, writes the checked table (both described in crm.imports.importer). How the file is
meant is found out before (crm.imports.evidence); odd texts are worked out in crm.imports.words, each row by itself is
judged by crm.imports.statement, all rows together by crm.imports.refusals.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.db.backends.utils import CursorWrapper

from crm.base.sql import analyze
from crm.imports import staging
from crm.imports.batch import Batch
from crm.imports.choices import Verdict
from crm.imports.refusals import refuse, refuse_doubles, refuse_orphans
from crm.imports.statement import Statement
from crm.imports.words import collect_words

Report = Callable[[float, str], None]


@dataclass(frozen=True)
class Counts:
    new: int = 0
    changed: int = 0
    same: int = 0
    refused: int = 0

    @property
    def total(self) -> int:
        return self.new + self.changed + self.same + self.refused


def check(cursor: CursorWrapper, batch: Batch, report: Report, *, rows: list[int] | None = None) -> Counts:
    """Write `batch.checked` for all rows, or anew for some; give the counts of all. Raises BadFile."""
    if rows is None:
        cursor.execute(f"DROP TABLE IF EXISTS {batch.checked}")
    else:
        cursor.execute(f"DELETE FROM {batch.checked} WHERE row = ANY(%s)", [rows])
    report(0.3, "READING_VALUES")
    worded = collect_words(cursor, batch, rows)
    report(0.5, "CHECKING")
    statement = Statement(batch, worded, rows)
    if rows is None:
        cursor.execute(f"CREATE UNLOGGED TABLE {batch.checked} AS {statement.select()}", [])
    else:
        columns = ", ".join(statement.names)
        cursor.execute(f"INSERT INTO {batch.checked} ({columns}) {statement.select()}", [])
    report(0.8, "COMPARING_ROWS")
    refuse_doubles(cursor, batch, statement)
    for check_sql, params in batch.importer.extra_checks(batch):
        refuse(cursor, batch, check_sql, params)
    refuse_orphans(cursor, batch, statement)
    cursor.execute(f"DROP TABLE IF EXISTS {staging.words_table(batch.run)}")
    if rows is None:
        cursor.execute(f"ALTER TABLE {batch.checked} ADD COLUMN undone boolean")
        analyze(cursor, batch.checked)
    return count(cursor, batch)


def count(cursor: CursorWrapper, batch: Batch) -> Counts:
    cursor.execute(f"SELECT verdict, count(*) FROM {batch.checked} GROUP BY verdict")
    found = dict(cursor.fetchall())
    return Counts(
        new=found.get(Verdict.NEW, 0),
        changed=found.get(Verdict.CHANGED, 0),
        same=found.get(Verdict.SAME, 0),
        refused=found.get(Verdict.REFUSED, 0),
    )
