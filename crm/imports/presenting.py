"""Checked rows as a page shows them: as they will be, with what was before and what is wrong."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import connection
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from crm.base.text import joined, run_on
from crm.imports import messages, staging
from crm.imports.batch import Batch
from crm.imports.cells import quoted
from crm.imports.choices import ImportState, Verdict
from crm.imports.importer import Field, FieldType
from crm.imports.models import ImportRun
from crm.imports.statement import Statement

PAGE = 50
# Words that are not known and can be given a meaning all at once.
WORDS = 30


@dataclass
class ShownCell:
    """One cell. `column` is the file's (from 1) where it can be mended, else None; `raw` is what the file has."""

    field: Field
    text: str = ""
    old: str = ""
    changed: bool = False
    problems: list[str] = dataclasses.field(default_factory=list)
    raw: str = ""
    column: int | None = None


@dataclass
class ShownRow:
    number: int
    verdict: Verdict
    repeated: bool
    cells: list[ShownCell]
    # What is wrong with the row as a whole.
    problems: list[str] = dataclasses.field(default_factory=list)


@dataclass(frozen=True)
class Page:
    rows: list[ShownRow]
    fields: list[Field]
    # Row number to go on after; None at the end.
    after: int | None


def page(batch: Batch, *, verdict: str = "", after: int = 0) -> Page:
    """A page of rows, by row number, from after `after`; `verdict` empty for all."""
    statement = Statement(batch, frozenset(), None)
    shown = [cell.field for cell in statement.filled]
    names = ", ".join(f"c.{quoted(each.name)}" for each in shown)
    links = "".join(f", c.{quoted(cell.field.name + '__code')}" for cell in statement.links)
    where = "c.row > %s" + (" AND c.verdict = %s" if verdict else "")
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT c.row, c.verdict, c.repeated, c.old, c.errors, {names}{links} FROM {batch.checked} c "
            f"WHERE {where} ORDER BY c.row LIMIT {PAGE + 1}",
            [after, *([verdict] if verdict else [])],
        )
        found = cursor.fetchall()
    rest = found[:PAGE]
    texts = _codes(batch, shown, rest)
    cells = staging.cells_of(batch.run, [row[0] for row in rest])
    codes_at = 5 + len(shown)
    rows = [
        _row(
            batch,
            shown,
            row[:5],
            row[5:codes_at],
            dict(zip((cell.field.name for cell in statement.links), row[codes_at:], strict=True)),
            texts,
            cells.get(row[0], []),
        )
        for row in rest
    ]
    return Page(rows, shown, rest[-1][0] if len(found) > PAGE else None)


def _row(
    batch: Batch,
    fields: Sequence[Field],
    head: Sequence[Any],
    values: Sequence[Any],
    linked: dict[str, str | None],
    texts: dict[str, dict[int, str]],
    file_cells: Sequence[str],
) -> ShownRow:
    number, verdict, repeated, old, errors = head
    old, errors = _json(old) or {}, _json(errors) or []
    row = ShownRow(number, Verdict(verdict), repeated, [])
    for each, value in zip(fields, values, strict=True):
        cell = ShownCell(each, text=_text(each, value, texts))
        if value is None and linked.get(each.name):
            cell.text = str(linked[each.name])
        column = _column(batch, each)
        if column is not None and file_cells:
            cell.raw, cell.column = file_cells[column - 1], column
        key = each.target_column or each.name
        if key in old:
            before = _text(each, _from_json(each, old[key]), texts)
            cell.changed, cell.old = before != cell.text, before
        cell.problems = [messages.error_text(batch, error) for error in errors if error[0] == each.name]
        if row.verdict is Verdict.REFUSED and (cell.problems or not cell.text):
            cell.text = cell.raw
        row.cells.append(cell)
    shown = {each.name for each in fields}
    row.problems = [_with_field(batch, error) for error in errors if error[0] not in shown]
    if repeated:
        row.problems.append(_("The same row stands further up."))
    return row


def _with_field(batch: Batch, error: Sequence[Any]) -> str:
    return messages.sentence_of(batch, [error])


