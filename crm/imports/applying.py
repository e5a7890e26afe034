"""Writing what the check found: the new rows by one INSERT, the changed ones by one UPDATE."""

from __future__ import annotations

import json
from typing import Any

from django.db import connection, models
from django.db.backends.utils import CursorWrapper
from psycopg.types.json import Json, Jsonb

from crm.imports.batch import Batch
from crm.imports.cells import literal, quoted
from crm.imports.importer import FieldType, Written
from crm.imports.statement import Statement, old_columns, there


class Outdated(Exception):
    """Rows are no longer as they were when they were checked: somebody changed them meanwhile. Nothing is written."""


def apply_rows(cursor: CursorWrapper, batch: Batch) -> Written:
    """Write new and changed rows of `batch.checked` into the importer's table. Raises Outdated.

    Constraints that the check does not know of are the database's to hold: IntegrityError is left to the caller.
    """
    statement = Statement(batch, frozenset(), None)
    new = _insert(cursor, batch, statement)
    changed = _update(cursor, batch, statement)
    _set_links(cursor, batch, statement)
    keep_ids(cursor, batch)
    return Written(new=new, changed=changed)


def _insert(cursor: CursorWrapper, batch: Batch, statement: Statement) -> int:
    table = quoted(batch.importer.table)
    stored = [cell for cell in statement.cells if cell.field.target_column]
    columns = {
        cell.field.target_column: f"c.{quoted(cell.field.name)}"
        for cell in stored
        if cell.filled or statement.default(cell.field) is not None or not cell.field.lookup
    }
    for column, value in _defaults(batch).items():
        columns.setdefault(column, value)
    # Unfilled columns without a default are left to the database.
    names = ", ".join(quoted(column) for column in columns)
    cursor.execute(_count(batch, "N"))
    expected = cursor.fetchone()[0]
    if not expected:
        return 0
    _refuse_newcomers(cursor, batch)
    cursor.execute(
        f"INSERT INTO {table} ({names}) SELECT {', '.join(columns.values())} "
        f"FROM {batch.checked} c WHERE c.verdict = 'N' ORDER BY c.row",
        [],
    )
    return cursor.rowcount


def _refuse_newcomers(cursor: CursorWrapper, batch: Batch) -> None:
    """Raise Outdated when somebody wrote a row with a key that was new when it was checked."""
    same = " AND ".join(f"{there(batch.importer.field(name))} = c.{quoted(name)}" for name in batch.key)
    cursor.execute(
        f"SELECT EXISTS (SELECT FROM {batch.checked} c JOIN {batch.importer.target(batch)} t ON {same} "
        "WHERE c.verdict = 'N')"
    )
    if cursor.fetchone()[0]:
        raise Outdated


def _defaults(batch: Batch) -> dict[str, str]:
    """SQL for columns that no field of the importer fills: what the model would put there."""
    fixed: dict[str, str] = {}
    for field in columns_of(batch):
        if getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False):
            fixed[str(field.column)] = "CURRENT_DATE" if type(field) is models.DateField else "now()"
        elif field.primary_key or field.has_db_default():
            continue
        elif field.has_default():
            default: Any = field.get_db_prep_save(field.get_default(), connection)
            fixed[str(field.column)] = f"{_as_sql(default)}::{field.db_type(connection)}"
        elif not field.null and isinstance(field, models.CharField | models.TextField):
            fixed[str(field.column)] = "''"
    return fixed


def _as_sql(value: Any) -> str:
    return literal(json.dumps(value.obj)) if isinstance(value, Json | Jsonb) else literal(value)


def columns_of(batch: Batch) -> list[models.Field[Any, Any]]:
    return list(batch.importer.model._meta.concrete_fields)


def touched_columns(batch: Batch) -> list[str]:
    """The columns that say when a row was last changed."""
    return [str(field.column) for field in columns_of(batch) if getattr(field, "auto_now", False)]


def _update(cursor: CursorWrapper, batch: Batch, statement: Statement) -> int:
    cursor.execute(_count(batch, "C"))
    expected = cursor.fetchone()[0]
    if not expected:
        return 0
    table = quoted(batch.importer.table)
    values = {
        cell.field.target_column: f"c.{quoted(cell.field.name)}"
        for cell in statement.compared()
        if cell.field.target_column
    }
    values |= dict.fromkeys(touched_columns(batch), "now()")
    sets = ", ".join(f"{quoted(column)} = {value}" for column, value in values.items())
    cursor.execute(
        f"UPDATE {table} t SET {sets} FROM {batch.checked} c "
        f"WHERE c.verdict = 'C' AND {same_row(batch)} AND c.old = {old_columns(batch)}",
        [],
    )
    if cursor.rowcount != expected:
        raise Outdated
    return expected


def same_row(batch: Batch) -> str:
    """The condition that `t` of the target is the row that `c` of the checked table is about."""
    if batch.importer.row_id:
        return f"t.{quoted(batch.importer.row_id)} = c.target_id"
    return " AND ".join(f"{there(batch.importer.field(name))} = c.{quoted(name)}" for name in batch.key)


def _set_links(cursor: CursorWrapper, batch: Batch, statement: Statement) -> None:
    """Tie rows to rows that came with the same file."""
    table = quoted(batch.importer.table)
    key = quoted(batch.importer.field(batch.key[0]).target_column)
    for cell in statement.links:
        code = quoted(cell.field.name + "__code")
        column = quoted(cell.field.target_column)
        cursor.execute(
            f"UPDATE {table} t SET {column} = p.id FROM {batch.checked} c, {table} p "
            f"WHERE c.verdict IN ('N', 'C') AND c.{code} IS NOT NULL AND c.{quoted(cell.field.name)} IS NULL "
            f"AND t.{key} = c.{quoted(batch.key[0])} AND p.{key} = c.{code} AND t.{column} IS DISTINCT FROM p.id",
            [],
        )
        if cell.field.type is FieldType.LOOKUP:
            cursor.execute(
                f"UPDATE {batch.checked} c SET {quoted(cell.field.name)} = p.id FROM {table} p "
                f"WHERE c.{quoted(cell.field.name)} IS NULL AND p.{key} = c.{code} AND c.verdict IN ('N', 'C')",
                [],
            )


def keep_ids(cursor: CursorWrapper, batch: Batch) -> None:
    """Write the ids of the rows that are new now into `batch.checked`, for what runs after and for an undo."""
    if not batch.importer.row_id:
        return
    same = " AND ".join(f"{there(batch.importer.field(name))} = c.{quoted(name)}" for name in batch.key)
    cursor.execute(
        f"UPDATE {batch.checked} c SET target_id = t.{quoted(batch.importer.row_id)} "
        f"FROM {batch.importer.target(batch)} t WHERE c.verdict = 'N' AND {same}",
        [],
    )


def _count(batch: Batch, verdict: str) -> str:
    return f"SELECT count(*) FROM {batch.checked} WHERE verdict = {literal(verdict)}"
