"""The check: from the cells of a file to a verdict on every row, in a few statements over all of them.

Reads the staging table and the target, writes the checked table (both described in crm.imports.importer). What the
statements are made of stands in crm.imports.cells.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db import models
from django.db.backends.utils import CursorWrapper

from accounts.scope import scope_of
from crm.base.sql import analyze
from crm.imports import cells, limits, staging, survey
from crm.imports.batch import Batch
from crm.imports.cells import Cell, literal, quoted
from crm.imports.choices import DateOrder, DecimalSign, Verdict
from crm.imports.importer import Field, FieldType, Lookup
from crm.imports.mapping import folded, meanings
from crm.imports.problems import BadFile
from crm.imports.survey import Survey
from crm.imports.values import parse_boolean, parse_date, parse_month, parse_number

Report = Callable[[float, str], None]

# Behind it the planner leaves a sub-select alone: each text is worked out once and not wherever it is named. A zero of
# any other type than bigint would also keep parallel workers out.
FENCE = "OFFSET '0'::bigint"


@dataclass(frozen=True)
class Counts:
    new: int = 0
    changed: int = 0
    same: int = 0
    refused: int = 0

    @property
    def total(self) -> int:
        return self.new + self.changed + self.same + self.refused


def model_field(batch: Batch, field: Field) -> models.Field[Any, Any] | None:
    """The target's field that is stored in, None when it is not stored or the importer's own affair."""
    for candidate in batch.importer.model._meta.concrete_fields:
        if field.target_column and candidate.column == field.target_column:
            return candidate
    return None


def check(cursor: CursorWrapper, batch: Batch, report: Report, *, rows: list[int] | None = None) -> Counts:
    """Write `batch.checked` for all rows, or anew for some; give the counts of all. Raises BadFile."""
    if rows is None:
        cursor.execute(f"DROP TABLE IF EXISTS {batch.checked}")
    else:
        cursor.execute(f"DELETE FROM {batch.checked} WHERE row = ANY(%s)", [rows])
    report(0.3, "READING_VALUES")
    worded = _collect_words(cursor, batch, rows)
    report(0.5, "CHECKING")
    statement = Statement(batch, worded, rows)
    if rows is None:
        cursor.execute(f"CREATE UNLOGGED TABLE {batch.checked} AS {statement.select()}", [])
    else:
        columns = ", ".join(statement.names)
        cursor.execute(f"INSERT INTO {batch.checked} ({columns}) {statement.select()}", [])
    report(0.8, "COMPARING_ROWS")
    _refuse_doubles(cursor, batch, statement)
    for check_sql, params in batch.importer.extra_checks(batch):
        _refuse(cursor, batch, check_sql, params)
    _refuse_orphans(cursor, batch, statement)
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


# --- Columns that show how they are meant --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Evidence:
    """How the file's dates and decimals are meant. `ambiguous` names date fields that could be read either way.
    `survey` is what the look at them showed besides."""

    date_order: str
    decimal_sign: str
    ambiguous: tuple[str, ...] = ()
    survey: Survey = field(default_factory=Survey)


def evidence(cursor: CursorWrapper, batch: Batch, *, usual_order: str) -> Evidence:
    """Look at every cell of the date and number columns; `usual_order` when the dates show nothing."""
    mapping = batch.mapping
    batch = replace(batch, survey=Survey(neat=bool(batch.run.reading.get("neat"))))
    made = Statement(batch, frozenset(), None)
    seen = survey.look(cursor, filled=made.filled, source=made.raw(), neat=batch.survey.neat)
    asked = [
        cell
        for cell in made.filled
        if cell.field.type in cells.DATED | cells.NUMERIC and cell.field.name not in seen.plain
    ]
    # Where every text is plain nothing else shows how it is meant, and nothing has to be guessed.
    odd = _odd(cursor, made, asked)
    dates = [cell for cell in odd if cell.field.type in cells.DATED]
    numbers = [cell for cell in odd if cell.field.type in cells.NUMERIC]
    wanted: list[str] = []
    for cell in dates:
        x = f"r.{quoted(cell.field.name)}"
        wanted += [
            f"coalesce(bool_or({x} ~ {literal(pattern)}), false)"
            for pattern in (cells.DAY_FIRST, cells.MONTH_FIRST, cells.EITHER_FIRST)
        ]
    for cell in numbers:
        x = f"r.{quoted(cell.field.name)}"
        wanted += [
            f"coalesce(bool_or({x} ~ {literal(pattern)}), false)"
            for pattern in (cells.CLEARLY_COMMA, cells.CLEARLY_POINT)
        ]
    if not wanted:
        return Evidence(mapping.date_order or usual_order, mapping.decimal_sign or DecimalSign.POINT, (), seen)
    cursor.execute(f"SELECT {', '.join(wanted)} FROM ({made.raw()}) r", [])
    found = list(cursor.fetchone())
    dated, numbered = found[: 3 * len(dates)], found[3 * len(dates) :]
    day_first, month_first = any(dated[0::3]), any(dated[1::3])
    order = mapping.date_order or usual_order
    if not mapping.date_order and day_first != month_first:
        order = DateOrder.DAY_FIRST if day_first else DateOrder.MONTH_FIRST
    ambiguous = (
        ()
        if day_first or month_first
        else tuple(cell.field.name for cell, either in zip(dates, dated[2::3], strict=True) if either)
    )
    comma, point = any(numbered[0::2]), any(numbered[1::2])
    sign = mapping.decimal_sign or (DecimalSign.COMMA if comma and not point else DecimalSign.POINT)
    if sign == DecimalSign.COMMA and not mapping.decimal_sign:
        # They were looked at as if a point were a decimal point.
        seen = replace(
            seen, plain=seen.plain - {cell.field.name for cell in made.filled if cell.field.type in cells.NUMERIC}
        )
    return Evidence(str(order), str(sign), ambiguous, seen)


# --- Words --------------------------------------------------------------------------------------------------------------


def _collect_words(cursor: CursorWrapper, batch: Batch, rows: list[int] | None) -> frozenset[str]:
    """Work out every odd text once and put it where the statement finds it; give the fields that have any."""
    made = Statement(batch, frozenset(), rows)
    table = staging.words_table(batch.run)
    cursor.execute(f"DROP TABLE IF EXISTS {table}")
    cells_with_words = [cell for cell in made.filled if cell.field.type in cells.WORDED or _vocabulary(cell)]
    if not cells_with_words:
        return frozenset()
    worded: set[str] = set()
    for cell in _odd(cursor, made, [cell for cell in cells_with_words if not cell.plain]):
        understand = _understand(cell)
        x = f"r.{quoted(cell.field.name)}"
        condition = cell.odd() if cell.field.type in cells.WORDED else "true"
        cursor.execute(
            f"SELECT DISTINCT {x} FROM ({made.raw()}) r WHERE {x} IS NOT NULL AND {condition} "
            f"LIMIT {limits.ODD_TEXTS + 1}",
            [],
        )
        texts = [text for (text,) in cursor.fetchall()]
        if len(texts) > limits.ODD_TEXTS:
            raise BadFile("TOO_MANY_ODD", field=cell.field.name, limit=limits.ODD_TEXTS)
        known = [(text, meaning) for text in texts if (meaning := understand(text)) is not None]
        if known:
            if not worded:
                cursor.execute(f"CREATE UNLOGGED TABLE {table} (field text, raw text, value text)")
            worded.add(cell.field.name)
            with staging.raw_cursor(cursor).copy(f"COPY {table} (field, raw, value) FROM STDIN") as copy:
                for text, meaning in known:
                    copy.write_row([cell.field.name, text, meaning])
    if worded:
        cursor.execute(f"ANALYZE {table}")
    return frozenset(worded)


def _odd(cursor: CursorWrapper, made: Statement, asked: list[Cell]) -> list[Cell]:
    """Those of the cells that have texts which the database cannot read by itself; one pass over the file."""
    plain = [cell for cell in asked if cell.field.type in cells.WORDED]
    if not plain:
        return asked
    flags = ", ".join(f"coalesce(bool_or({cell.odd()}), false)" for cell in plain)
    cursor.execute(f"SELECT {flags} FROM ({made.raw()}) r", [])
    odd = {cell.field.name for cell, flag in zip(plain, cursor.fetchone(), strict=True) if flag}
    return [cell for cell in asked if cell not in plain or cell.field.name in odd]


def _vocabulary(cell: Cell) -> dict[str, str]:
    """What words mean, by folded word: the choice's own, the importer's synonyms, then the profile's values."""
    field = cell.field
    words = {folded(word): meaning for word, meaning in field.synonyms.items()} | meanings(field)
    return words | {folded(word): meaning for word, meaning in cell.mapping.values.get(field.name, {}).items()}


