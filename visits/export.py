"""Results of visits as files: what the page shows, limited to so many rows a day, each export written down (R-01)."""

from __future__ import annotations

import csv
import datetime as dt
import io
import tempfile
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import xlsxwriter
from django.conf import settings
from django.db import transaction
from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.utils import formats
from django.utils.translation import ngettext

from accounts.history import Source, register_source
from accounts.models import User
from dealers import export_limit
from dealers.choices import ExportFormat
from dealers.export import XLSX_TYPE, harmless
from visits.models import VisitExport
from visits.sheets import As, Cell, Column, Sheet

_NUMBERS = {As.SHARE: "0%", As.MONEY: "#,##0.00", As.FIGURE: "0.0", As.FINE: "0.00"}


def respond(*, user: User, sheet: Sheet, format: ExportFormat, query: str, on: dt.date) -> HttpResponseBase:
    """Write the export down and answer with the file. Raises DailyLimitReached, and then nothing is written."""
    with transaction.atomic():
        export_limit.hold(user)
        left = export_limit.room(user, on=on)
        if len(sheet.rows) > left:
            raise export_limit.DailyLimitReached(settings.EXPORT_ROWS_A_DAY - left, settings.EXPORT_ROWS_A_DAY)
        VisitExport.objects.create(
            user=user, format=format, title=sheet.title[:300], query=query[:2000], rows=len(sheet.rows)
        )
    return _as_csv(sheet) if format == ExportFormat.CSV else _as_xlsx(sheet)


def _lines(sheet: Sheet) -> Iterable[list[Cell]]:
    yield from sheet.rows
    if sheet.total:
        yield sheet.total


def _plain(column: Column, value: Any) -> Any:
    """For CSV: shares and figures with the digits that the page shows or more, days in ISO 8601, no formulas."""
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.4f}" if column.kind is As.SHARE else f"{value:.2f}"
    if isinstance(value, Decimal):
        return f"{value:f}"
    return harmless(value if isinstance(value, str | int | dt.date) else str(value))


def _as_csv(sheet: Sheet) -> HttpResponse:
    buffer = io.StringIO()
    # The mark tells spreadsheets that this is UTF-8.
    buffer.write("\ufeff")
    writer = csv.writer(buffer)
    writer.writerow([harmless(column.head) for column in sheet.columns])
    for row in _lines(sheet):
        writer.writerow([_plain(column, cell.value) for column, cell in zip(sheet.columns, row, strict=True)])
    answer = HttpResponse(buffer.getvalue().encode(), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{sheet.name}.csv"'
    return answer


def _as_xlsx(sheet: Sheet) -> FileResponse:
    file = tempfile.TemporaryFile()  # noqa: SIM115 - FileResponse closes it
    book = xlsxwriter.Workbook(file, {"strings_to_formulas": False, "strings_to_urls": False, "constant_memory": True})
    page = book.add_worksheet()
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    styles = {kind: book.add_format({"num_format": text}) for kind, text in _NUMBERS.items()}
    styles[As.DAY] = book.add_format({"num_format": "yyyy-mm-dd"})
    page.freeze_panes(1, 1)
    for at, column in enumerate(sheet.columns):
        page.set_column(at, at, 16 if column.kind.is_number or column.kind is As.DAY else 28)
        page.write_string(0, at, harmless(column.head), bold)
    for number, row in enumerate(_lines(sheet), start=1):
        for at, (column, cell) in enumerate(zip(sheet.columns, row, strict=True)):
            _write(page, number, at, column, cell.value, styles)
    book.close()
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=f"{sheet.name}.xlsx", content_type=XLSX_TYPE)


def _write(page: Any, line: int, at: int, column: Column, value: Any, styles: dict[As, Any]) -> None:
    if value is None or value == "":
        return
    if isinstance(value, dt.date):
        page.write_datetime(line, at, value, styles[As.DAY])
    elif isinstance(value, int | float | Decimal) and column.kind.is_number:
        page.write_number(line, at, value, styles.get(column.kind))
    else:
        page.write_string(line, at, harmless(str(value)))


def _sentence(row: VisitExport, who: str) -> str:
    text = ngettext(
        "%(who)s exported %(count)s row of visits (%(format)s): %(title)s",
        "%(who)s exported %(count)s rows of visits (%(format)s): %(title)s",
        row.rows,
    )
    return text % {
        "who": who, "count": formats.number_format(row.rows, force_grouping=True), "format": row.get_format_display(),
        "title": row.title,
    }  # fmt: skip


def register_history() -> None:
    """Show exports in the history of changes, and let them count for the day's limit."""
    export_limit.register(VisitExport)
    register_source(Source(model="visits.VisitExport", at="exported_at", by="user", sentence=_sentence))
