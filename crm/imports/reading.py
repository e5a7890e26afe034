"""A file as it was uploaded, made into lines that PostgreSQL can COPY. Nothing is trusted: sizes, names, contents."""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, fields
from math import ceil
from pathlib import Path
from typing import IO, Any, cast

from django.conf import settings

from crm.imports import encodings, limits
from crm.imports.problems import BadFile

_SAMPLE_BYTES = 1024 * 1024
_CHUNK = 256 * 1024
_DELIMITERS = (",", "\t", ";", "|")
SAMPLE_ROWS = 8


@dataclass(frozen=True)
class Reading:
    """How a file is read. What the user may correct: encoding, delimiter, sheet."""

    format: str = "CSV"
    encoding: str = ""
    delimiter: str = ""
    gzip: bool = False
    sheet: str = ""
    sheets: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Reading:
        """From what a run keeps, which is more than this."""
        known = {each.name: data[each.name] for each in fields(cls) if each.name in data}
        return cls(**{**known, "sheets": tuple(data.get("sheets", ()))})


@dataclass(frozen=True)
class Sheet:
    """A file looked into: its column titles and first rows."""

    reading: Reading
    headers: list[str]
    sample: list[list[str]] = field(default_factory=list)


def inspect(path: Path, wish: Reading | None = None) -> Sheet:
    """Look into the file at `path`, following `wish` where it says something. Raises BadFile.

    A workbook is converted beside the file, once: `converted(path)`.
    """
    wish = wish or Reading()
    if not path.is_file():
        raise BadFile("FILE_GONE")
    size = path.stat().st_size
    if size == 0:
        raise BadFile("EMPTY")
    if size > settings.UPLOAD_LIMIT:
        raise BadFile("TOO_LARGE", bytes=size, limit=settings.UPLOAD_LIMIT)
    with path.open("rb") as file:
        head = file.read(8)
    if head.startswith(b"PK"):
        return _inspect_workbook(path, wish)
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise BadFile("OLD_OR_LOCKED_WORKBOOK")
    return _inspect_csv(path, wish, gzipped=head.startswith(b"\x1f\x8b"))


def converted(path: Path) -> Path:
    """Where the sheet of a workbook lies as CSV."""
    return path.with_name(path.name + ".sheet")


# --- Workbooks -----------------------------------------------------------------------------------------------------------


def _inspect_workbook(path: Path, wish: Reading) -> Sheet:
    check_declared_sizes(path)
    answer = _convert(path, wish.sheet)
    reading = Reading(format="XLSX", sheet=str(answer["sheet"]), sheets=tuple(answer["sheets"]))
    rows = [cells for _row, _cells, *cells in _records(converted(path), SAMPLE_ROWS + 1)]
    if not rows:
        raise BadFile("EMPTY")
    headers = check_headers(rows[0])
    if len(rows) == 1:
        raise BadFile("HEADER_ONLY")
    return Sheet(reading, headers, rows[1:])