def _understand(cell: Cell) -> Callable[[str], str | None]:
    """A function from an odd text to the value's text, None for what cannot be understood."""
    vocabulary = _vocabulary(cell)
    order, sign = cell.mapping.date_order or DateOrder.DAY_FIRST, cell.mapping.decimal_sign or "."

    def by_words(text: str) -> str | None:
        return vocabulary.get(folded(text))

    def by_type(text: str) -> str | None:
        known = vocabulary.get(folded(text)) if vocabulary else None
        text = known if known is not None else text
        match cell.field.type:
            case FieldType.DATE:
                day = parse_date(text, order)
                return day.isoformat() if day else None
            case FieldType.MONTH:
                day = parse_month(text, order)
                return day.isoformat() if day else None
            case FieldType.BOOLEAN:
                answer = parse_boolean(text)
                return None if answer is None else str(answer).lower()
            case FieldType.INTEGER:
                number = parse_number(text, sign)
                whole = number is not None and number == number.to_integral_value() and abs(number) < Decimal(10) ** 15
                return str(int(number)) if whole and number is not None else None
            case FieldType.DECIMAL | FieldType.LATITUDE | FieldType.LONGITUDE:
                number = parse_number(text, sign)
                return None if number is None else f"{number:f}"
        return None

    return by_type if cell.field.type in cells.WORDED - {FieldType.CHOICE} else by_words


