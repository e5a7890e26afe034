"""A look at a whole file that lets the check take short ways: what is plain in every row need not be asked in each."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db.backends.utils import CursorWrapper

from crm.imports.cells import DATED, WORDED, Cell, quoted
from crm.imports.importer import FieldType

# More different days than these are no sheet of records; they are judged one by one.
_DAYS = 5_000
_DAY = re.compile(r"[12]\d{3}-\d{2}-\d{2}", re.ASCII)
_MONTH = re.compile(r"[12]\d{3}-\d{2}", re.ASCII)
# Printable ASCII without what quotes, guards a text in a spreadsheet, opens a formula or an error.
_NEAT = bytes(code for code in range(0x21, 0x7F) if chr(code) not in "\"'=#")


@dataclass(frozen=True)
class Survey:
    """What is known of every row. `neat`: the file's cells are as they were written, nothing to trim or to unguard.
    `plain`: fields whose texts the database casts as they stand. `days`: of plain dates the first and the last."""

    neat: bool = False
    plain: frozenset[str] = frozenset()
    days: Mapping[str, tuple[dt.date, dt.date]] = field(default_factory=dict)


class Neatness:
    """Told the parts of a file as they go by, says at the end whether all cells were neat."""

    def __init__(self, delimiter: str) -> None:
        self._delimiter = delimiter.encode()
        self._known = _NEAT + b" \r\n" + self._delimiter
        self._blanks = [
            one + other
            for edge in (self._delimiter, b"\r", b"\n")
            for one, other in ((edge, b" "), (b" ", edge))
        ]  # fmt: skip
        self._last = b""
        self._in_header = True
        self.neat = True

    def see(self, part: bytes) -> None:
        if not self.neat:
            return
        if self._in_header:
            _header, newline, part = part.partition(b"\n")
            if not newline:
                return
            self._in_header, self._last = False, newline
        seen = self._last + part
        self.neat = not seen.translate(None, self._known) and not (
            b" " in seen and any(blank in seen for blank in self._blanks)
        )
        self._last = seen[-1:]

    def all_neat(self) -> bool:
        """Call it after the last part."""
        return self.neat and not self._in_header and self._last != b" "


def look(cursor: CursorWrapper, *, filled: list[Cell], source: str, neat: bool) -> Survey:
    """Survey the rows of `source`, a sub-select that gives the text of every filled cell by its field's name."""
    days = {}
    plain: set[str] = set()
    for cell in filled:
        if cell.field.type in DATED and (ends := _ends(cursor, cell, source)):
            days[cell.field.name] = ends
            plain.add(cell.field.name)
    others = [cell for cell in filled if cell.field.type in WORDED - DATED]
    same = [cell for cell in others if cell.is_constant]
    # What stands in every row is looked at in one.
    constants = ", ".join(f"{cell.raw()} AS {quoted(cell.field.name)}" for cell in same)
    plain |= _plain(cursor, same, f"SELECT {constants}")
    plain |= _plain(cursor, [cell for cell in others if cell not in same], source)
    return Survey(neat, frozenset(plain), days)


def _plain(cursor: CursorWrapper, cells: list[Cell], source: str) -> set[str]:
    """Those of the fields of which every text is plain."""
    if not cells:
        return set()
    tests = ", ".join(f"coalesce(bool_and({cell.is_plain()}), true)" for cell in cells)
    cursor.execute(f"SELECT {tests} FROM ({source}) r", [])
    return {cell.field.name for cell, good in zip(cells, cursor.fetchone(), strict=True) if good}


def _ends(cursor: CursorWrapper, cell: Cell, source: str) -> tuple[dt.date, dt.date] | None:
    """The first and the last day when all are plain; they repeat, so that only different ones are looked at."""
    cursor.execute(f'SELECT DISTINCT r."{cell.field.name}" FROM ({source}) r LIMIT {_DAYS + 1}', [])
    texts = [text for (text,) in cursor.fetchall() if text is not None]
    if not texts or len(texts) > _DAYS:
        return None
    days = [_day(text, cell.field.type) for text in texts]
    known = [day for day in days if day is not None]
    return (min(known), max(known)) if len(known) == len(days) else None


def _day(text: str, kind: FieldType) -> dt.date | None:
    if kind is FieldType.MONTH:
        text = text[:7] + "-01" if _MONTH.fullmatch(text) or (_DAY.fullmatch(text) and _day_of(text)) else ""
    return _day_of(text)


def _day_of(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        return None