def check_declared_sizes(path: Path) -> None:
    """Refuse a zip that says it unpacks to too much, before anything of it is unpacked."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise BadFile("NOT_A_WORKBOOK") from error
    if not any(member.filename == "[Content_Types].xml" for member in members):
        raise BadFile("NOT_A_WORKBOOK")
    packed = max(1, path.stat().st_size)
    unpacked = sum(member.file_size for member in members)
    if len(members) > limits.XLSX_MEMBERS or unpacked > limits.XLSX_BYTES or unpacked / packed > limits.XLSX_RATIO:
        raise BadFile(
            "WORKBOOK_TOO_LARGE",
            bytes=unpacked,
            limit=limits.XLSX_BYTES,
            members=len(members),
            ratio=unpacked // packed,
        )


def _convert(path: Path, sheet: str) -> dict[str, Any]:
    program = Path(__file__).with_name("workbook_process.py")
    out = converted(path)
    numbers = (limits.XLSX_MEMORY, ceil(limits.XLSX_SECONDS), limits.XLSX_ROWS, limits.COLUMNS)
    try:
        done = subprocess.run(
            [sys.executable, "-I", str(program), str(path), str(out), sheet, *map(str, numbers)],
            capture_output=True,
            timeout=limits.XLSX_SECONDS * 2,
            check=False,
            env={"LANG": "C.UTF-8"},
        )
    except subprocess.TimeoutExpired as error:
        raise BadFile("TOO_SLOW", seconds=limits.XLSX_SECONDS) from error
    try:
        answer = cast(dict[str, Any], json.loads(done.stdout))
    except json.JSONDecodeError as error:
        # Killed by a limit: SIGXCPU, SIGKILL, or an allocation that failed in native code.
        code = "TOO_SLOW" if done.returncode == -24 else "WORKBOOK_TOO_LARGE"
        raise BadFile(code, seconds=limits.XLSX_SECONDS, limit=limits.XLSX_BYTES) from error
    if "error" in answer:
        raise BadFile(str(answer.pop("error")), **answer)
    return answer


def _records(path: Path, count: int) -> list[list[str]]:
    csv.field_size_limit(limits.CELL_CHARACTERS)
    with path.open(encoding="utf-8", newline="") as file:
        return [record for record, _ in zip(csv.reader(file), range(count), strict=False)]


# --- CSV -----------------------------------------------------------------------------------------------------------------


def _inspect_csv(path: Path, wish: Reading, *, gzipped: bool) -> Sheet:
    try:
        with _bytes(path, gzipped) as file:
            head = file.read(_SAMPLE_BYTES)
            whole = not file.read(1)
    except (gzip.BadGzipFile, EOFError, OSError) as error:
        raise BadFile("BROKEN_GZIP") from error
    if not head.strip():
        raise BadFile("EMPTY")
    encoding = wish.encoding or encodings.detect(head, whole=whole)
    if encoding is None or (not encoding.startswith("utf-16") and _looks_binary(head)):
        raise BadFile("BINARY")
    text = encodings.decoded(head, encoding, whole=whole)
    if text is None:
        raise BadFile("ENCODING", encoding=encoding)
    text = text.removeprefix("\ufeff")
    if "\0" in text:
        raise BadFile("NUL_BYTES")
    if not whole:
        # A record cut off in the middle would look like one with too few cells.
        text = text[: text.rfind("\n") + 1] or text
    delimiter = wish.delimiter or sniff_delimiter(text)
    rows = _first_rows(text, delimiter)
    headers = check_headers(rows[0])
    if len(rows) == 1:
        raise BadFile("HEADER_ONLY")
    sample = [[*row[: len(headers)], *[""] * (len(headers) - len(row))] for row in rows[1:]]
    return Sheet(Reading(format="CSV", encoding=encoding, delimiter=delimiter, gzip=gzipped), headers, sample)


def _bytes(path: Path, gzipped: bool) -> IO[bytes]:
    return cast(IO[bytes], gzip.open(path, "rb")) if gzipped else path.open("rb")


def _looks_binary(head: bytes) -> bool:
    part = head[:65536]
    control = sum(part.count(bytes([code])) for code in (*range(0, 9), *range(14, 27), *range(28, 32)))
    return control > max(2, len(part) // 200)


def sniff_delimiter(text: str) -> str:
    """Of comma, tab, semicolon and bar the one that cuts the first rows into the same number of cells, the most."""
    best, best_score = ",", (0.0, 0)
    for delimiter in _DELIMITERS:
        try:
            widths = [len(row) for row in _first_rows(text, delimiter)]
        except BadFile:
            continue
        if widths[0] < 2:
            continue
        same = sum(width == widths[0] for width in widths) / len(widths)
        if (round(same, 1), widths[0]) > best_score:
            best, best_score = delimiter, (round(same, 1), widths[0])
    return best


def _first_rows(text: str, delimiter: str) -> list[list[str]]:
    csv.field_size_limit(limits.CELL_CHARACTERS)
    rows: list[list[str]] = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            if any(cell.strip() for cell in row):
                rows.append(row)
            if len(rows) > SAMPLE_ROWS:
                break
    except csv.Error as error:
        raise BadFile("GIGANTIC_CELL", row=len(rows) + 1, limit=limits.CELL_CHARACTERS) from error
    if not rows:
        raise BadFile("EMPTY")
    return rows


def check_headers(cells: list[str]) -> list[str]:
    """The column titles, trimmed; a column without one is called by its letter. Raises BadFile on doubles."""
    while cells and not cells[-1].strip():
        cells = cells[:-1]
    if len(cells) > limits.COLUMNS:
        raise BadFile("TOO_MANY_COLUMNS", columns=len(cells), limit=limits.COLUMNS)
    headers = [" ".join(cell.split())[: limits.HEADER_CHARACTERS] for cell in cells]
    headers = [header or f"({column_letter(index)})" for index, header in enumerate(headers)]
    seen: dict[str, int] = {}
    for index, header in enumerate(headers):
        if header in seen:
            raise BadFile(
                "DUPLICATE_HEADERS", header=header, first=column_letter(seen[header]), second=column_letter(index)
            )
        seen[header] = index
    return headers


def column_letter(index: int) -> str:
    """A for 0, as a spreadsheet names columns."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def utf8_chunks(path: Path, reading: Reading) -> Iterator[bytes]:
    """The CSV file in UTF-8 without its mark, in parts, fit for COPY. Raises BadFile on bad bytes and bombs."""
    if reading.format == "XLSX":
        raise ValueError("a workbook has been converted: read that")
    if not path.is_file():
        raise BadFile("FILE_GONE")
    packed = max(1, path.stat().st_size)
    plain = reading.encoding in ("utf-8", "utf-8-sig")
    decoder = codecs.getincrementaldecoder("utf-8" if plain else reading.encoding)("strict")
    read = 0
    first = True
    try:
        with _bytes(path, reading.gzip) as file:
            while True:
                part = file.read(_CHUNK)
                read += len(part)
                if reading.gzip and (read > limits.UNPACKED_BYTES or read / packed > limits.UNPACKED_RATIO):
                    raise BadFile("UNPACKS_TOO_LARGE", bytes=read, limit=limits.UNPACKED_BYTES)
                if plain and not first and part.isascii() and decoder.getstate() == (b"", 0):
                    # Nothing to decode, in most parts of most files.
                    if b"\0" in part:
                        raise BadFile("NUL_BYTES")
                    if not part:
                        return
                    yield part
                    continue
                text = decoder.decode(part, final=not part)
                if first and text:
                    text, first = text.removeprefix("\ufeff"), False
                if "\0" in text:
                    raise BadFile("NUL_BYTES")
                if text:
                    yield text.encode("utf-8")
                if not part:
                    return
    except UnicodeDecodeError as error:
        raise BadFile("ENCODING", encoding=reading.encoding) from error
    except (gzip.BadGzipFile, EOFError) as error:
        raise BadFile("BROKEN_GZIP") from error


