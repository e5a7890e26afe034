"""Tables of results as data: the page draws them, and the file holds the very same columns and rows."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from crm.base.models import Company
from crm.base.text import StrPromise

Text = str | StrPromise


class As(enum.Enum):
    """How a column's values are written."""

    TEXT = "text"
    TIER = "tier"
    DAY = "day"
    COUNT = "count"
    # 0 to 1.
    SHARE = "share"
    # In the company's currency.
    MONEY = "money"
    # Floats with one digit, or two where a unit is small.
    FIGURE = "figure"
    FINE = "fine"

    @property
    def is_number(self) -> bool:
        return self not in (As.TEXT, As.TIER, As.DAY)


@dataclass(frozen=True, slots=True)
class Column:
    """`why` explains the figure: its formula and source. `key` marks a column for style sheets and tests."""

    key: str
    label: Text
    kind: As = As.TEXT
    unit: Text = ""
    why: Text = ""

    @property
    def head(self) -> str:
        """The label with its unit, for a file."""
        unit = Company.get().currency if self.kind is As.MONEY else str(self.unit)
        return f"{self.label} ({unit})" if unit else str(self.label)

    @property
    def shown_unit(self) -> str:
        return Company.get().currency if self.kind is As.MONEY else str(self.unit)


@dataclass(frozen=True, slots=True)
class Cell:
    """`url` leads to the rows behind the value; `tone` is green, yellow, orange, red or empty."""

    value: Any
    url: str = ""
    tone: str = ""


@dataclass(slots=True)
class Sheet:
    """`name` names the file, `title` says in the log what was taken out. `total` is a last row of sums or None."""

    name: str
    title: str
    columns: list[Column]
    rows: list[list[Cell]] = field(default_factory=list)
    total: list[Cell] | None = None

    @property
    def lines(self) -> list[list[tuple[Column, Cell]]]:
        """Rows with their columns, for a template."""
        return [list(zip(self.columns, row, strict=True)) for row in self.rows]

    @property
    def sums(self) -> list[tuple[Column, Cell]]:
        return list(zip(self.columns, self.total, strict=True)) if self.total else []

    def add(self, *values: Any) -> None:
        """A row; plain values become cells."""
        self.rows.append([cell(value) for value in values])

    def sum_up(self, *values: Any) -> None:
        self.total = [cell(value) for value in values]


def cell(value: Any) -> Cell:
    return value if isinstance(value, Cell) else Cell(value)


def span(start: dt.date, until: dt.date) -> str:
    """A period for names of files: its months, one or from to."""
    last = until - dt.timedelta(days=1)
    first = f"{start:%Y-%m}"
    return first if f"{last:%Y-%m}" == first else f"{first}-to-{last:%Y-%m}"


def texts(values: Iterable[Any]) -> str:
    """What stands in one cell though it is several, one after the other."""
    return "\n".join(str(value) for value in values if value)
