"""How a file's dates and decimal signs are meant, as its own columns show it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from django.db.backends.utils import CursorWrapper

from crm.imports import cells, survey
from crm.imports.batch import Batch
from crm.imports.cells import literal, quoted
from crm.imports.choices import DateOrder, DecimalSign
from crm.imports.statement import Statement
from crm.imports.survey import Survey
from crm.imports.words import odd_cells


@dataclass(frozen=True)
class Evidence:
    """How the file's dates and decimals are meant. `ambiguous` names date fields that could be read either way.
    `survey` is what the look at them showed besides."""

    date_order: str
    decimal_sign: str
    ambiguous: tuple[str, ...] = ()
    survey: Survey = field(default_factory=Survey)


def gather(cursor: CursorWrapper, batch: Batch, *, usual_order: str) -> Evidence:
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
    odd = odd_cells(cursor, made, asked)
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


def with_evidence(batch: Batch, found: Evidence) -> Batch:
    return replace(
        batch,
        survey=found.survey,
        mapping=batch.mapping.with_guesses(date_order=found.date_order, decimal_sign=found.decimal_sign),
    )
