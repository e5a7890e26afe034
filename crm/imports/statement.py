"""The SELECT of a check: text, typed, joined with what it names and what is there, judged.

What it is made of stands in crm.imports.cells; what it reads and gives in crm.imports.importer.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Any

from django.db import connection, models

from accounts.scope import scope_of
from crm.imports import cells, staging
from crm.imports.batch import Batch
from crm.imports.cells import Cell, literal, quoted
from crm.imports.importer import Field, FieldType, Lookup
from crm.imports.survey import Survey

# Behind it the planner leaves a sub-select alone: each text is worked out once and not wherever it is named. A zero of
# any other type than bigint would also keep parallel workers out.
FENCE = "OFFSET '0'::bigint"


class Statement:
    """The SELECT that judges every row. `rows` restricts it; `worded` names the fields that have words."""

    def __init__(self, batch: Batch, worded: frozenset[str], rows: list[int] | None) -> None:
        self.batch, self.worded, self.rows = batch, worded, rows
        columns = {header: f"c{index}" for index, header in enumerate(batch.run.headers, start=1)}
        # What is known of all rows says nothing of those that are mended now.
        seen = batch.survey if rows is None else Survey()
        self.cells = [
            Cell(
                field, batch.mapping, columns, self.limit_of(field), field.name in worded,
                neat=seen.neat, plain=field.name in seen.plain,
            )
            for field in batch.importer.fields
        ]  # fmt: skip

    def limit_of(self, field: Field) -> int | None:
        if field.max_length is not None:
            return field.max_length
        stored = model_field(self.batch, field)
        base = getattr(stored, "base_field", stored)
        return getattr(base, "max_length", None) if base is not None else None

    @cached_property
    def filled(self) -> list[Cell]:
        return [cell for cell in self.cells if cell.filled]

    @cached_property
    def links(self) -> list[Cell]:
        """Lookups into the importer's own table whose code the file itself may bring."""
        return [cell for cell in self.filled if cell.field.lookup is not None and cell.field.lookup.same_file]

    @property
    def names(self) -> list[str]:
        """The columns it gives, in order."""
        return [
            "row", "verdict", "repeated", "target_id", "old", "errors",
            *(quoted(cell.field.name) for cell in self.cells),
            *(quoted(cell.field.name + "__code") for cell in self.links),
        ]  # fmt: skip

    def raw(self) -> str:
        """Every filled cell's text, trimmed."""
        texts = "".join(f", {cell.raw()} AS {quoted(cell.field.name)}" for cell in self.filled)
        # A function would let the planner take two of three rows for blank.
        everything = (f"s.c{index} IS NOT NULL" for index in range(1, len(self.batch.run.headers) + 1))
        where = f"({' OR '.join(everything)})"
        if self.rows is not None:
            where += f" AND s.row = ANY ({literal(self.rows)}::bigint[])"
        return f"SELECT s.row, s.cells{texts} FROM {self.batch.staging} s WHERE {where} {FENCE}"

    def typed(self) -> str:
        columns: list[str] = []
        joins: list[str] = []
        for cell in self.cells:
            name = quoted(cell.field.name)
            type_ = "text" if cell.field.type is FieldType.LOOKUP else _typed_as(cell.field)
            if not cell.filled:
                columns.append(f"NULL::{type_} AS {name}, NULL::text AS {quoted('r_' + cell.field.name)}")
                continue
            columns.append(f"{cell.typed()} AS {name}, r.{name} AS {quoted('r_' + cell.field.name)}")
            if cell.worded:
                joins.append(
                    f"LEFT JOIN {staging.words_table(self.batch.run)} m_{cell.field.name} "
                    f"ON m_{cell.field.name}.field = {literal(cell.field.name)} AND m_{cell.field.name}.raw = r.{name}"
                )
        return f"SELECT r.row, r.cells, {', '.join(columns)} FROM ({self.raw()}) r {' '.join(joins)} {FENCE}"

    def select(self) -> str:
        """The whole of it: text -> typed -> joined and judged -> verdict."""
        final = {cell.field.name: self._final(cell) for cell in self.cells}
        changed = self._changed(final)
        columns = [
            "v.row",
            f"{self._target_id()} AS target_id",
            f"({self._is_there()}) AS there",
            f"({changed}) AS changed",
            f"CASE WHEN {self._is_there()} AND ({changed}) THEN {self._old()} END AS old",
            f"{self._errors()} AS errors",
            *(f"{final[cell.field.name]} AS {quoted(cell.field.name)}" for cell in self.cells),
            *(f"v.{quoted(cell.field.name)} AS {quoted(cell.field.name + '__code')}" for cell in self.links),
        ]
        inner = f"SELECT {', '.join(columns)} FROM ({self.typed()}) v {' '.join(self._joins())} {FENCE}"
        verdict = (
            "CASE WHEN w.errors IS NOT NULL THEN 'R' WHEN NOT w.there THEN 'N' WHEN w.changed THEN 'C' ELSE 'S' END"
        )
        rest = ", ".join(f"w.{name}" for name in self.names[6:])
        return (
            f"SELECT w.row, {verdict} AS verdict, false AS repeated, w.target_id, "
            f"CASE WHEN w.errors IS NULL THEN w.old END AS old, w.errors, {rest} FROM ({inner}) w"
        )

    # --- joins ---

    def _joins(self) -> Iterable[str]:
        for cell in self.cells:
            lookup = cell.field.lookup
            if lookup is None or not (cell.filled or self._is_named(cell)):
                continue
            alias = f"l_{cell.field.name}"
            source = _lookup_source(lookup, cell.field.name in self.worded)
            yield f"LEFT JOIN {source} {alias} ON {alias}.k = v.{quoted(cell.field.name)}"
            if lookup.same_file and cell in self.links:
                yield (
                    f"LEFT JOIN ({self._file_codes()}) f_{cell.field.name} "
                    f"ON f_{cell.field.name}.k = v.{quoted(cell.field.name)}"
                )
        target = self.batch.importer.target(self.batch)
        if not target:
            # Constants: what is asked of them is answered before the first row.
            yield f"CROSS JOIN ({self._nothing_there()}) t"
            return
        conditions = " AND ".join(
            f"{there(self.batch.importer.field(name))} = {self._key_value(name)}" for name in self.batch.key
        )
        yield f"LEFT JOIN {target} t ON {conditions}"

    def _nothing_there(self) -> str:
        columns = self.batch.importer.model._meta.concrete_fields
        return (
            f"SELECT {', '.join(f'NULL::{each.db_type(connection)} AS {quoted(str(each.column))}' for each in columns)}"
        )

    def _is_named(self, cell: Cell) -> bool:
        """Whether the importer's own SQL asks for what the lookup of this cell finds, filled or not."""
        importer = self.batch.importer
        asked = [
            *(check.condition for check in importer.checks),
            *(scope.sql for scope in importer.scopes),
            *(text for field in importer.fields for text in (field.stored, field.there, field.clean)),
        ]
        return any(f"l_{cell.field.name}." in text for text in asked)

    def _file_codes(self) -> str:
        """The codes that this file brings, all of it, even when some rows only are checked anew."""
        whole = Statement(self.batch, frozenset(), None)
        key = next(cell for cell in whole.cells if cell.field.name == self.batch.key[0])
        return f"SELECT DISTINCT {key.typed()} AS k FROM ({whole.raw()}) r"

    def _key_value(self, name: str) -> str:
        return next(cell for cell in self.cells if cell.field.name == name).value()

    def _target_id(self) -> str:
        row_id = self.batch.importer.row_id
        return f"t.{quoted(row_id)}" if row_id else "NULL::bigint"

    def _is_there(self) -> str:
        row_id = self.batch.importer.row_id
        present = f"t.{quoted(row_id)}" if row_id else there(self.batch.importer.field(self.batch.key[0]))
        return f"{present} IS NOT NULL"

    # --- the row as it will be ---

    def _final(self, cell: Cell) -> str:
        field = cell.field
        now = there(field)
        default = self.default(field)
        parts = [cell.value()] if cell.filled else []
        if cell.field.name in self.batch.key:
            return parts[0]
        keeps = not cell.filled or self.batch.mapping.empty == "KEEP" or field.required
        if now and keeps:
            parts.append(now)
        if default is not None:
            parts.append(f"{literal(default)}::{cells.sql_type(field)}")
        if not parts:
            return f"NULL::{cells.sql_type(field)}"
        return parts[0] if len(parts) == 1 else f"coalesce({', '.join(parts)})"

    def default(self, field: Field) -> Any:
        """What a new row has when its cell is empty; None for nothing."""
        if field.default is not None:
            return field.default
        stored = model_field(self.batch, field)
        if stored is None or field.type is FieldType.LOOKUP or not stored.has_default():
            return "" if isinstance(stored, models.CharField | models.TextField) and not stored.null else None
        return stored.get_default()

    def _changed(self, final: dict[str, str]) -> str:
        differences = []
        for cell in self.compared():
            differences.append(f"{there(cell.field)} IS DISTINCT FROM {final[cell.field.name]}")
            if cell in self.links:
                # A link to a row that this file brings first has no id yet.
                differences.append(f"(v.{quoted(cell.field.name)} IS NOT NULL AND l_{cell.field.name}.id IS NULL)")
        return " OR ".join(differences) or "false"

    def compared(self) -> list[Cell]:
        return [cell for cell in self.filled if there(cell.field) and cell.field.name not in self.batch.key]

    def _old(self) -> str:
        return old_columns(self.batch)

    # --- what is wrong ---

    def _errors(self) -> str:
        """A jsonb array of [field, code, text], NULL when the row is fine."""
        found: list[tuple[str, str, str]] = [
            ("", "CELLS", "v.cells IS NOT NULL"),
        ]
        for cell in self.cells:
            name = cell.field.name
            found += [(name, code, condition) for code, condition in cell.faults()] if cell.filled else []
            if cell.filled and cell.field.lookup is not None:
                unknown = f"v.{quoted(name)} IS NOT NULL AND l_{name}.id IS NULL"
                if cell in self.links:
                    unknown += f" AND f_{name}.k IS NULL"
                found.append((name, "UNKNOWN", unknown))
            if cell.field.required or name in self.batch.key:
                absent = f"v.{quoted('r_' + name)} IS NULL"
                if name not in self.batch.key and self.batch.mapping.empty == "KEEP":
                    # An existing row keeps what it has.
                    absent += f" AND NOT ({self._is_there()})"
                elif name not in self.batch.key and not cell.filled:
                    absent += f" AND NOT ({self._is_there()})"
                if self.default(cell.field) in (None, ""):
                    found.append((name, "REQUIRED", absent))
        for check in self.batch.importer.checks:
            found.append((check.field, check.code, check.condition))
        found += self._scope_errors()
        # No OR of several: one that is NULL must not hide another that is true.
        any_of = " OR ".join(f"({condition})" for _, _, condition in found)
        each = ", ".join(
            f"CASE WHEN {condition} THEN jsonb_build_array({literal(name)}, {literal(code)}, {self._shown(name)}) END"
            for name, code, condition in found
        )
        return f"CASE WHEN {any_of} THEN to_jsonb(array_remove(ARRAY[{each}], NULL)) END"

    def _shown(self, name: str) -> str:
        if not name:
            return "v.cells::text"
        return f"left(v.{quoted('r_' + name)}, {cells.SHOWN})"

    def _scope_errors(self) -> list[tuple[str, str, str]]:
        allowed = territories(self.batch)
        if allowed is None:
            return []
        return [
            (scope.field, "SCOPE", f"{scope.sql} IS NOT NULL AND {scope.sql} <> ALL ({literal(allowed)}::bigint[])")
            for scope in self.batch.importer.scopes
        ]