# --- The statement ------------------------------------------------------------------------------------------------------


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
        everything = ", ".join(f"s.c{index}" for index in range(1, len(self.batch.run.headers) + 1))
        where = f"num_nonnulls({everything}) > 0"
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
        conditions = " AND ".join(
            f"{there(self.batch.importer.field(name))} = {self._key_value(name)}" for name in self.batch.key
        )
        yield f"LEFT JOIN {self.batch.importer.target(self.batch)} t ON {conditions}"

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


# --- What only all rows together show ------------------------------------------------------------------------------------


def _add_error(batch: Batch, source: str) -> str:
    """An UPDATE that refuses the rows of `source`: (row, field, code, value, other)."""
    return (
        f"UPDATE {batch.checked} c SET verdict = 'R', old = NULL, "
        "errors = coalesce(c.errors, '[]') || jsonb_build_array(jsonb_build_array(e.field, e.code, e.value, e.other)) "
        f"FROM ({source}) e WHERE c.row = e.row"
    )


def _refuse(cursor: CursorWrapper, batch: Batch, statement: str, params: Iterable[Any]) -> None:
    source = (
        f"SELECT x.row, x.field::text, x.code::text, left(x.value::text, {cells.SHOWN}) AS value, NULL::bigint AS other "
        f"FROM ({statement}) x (row, field, code, value)"
    )
    cursor.execute(_add_error(batch, source), list(params))


def _refuse_doubles(cursor: CursorWrapper, batch: Batch, statement: Statement) -> None:
    """Rows with one key refuse each other, each naming one of the others."""
    keys = ", ".join(f"{quoted(name)}" for name in batch.key)
    present = " AND ".join(f"{quoted(name)} IS NOT NULL" for name in batch.key)
    groups = f"FROM {batch.checked} WHERE {present} GROUP BY {keys} HAVING count(*) > 1"
    cursor.execute(f"SELECT EXISTS (SELECT 1 {groups})")
    if not cursor.fetchone()[0]:
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


def _refuse_orphans(cursor: CursorWrapper, batch: Batch, statement: Statement) -> None:
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


def with_evidence(batch: Batch, found: Evidence) -> Batch:
    return replace(
        batch,
        survey=found.survey,
        mapping=batch.mapping.with_guesses(date_order=found.date_order, decimal_sign=found.decimal_sign),
    )
