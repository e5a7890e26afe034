"""Taking an import back: new rows go, changed ones become what they were; what was touched since stays."""

from __future__ import annotations

from django.db.backends.utils import CursorWrapper

from crm.imports.applying import same_row, touched_columns
from crm.imports.batch import Batch
from crm.imports.cells import quoted
from crm.imports.importer import Written
from crm.imports.statement import Statement, there

_REFERENCES = """
    SELECT c.conrelid::regclass::text, a.attname
      FROM pg_constraint c
      JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
     WHERE c.contype = 'f' AND c.confrelid = %s::regclass AND array_length(c.conkey, 1) = 1 AND c.conparentid = 0
"""


def mark(cursor: CursorWrapper, batch: Batch) -> Written:
    """Mark in `batch.checked` what may be taken back: rows that are as they were loaded and, when they are new, that
    no other row leads to."""
    table = quoted(batch.importer.table)
    as_loaded = _as_loaded(Statement(batch, frozenset(), None))

    cursor.execute(
        f"UPDATE {batch.checked} c SET undone = true FROM {table} t "
        f"WHERE c.verdict = 'C' AND {same_row(batch)} AND {as_loaded}",
        [],
    )
    cursor.execute(
        f"UPDATE {batch.checked} c SET undone = true FROM {table} t "
        f"WHERE c.verdict = 'N' AND {same_row(batch)} AND {as_loaded}{_unused(cursor, batch)}",
        [],
    )
    cursor.execute(
        f"SELECT count(*) FILTER (WHERE verdict = 'N' AND undone), count(*) FILTER (WHERE verdict = 'C' AND undone), "
        f"count(*) FILTER (WHERE verdict IN ('N', 'C') AND undone IS NULL) FROM {batch.checked}"
    )
    new, changed, kept = cursor.fetchone()
    return Written(new=new, changed=changed, kept=kept)


def undo_rows(cursor: CursorWrapper, batch: Batch) -> Written:
    """Take back what apply_rows wrote. A row that was changed since, or that other rows lead to now, is kept."""
    statement = Statement(batch, frozenset(), None)
    table = quoted(batch.importer.table)
    found = mark(cursor, batch)
    compared = statement.compared()
    if found.changed and compared:
        old = ", ".join(
            f"{quoted(cell.field.target_column)} = o.{quoted(cell.field.target_column)}"
            for cell in compared
            if cell.field.target_column
        )
        touched = "".join(f", {quoted(name)} = now()" for name in touched_columns(batch))
        cursor.execute(
            f"UPDATE {table} t SET {old}{touched} FROM {batch.checked} c, "
            f"LATERAL jsonb_populate_record(NULL::{table}, c.old) o "
            f"WHERE c.verdict = 'C' AND c.undone AND {same_row(batch)}",
            [],
        )
    if found.new:
        for referring, column in _references(cursor, batch):
            if referring.strip('"') in batch.importer.derived:
                cursor.execute(
                    f"DELETE FROM {referring} x USING {batch.checked} c "
                    f"WHERE c.verdict = 'N' AND c.undone AND x.{quoted(column)} = c.target_id"
                )
        cursor.execute(
            f"DELETE FROM {table} t USING {batch.checked} c WHERE c.verdict = 'N' AND c.undone AND {same_row(batch)}",
            [],
        )
    return found


def _references(cursor: CursorWrapper, batch: Batch) -> list[tuple[str, str]]:
    """Table and column of everything that leads to the target."""
    cursor.execute(_REFERENCES, [quoted(batch.importer.table)])
    return cursor.fetchall()


def _as_loaded(statement: Statement) -> str:
    """The condition that the target's row still has the values that the import gave it."""
    parts = ["true"]
    for cell in statement.compared():
        parts.append(f"{there(cell.field)} IS NOT DISTINCT FROM c.{quoted(cell.field.name)}")
    return " AND ".join(parts)


def _unused(cursor: CursorWrapper, batch: Batch) -> str:
    """The condition that no other row leads to the target's row, except rows that go with it."""
    conditions = []
    for referring, column in _references(cursor, batch):
        if referring.strip('"') in batch.importer.derived:
            continue
        condition = f"SELECT FROM {referring} x WHERE x.{quoted(column)} = t.{quoted(batch.importer.row_id or 'id')}"
        if referring.strip('"') == batch.importer.table:
            condition += f" AND NOT EXISTS (SELECT FROM {batch.checked} y WHERE y.verdict = 'N' AND y.target_id = x.id)"
        conditions.append(f" AND NOT EXISTS ({condition})")
    return "".join(conditions)
