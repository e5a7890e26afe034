"""What only all rows together show: rows with one key, rows that name a refused one, what an importer asks besides."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.backends.utils import CursorWrapper

from crm.imports import cells
from crm.imports.batch import Batch
from crm.imports.cells import literal, quoted
from crm.imports.importer import FieldType
from crm.imports.statement import Statement


def _add_error(batch: Batch, source: str) -> str:
    """An UPDATE that refuses the rows of `source`: (row, field, code, value, other)."""
    return (
        f"UPDATE {batch.checked} c SET verdict = 'R', old = NULL, "
        "errors = coalesce(c.errors, '[]') || jsonb_build_array(jsonb_build_array(e.field, e.code, e.value, e.other)) "
        f"FROM ({source}) e WHERE c.row = e.row"
    )


def refuse(cursor: CursorWrapper, batch: Batch, statement: str, params: Iterable[Any]) -> None:
    source = (
        f"SELECT x.row, x.field::text, x.code::text, left(x.value::text, {cells.SHOWN}) AS value, NULL::bigint AS other "
        f"FROM ({statement}) x (row, field, code, value)"
    )
    cursor.execute(_add_error(batch, source), list(params))


def refuse_doubles(cursor: CursorWrapper, batch: Batch, statement: Statement) -> None:
    """Rows with one key refuse each other, each naming one of the others."""
    keys = ", ".join(f"{quoted(name)}" for name in batch.key)
    present = " AND ".join(f"{quoted(name)} IS NOT NULL" for name in batch.key)
    groups = f"FROM {batch.checked} WHERE {present} GROUP BY {keys} HAVING count(*) > 1"
    if _differ(cursor, batch, keys, present):
        return
    if batch.importer.skips_repetitions:
        cursor.execute(_pass_over_repetitions(batch, statement), [])
        groups = f"FROM {batch.checked} WHERE {present} AND NOT repeated GROUP BY {keys} HAVING count(*) > 1"
    shown = next(cell for cell in statement.cells if cell.field.name == batch.key[0])
    value = f"c.{quoted(shown.field.name)}::text" if shown.field.type is not FieldType.LOOKUP else "NULL::text"
    same = " AND ".join(f"c.{quoted(name)} = d.{quoted(name)}" for name in batch.key)
    source = (
        f"SELECT c.row, {literal(batch.key[0])} AS field, 'DUPLICATE' AS code, {value} AS value, "
        f"CASE WHEN c.row = d.first THEN d.last ELSE d.first END AS other FROM {batch.checked} c "
        f"JOIN (SELECT {keys}, min(row) AS first, max(row) AS last {groups}) d ON {same} WHERE NOT c.repeated"
    )
    cursor.execute(_add_error(batch, source), [])


def _differ(cursor: CursorWrapper, batch: Batch, keys: str, present: str) -> bool:
    """Whether all keys are surely different: their hashes are. Numbers are sorted in a third of the time of groups; two
    keys with one hash among a million are as likely as one in thirty million."""
    hashed = f"SELECT hash_record_extended(row({keys}), 0) AS h FROM {batch.checked} WHERE {present} OFFSET 0"
    cursor.execute(f"SELECT count(*) = count(DISTINCT k.h) FROM ({hashed}) k")
    return bool(cursor.fetchone()[0])


def _pass_over_repetitions(batch: Batch, statement: Statement) -> str:
    """An UPDATE that marks every row which repeats an earlier one in all fields."""
    fields = ", ".join(quoted(cell.field.name) for cell in statement.cells)
    key = " AND ".join(f"{quoted(name)} IS NOT NULL" for name in batch.key)
    groups = (
        f"SELECT row, min(row) OVER (PARTITION BY {fields}) AS first FROM {batch.checked} "
        f"WHERE {key} AND verdict <> 'R'"
    )
    return (
        f"UPDATE {batch.checked} c SET verdict = 'S', old = NULL, repeated = true "
        f"FROM ({groups}) g WHERE g.row = c.row AND g.first < g.row"
    )


def doubles_of(cursor: CursorWrapper, batch: Batch) -> list[int]:
    """Rows refused because of another row: their verdict may change when that one does."""
    cursor.execute(
        f"SELECT row FROM {batch.checked} c WHERE verdict = 'R' "
        "AND EXISTS (SELECT FROM jsonb_array_elements(c.errors) error WHERE error ->> 1 = ANY (%s))",
        [sorted({"DUPLICATE", "ORPHAN"} | batch.importer.shared_codes)],
    )
    return [row for (row,) in cursor.fetchall()]


def refuse_orphans(cursor: CursorWrapper, batch: Batch, statement: Statement) -> None:
    """A row that names one of this file which is refused itself goes with it."""
    key = quoted(batch.key[0])
    for cell in statement.links:
        code = quoted(cell.field.name + "__code")
        source = (
            f"SELECT c.row, {literal(cell.field.name)} AS field, 'ORPHAN' AS code, c.{code} AS value, p.row AS other "
            f"FROM {batch.checked} c LEFT JOIN {batch.checked} p ON p.{key} = c.{code} "
            f"WHERE c.verdict <> 'R' AND c.{code} IS NOT NULL AND c.{quoted(cell.field.name)} IS NULL "
            f"AND p.verdict IS NOT DISTINCT FROM 'R'"
        )
        cursor.execute(_add_error(batch, source), [])
        while cursor.rowcount:
            cursor.execute(_add_error(batch, source), [])