def _json(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


def _from_json(field: Field, value: Any) -> Any:
    if value is None:
        return None
    if field.type in (FieldType.DATE, FieldType.MONTH):
        return dt.date.fromisoformat(value)
    return Decimal(str(value)) if field.type is FieldType.DECIMAL else value


def _column(batch: Batch, field: Field) -> int | None:
    """The one column of the file that the field is read from; None when there are several or none."""
    headers = batch.mapping.columns.get(field.name, ())
    return batch.run.headers.index(headers[0]) + 1 if len(headers) == 1 else None


def _text(field: Field, value: Any, texts: dict[str, dict[int, str]]) -> str:
    if value is None:
        return ""
    match field.type:
        case FieldType.LOOKUP:
            return texts.get(field.name, {}).get(value, str(value))
        case FieldType.CHOICE:
            return str(dict(field.choices.choices).get(value, value)) if field.choices else str(value)
        case FieldType.BOOLEAN:
            return pgettext("answer", "yes") if value else pgettext("answer", "no")
        case FieldType.DATE:
            return date_format(value, "SHORT_DATE_FORMAT")
        case FieldType.MONTH:
            return date_format(value, "YEAR_MONTH_FORMAT")
        case FieldType.DECIMAL:
            return number_format(value, force_grouping=True)
        case FieldType.LIST:
            return joined(value)
    return str(value)


def _codes(batch: Batch, fields: Sequence[Field], rows: Sequence[Sequence[Any]]) -> dict[str, dict[int, str]]:
    """The codes of the rows that lookups lead to, now and before, by field: one query a lookup."""
    found: dict[str, dict[int, str]] = {}
    for index, each in enumerate(fields):
        if each.lookup is None:
            continue
        ids = {row[5 + index] for row in rows} | {
            (_json(row[3]) or {}).get(each.target_column) for row in rows if row[3]
        }
        found[each.name] = _codes_of(each, [pk for pk in ids if pk is not None])
    return found


def _codes_of(field: Field, ids: list[int]) -> dict[int, str]:
    if not ids or field.lookup is None:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id, {quoted(field.lookup.keys[0])}::text FROM {quoted(field.lookup.table)} WHERE id = ANY(%s)",
            [ids],
        )
        return dict(cursor.fetchall())


# --- Words without a meaning --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class UnknownWord:
    """A text that refused `rows` rows because it means nothing to `field`."""

    field: Field
    text: str
    rows: int


def unknown_words(batch: Batch) -> list[UnknownWord]:
    """Texts of choices and lookups that are not known, the most frequent first."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT e ->> 0, e ->> 2, count(*) FROM {batch.checked} c, jsonb_array_elements(c.errors) e "
            "WHERE c.verdict = 'R' AND e ->> 1 IN ('CHOICE', 'UNKNOWN') GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2 LIMIT %s",
            [WORDS],
        )
        return [UnknownWord(batch.importer.field(name), text, rows) for name, text, rows in cursor.fetchall()]


def reasons(batch: Batch) -> list[tuple[str, int]]:
    """Why rows were refused, by field and kind, the most frequent first: label and rows."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT e ->> 0, e ->> 1, min(e ->> 2), min((e ->> 3)::bigint), count(*) "
            f"FROM {batch.checked} c, jsonb_array_elements(c.errors) e WHERE c.verdict = 'R' "
            "GROUP BY 1, 2 ORDER BY 5 DESC LIMIT 8"
        )
        return [
            (messages.sentence_of(batch, [[name, code, value, other]]), rows)
            for name, code, value, other, rows in cursor.fetchall()
        ]


# --- Sentences ----------------------------------------------------------------------------------------------------------


def load_label(run: ImportRun) -> str:
    """What the button says it will do."""
    figures = {
        "new": number_format(run.rows_new, force_grouping=True),
        "changed": number_format(run.rows_changed, force_grouping=True),
        "refused": number_format(run.rows_refused, force_grouping=True),
    }
    match bool(run.rows_new), bool(run.rows_changed), bool(run.rows_refused):
        case True, True, True:
            return _("Load %(new)s new, change %(changed)s, skip %(refused)s") % figures
        case True, True, False:
            return _("Load %(new)s new, change %(changed)s") % figures
        case True, False, True:
            return _("Load %(new)s new, skip %(refused)s") % figures
        case True, False, False:
            return _("Load %(new)s new") % figures
        case False, True, True:
            return _("Change %(changed)s, skip %(refused)s") % figures
        case False, True, False:
            return _("Change %(changed)s") % figures
    return _("Nothing to load")


def outcome(run: ImportRun) -> str:
    """What a run that was loaded, or then undone, did: whole sentences."""
    new = ngettext("%(count)s row is new.", "%(count)s rows are new.", run.rows_new)
    changed = ngettext("%(count)s row was changed.", "%(count)s rows were changed.", run.rows_changed)
    refused = ngettext("%(count)s row was left out.", "%(count)s rows were left out.", run.rows_refused)
    if run.state == ImportState.UNDONE:
        kept = ngettext(
            "%(count)s row stays: it was changed or used since.",
            "%(count)s rows stay: they were changed or used since.",
            run.rows_kept,
        )
        return run_on((_("This import was undone."), _counted(kept, run.rows_kept)))
    loaded = run_on((_counted(new, run.rows_new), _counted(changed, run.rows_changed)))
    return run_on((loaded or _("Nothing had to be loaded."), _counted(refused, run.rows_refused)))


def _counted(sentence: str, count: int) -> str:
    """Empty for none."""
    return sentence % {"count": number_format(count, force_grouping=True)} if count else ""


def figures(run: ImportRun) -> Iterable[tuple[Verdict | None, str, int]]:
    """The verdicts with their counts, for the filter above the rows; None is all."""
    yield None, pgettext("import rows", "All"), run.rows
    yield Verdict.NEW, pgettext("import rows", "New"), run.rows_new
    yield Verdict.CHANGED, pgettext("import rows", "Changed"), run.rows_changed
    yield Verdict.SAME, pgettext("import rows", "Same"), run.rows_same
    yield Verdict.REFUSED, pgettext("import rows", "Refused"), run.rows_refused
