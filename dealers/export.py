"""The dealer list as a file: the same dealers, order and columns as on the screen, all pages. R-01: limited and logged.

Dealers that the user sees in a territory without the right to export there are left out.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from typing import Any

import xlsxwriter
from django.conf import settings
from django.db import transaction
from django.http import FileResponse, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import gettext

from accounts.models import User
from accounts.rights import Right
from crm.base.models import Company
from dealers import export_limit
from dealers.cells import Drawing
from dealers.choices import ExportFormat
from dealers.columns import Column, columns_for, fields_of, load_all
from dealers.filters import Asked, ListState, described, held_where
from dealers.listing import ordered
from dealers.models import DealerExport
from dealers.querysets import DealerQuerySet

_BATCH = 2000
# What a spreadsheet would take for a formula, also when a file is saved as CSV later.
_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠")
# The name's cell shows these beneath it.
_WITH_NAME = ("name", "code", "romanised")

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Sheet:
    """What goes into a file."""

    heads: list[str]
    columns: list[Column]
    state: ListState
    asked: Asked
    record: DealerExport

    @property
    def file_name(self) -> str:
        return f"dealers-{self.asked.on:%Y-%m-%d}.{self.record.format.lower()}"


def respond(*, state: ListState, asked: Asked, columns: Sequence[Column], format: ExportFormat) -> HttpResponseBase:
    """Log the export and answer with the file. Raises DailyLimitReached."""
    columns = _with_code(asked.user, columns)
    currency = Company.get().currency
    sheet = Sheet(
        heads=[f"{column.label} ({currency})" if column.money else str(column.label) for column in columns],
        columns=columns,
        state=state,
        asked=asked,
        record=_open_record(state=state, asked=asked, columns=columns, format=format),
    )
    return _as_csv(sheet) if format == ExportFormat.CSV else _as_xlsx(sheet)


def exported(state: ListState, asked: Asked) -> DealerQuerySet:
    """The dealers of the list in those territories where the user may export."""
    return state.rows(asked).filter(held_where(Right.EXPORT, asked))


def _with_code(user: User, columns: Sequence[Column]) -> list[Column]:
    """The columns shown, and what the name's cell shows besides."""
    keys = {column.key for column in columns} | set(_WITH_NAME)
    return [column for column in columns_for(user) if column.key in keys]


@transaction.atomic
def _open_record(*, state: ListState, asked: Asked, columns: Sequence[Column], format: ExportFormat) -> DealerExport:
    export_limit.hold(asked.user)
    limit = settings.EXPORT_ROWS_A_DAY
    used = export_limit.used_on(asked.user, asked.on)
    wanted = exported(state, asked).order_by()[: limit - used + 1].count() if used < limit else 1
    if used + wanted > limit:
        raise export_limit.DailyLimitReached(used, limit)
    return DealerExport.objects.create(
        user=asked.user, format=format, query=state.query[:2000], filters=described(state, asked)[:2000],
        columns=[column.key for column in columns], rows=wanted,
    )  # fmt: skip


def _close_record(sheet: Sheet, rows: int) -> None:
    sheet.record.rows = rows
    sheet.record.finished_at = timezone.now()
    sheet.record.save(update_fields=["rows", "finished_at"])


def rows_of(sheet: Sheet) -> Iterator[list[Any]]:
    """Typed values row by row through a server-side cursor, what columns load in batches."""
    fields = fields_of(sheet.columns)
    chosen = ordered(exported(sheet.state, sheet.asked), sheet.state).values("pk", *fields)
    rows = chosen.iterator(chunk_size=_BATCH)
    drawing = Drawing()
    while batch := list(islice(rows, _BATCH)):
        loaded = load_all(sheet.columns, batch, sheet.asked.on)
        plan = [(column.value, loaded.get(column.key, {})) for column in sheet.columns]
        for row in batch:
            yield [value(row, values.get(row["pk"]), drawing) for value, values in plan]


def harmless(value: Any) -> Any:
    """A text that no spreadsheet takes for a formula; everything else as it is."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA_SIGNS) else value


def _plain(value: Any) -> Any:
    """For CSV: decimals without exponent, days in ISO 8601, several figures one after the other."""
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, list | tuple):
        return " ".join(str(_plain(each)) for each in value)
    return harmless(value)


def _as_csv(sheet: Sheet) -> StreamingHttpResponse:
    response = StreamingHttpResponse(_csv_lines(sheet), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{sheet.file_name}"'
    return response


def _csv_lines(sheet: Sheet) -> Iterator[bytes]:
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    # The mark tells spreadsheets that this is UTF-8.
    buffer.write("\ufeff")
    writer.writerow([_plain(head) for head in sheet.heads])
    written = 0
    for row in rows_of(sheet):
        writer.writerow([_plain(value) for value in row])
        written += 1
        if buffer.tell() > 65_536:
            yield buffer.getvalue().encode()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode()
    _close_record(sheet, written)


def _as_xlsx(sheet: Sheet) -> FileResponse:
    file = tempfile.TemporaryFile()  # noqa: SIM115 - FileResponse closes it
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "in_memory": False}
    book = xlsxwriter.Workbook(file, options)
    page = book.add_worksheet(gettext("Dealers")[:31])
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    formats = {
        "money": book.add_format({"num_format": "#,##0.00"}),
        "share": book.add_format({"num_format": "0.0%"}),
        "day": book.add_format({"num_format": "yyyy-mm-dd"}),
    }
    page.freeze_panes(1, 0)
    for at, (column, head) in enumerate(zip(sheet.columns, sheet.heads, strict=True)):
        page.set_column(at, at, 32 if column.key == "name" else 16)
        page.write_string(0, at, harmless(head), bold)
    line = 0
    for line, row in enumerate(rows_of(sheet), start=1):
        for at, (column, value) in enumerate(zip(sheet.columns, row, strict=True)):
            _write(page, line, at, value, column, formats)
    if line:
        page.autofilter(0, 0, line, len(sheet.columns) - 1)
    book.close()
    _close_record(sheet, line)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=sheet.file_name, content_type=XLSX_TYPE)


def _write(page: Any, line: int, at: int, value: Any, column: Column, formats: dict[str, Any]) -> None:
    if value is None or value == "":
        return
    if isinstance(value, Decimal):
        page.write_number(line, at, value, formats["money" if column.money else "share"])
    elif isinstance(value, int | float):
        page.write_number(line, at, value)
    elif isinstance(value, dt.date):
        page.write_datetime(line, at, value, formats["day"])
    elif isinstance(value, list | tuple):
        page.write_string(line, at, str(_plain(value)))
    else:
        page.write_string(line, at, harmless(str(value)))
