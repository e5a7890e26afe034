"""Texts that the database cannot read by itself: each is worked out once, in Python, and put where the check finds it."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from django.db.backends.utils import CursorWrapper

from crm.imports import cells, limits, staging
from crm.imports.batch import Batch
from crm.imports.cells import Cell, quoted
from crm.imports.choices import DateOrder
from crm.imports.importer import FieldType
from crm.imports.mapping import folded, meanings
from crm.imports.problems import BadFile
from crm.imports.statement import Statement
from crm.imports.values import parse_boolean, parse_date, parse_month, parse_number


def collect_words(cursor: CursorWrapper, batch: Batch, rows: list[int] | None) -> frozenset[str]:
    """Work out every odd text once and put it where the statement finds it; give the fields that have any."""
    made = Statement(batch, frozenset(), rows)
    table = staging.words_table(batch.run)
    cursor.execute(f"DROP TABLE IF EXISTS {table}")
    cells_with_words = [cell for cell in made.filled if cell.field.type in cells.WORDED or _vocabulary(cell)]
    if not cells_with_words:
        return frozenset()
    worded: set[str] = set()
    for cell in odd_cells(cursor, made, [cell for cell in cells_with_words if not cell.plain]):
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


def odd_cells(cursor: CursorWrapper, made: Statement, asked: list[Cell]) -> list[Cell]:
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
