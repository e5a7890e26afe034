"""Files that go back: the refused rows with their reasons, and an example of every sheet."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import xlsxwriter
from django.db import connection
from django.utils.translation import gettext as _

from crm.base.formulas import guarded
from crm.imports import messages
from crm.imports.batch import Batch
from crm.imports.importer import FieldType, Importer

_AT_ONCE = 2_000


def refused_rows(batch: Batch) -> Iterator[list[str]]:
    """Header and refused rows as they were uploaded, with the row's number and the reason behind."""
    yield [*batch.run.headers, _("Row"), _("Reason")]
    names = ", ".join(f"coalesce(s.c{index}, '')" for index in range(1, len(batch.run.headers) + 1))
    after = 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT c.row, c.errors, {names} FROM {batch.checked} c JOIN {batch.staging} s USING (row) "
                "WHERE c.verdict = 'R' AND c.row > %s ORDER BY c.row LIMIT %s",
                [after, _AT_ONCE],
            )
            found = cursor.fetchall()
        for row, errors, *cells in found:
            parsed = json.loads(errors) if isinstance(errors, str) else errors
            yield [*cells, str(row), messages.sentence_of(batch, parsed)]
        if len(found) < _AT_ONCE:
            return
        after = found[-1][0]


def example_rows(importer: Importer) -> list[list[str]]:
    """A sheet that could be imported: headers in the reader's language, one row."""
    fields = [each for each in importer.fields if each.example or each.required or each.type is not FieldType.LIST]
    return [[str(each.label) for each in fields], [str(each.example) for each in fields]]


def as_csv(rows: Iterable[list[str]]) -> Iterator[str]:
    """CSV with a byte order mark, so that spreadsheets read every script."""
    yield "\ufeff"
    for row in rows:
        line = io.StringIO()
        csv.writer(line).writerow([guarded(cell) for cell in row])
        yield line.getvalue()


def as_xlsx(rows: Iterable[list[str]]) -> bytes:
    """A workbook of texts, never of formulas, links or numbers: what was typed comes back as it was."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "sheet.xlsx"
        with xlsxwriter.Workbook(path, {"constant_memory": True, "tmpdir": folder}) as book:
            sheet = book.add_worksheet()
            bold = book.add_format({"bold": True})
            for number, row in enumerate(rows):
                for column, cell in enumerate(row):
                    sheet.write_string(number, column, guarded(cell), bold if number == 0 else None)
            sheet.freeze_panes(1, 0)
        return path.read_bytes()