def slow_records(path: Path, reading: Reading, width: int) -> Iterator[tuple[int, int | None, list[str]]]:
    """Row number, number of cells where it is wrong, cells: for a file that COPY refuses, record by record."""
    csv.field_size_limit(limits.CELL_CHARACTERS)
    decoder = codecs.getincrementaldecoder("utf-8")()
    text = (decoder.decode(chunk) for chunk in utf8_chunks(path, reading))
    number = 0
    found = False
    try:
        for record in csv.reader(_lines(text), delimiter=reading.delimiter):
            number += 1
            if not any(cell.strip() for cell in record):
                continue
            if not found:
                found = True
                continue
            wrong = len(record) < width or any(cell.strip() for cell in record[width:])
            cells = [*record[:width], *[""] * (width - len(record))]
            yield number, len(record) if wrong else None, cells
    except csv.Error as error:
        raise BadFile("GIGANTIC_CELL", row=number + 1, limit=limits.CELL_CHARACTERS) from error


def _lines(parts: Iterator[str]) -> Iterator[str]:
    """Lines with their ends, whatever ends them."""
    rest = ""
    for part in parts:
        lines = io.StringIO(rest + part, newline="").readlines()
        # The last may go on in the next part; a CR there may be half of CR LF.
        rest = lines.pop() if lines else ""
        yield from lines
    if rest:
        yield rest