def territories(batch: Batch) -> list[int] | None:
    """Where the user holds the importer's rights; None for everywhere, as for the server's own runs."""
    if batch.user is None:
        return None
    scope = scope_of(batch.user, on=batch.on)
    held = [pk for pk in scope.territory_ids if all(scope.may(right, pk) for right in batch.importer.rights)]
    return None if scope.everything and len(held) == len(scope.territory_ids) else held


def there(field: Field) -> str:
    """SQL for what the target's row `t` has now; empty for a field that is not stored."""
    column = field.there or (f"t.{quoted(field.target_column)}" if field.target_column else "")
    return f"{column}::text[]" if column and field.type is FieldType.LIST else column


def old_columns(batch: Batch) -> str:
    """SQL for a jsonb object of what the file may change in the target's row `t`: by column, or by field."""
    made = Statement(batch, frozenset(), None)
    parts = [f"{literal(cell.field.target_column or cell.field.name)}, {there(cell.field)}" for cell in made.compared()]
    return f"jsonb_build_object({', '.join(parts)})"


def _typed_as(field: Field) -> str:
    """The type of the value before `Field.stored` is applied."""
    return cells.SQL_TYPES.get(field.type, "text")


def _lookup_source(lookup: Lookup, worded: bool) -> str:
    table = quoted(lookup.table)
    extra = "".join(f", {quoted(column)}" for column in lookup.extra)
    where = f" WHERE {lookup.where}" if lookup.where else ""
    if len(lookup.keys) == 1:
        return f"(SELECT {quoted(lookup.keys[0])}::text AS k, id{extra} FROM {table}{where})"
    # Grouped, not numbered by a window: those keep parallel workers out.
    first = "".join(f", (array_agg({quoted(column)}))[1] AS {quoted(column)}" for column in lookup.extra)
    parts = []
    for place, key in enumerate(lookup.keys):
        taken = "".join(
            f" AND NOT EXISTS (SELECT FROM {table} o WHERE o.{quoted(other)} = {table}.{quoted(key)})"
            for other in lookup.keys[:place]
        )
        parts.append(
            f"SELECT {quoted(key)}::text AS k, min(id) AS id{first} FROM {table} "
            f"WHERE {lookup.where or 'true'} AND {quoted(key)} <> ''{taken} GROUP BY {quoted(key)} HAVING count(*) = 1"
        )
    return f"({' UNION ALL '.join(parts)})"


def model_field(batch: Batch, field: Field) -> models.Field[Any, Any] | None:
    """The target's field that is stored in, None when it is not stored or the importer's own affair."""
    for candidate in batch.importer.model._meta.concrete_fields:
        if field.target_column and candidate.column == field.target_column:
            return candidate
    return None
