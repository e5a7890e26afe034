"""Reads one sheet of a workbook into a CSV file, in a process of its own with limits on memory and time.

Run by path (`python -I workbook_process.py WORKBOOK OUT SHEET MEMORY SECONDS ROWS COLUMNS`), so it imports nothing of
the project. The CSV has no header line of its own: every record is the row's number, the number of its cells, and the
cells; the first record is the sheet's header. Prints one JSON object: {"sheets", "sheet", "columns", "rows"} or
{"error", ...}.
"""

from __future__ import annotations

import csv
import datetime as dt
import json
import resource
import sys
from pathlib import Path


def cell(value: object) -> str:
    """A value as it would stand in a CSV file; line ends as LF, without characters that a text cannot hold."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(" ")
    if isinstance(value, dt.date | dt.time | dt.timedelta):
        return str(value)
    return str(value).replace("\0", "").replace("_x000D_", "").replace("\r\n", "\n").replace("\r", "\n")


def read(workbook: str, out: str, sheet: str, rows_limit: int, columns_limit: int) -> dict[str, object]:
    from python_calamine import CalamineWorkbook, PasswordError, SheetVisibleEnum

    try:
        book = CalamineWorkbook.from_path(workbook)
    except PasswordError:
        return {"error": "PASSWORD"}
    visible = [
        each.name for each in book.sheets_metadata if each.visible is SheetVisibleEnum.Visible
    ] or book.sheet_names
    name = sheet if sheet in book.sheet_names else ""
    for candidate in [name] if name else visible:
        found = book.get_sheet_by_name(candidate)
        if found.height:
            name = candidate
            break
    else:
        found = book.get_sheet_by_name(name or visible[0])
        name = name or visible[0]
    if found.width > columns_limit:
        return {"error": "TOO_MANY_COLUMNS", "columns": found.width, "limit": columns_limit}
    if found.height > rows_limit:
        return {"error": "TOO_MANY_ROWS", "rows": found.height, "limit": rows_limit}
    width = 0
    written = 0
    with Path(out).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        for number, values in enumerate(found.iter_rows(), start=1):
            cells = [cell(value) for value in values]
            if not any(text.strip() for text in cells):
                continue
            if not width:
                # The header. Columns without one after the last are no columns.
                width = max(index for index, text in enumerate(cells, start=1) if text.strip())
            extra = any(text.strip() for text in cells[width:])
            cells = [*cells[:width], *[""] * (width - len(cells))]
            writer.writerow([number, len(values) if extra else "", *cells])
            written += 1
    return {"sheets": list(visible), "sheet": name, "columns": width, "rows": max(written - 1, 0)}


def main() -> None:
    workbook, out, sheet, memory, seconds, rows, columns = sys.argv[1:]
    resource.setrlimit(resource.RLIMIT_AS, (int(memory), int(memory)))
    resource.setrlimit(resource.RLIMIT_CPU, (int(seconds), int(seconds) + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        answer = read(workbook, out, sheet, int(rows), int(columns))
    except (MemoryError, ImportError):
        # Not even the parser found room.
        answer = {"error": "WORKBOOK_TOO_LARGE"}
    except Exception as error:  # whatever a broken or hostile workbook makes the parser raise
        answer = {"error": "NOT_A_WORKBOOK", "detail": f"{type(error).__name__}: {error}"[:200]}
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main()
