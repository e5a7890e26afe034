"""Set-based SQL that stands in files: `<app>/sql/<name>.sql`.

A file opens with a header (reads, writes, parameters, index) and holds one statement or several, each under a line
`-- step: <name>`. Parameters are psycopg's `%(name)s`; `{name}` stands for a table that the caller chooses.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import connection

_STEP = re.compile(r"^-- step: *(\w+) *$", re.MULTILINE)
_TABLE = re.compile(r"\{(\w+)\}")
_WITHOUT_NAME = ""


@dataclass(frozen=True, slots=True)
class Script:
    """The statements of one file, in order, by step."""

    name: str
    steps: Mapping[str, str]

    def statement(self, step: str = _WITHOUT_NAME, **tables: str) -> str:
        """The text of a step with its tables put in. Raises KeyError for an unknown step or a table not given."""
        quote = connection.ops.quote_name
        return _TABLE.sub(lambda found: quote(tables[found[1]]), self.steps[step])

    def run(
        self, cursor: Any, step: str = _WITHOUT_NAME, params: Mapping[str, Any] | None = None, **tables: str
    ) -> int:
        """Execute a step; returns the rows it touched or found (0 for what does not count rows)."""
        cursor.execute(self.statement(step, **tables), dict(params or {}))
        return max(cursor.rowcount, 0)

    def __iter__(self) -> Iterator[str]:
        return iter(self.steps)


@cache
def load(app_label: str, name: str) -> Script:
    """The script `sql/<name>.sql` of an app. Raises FileNotFoundError."""
    path = Path(apps.get_app_config(app_label).path) / "sql" / f"{name}.sql"
    text = path.read_text(encoding="utf-8")
    parts = _STEP.split(text)
    if len(parts) == 1:
        return Script(f"{app_label}.{name}", {_WITHOUT_NAME: text})
    return Script(f"{app_label}.{name}", dict(zip(parts[1::2], (part.strip() for part in parts[2::2]), strict=True)))


def analyze(cursor: Any, table: str) -> None:
    """Let the planner know how large a table just filled is and roughly what is in it: a small sample does. `table` is
    quoted where it has to be. Inside a transaction."""
    cursor.execute("SET LOCAL default_statistics_target = 5")
    cursor.execute(f"ANALYZE {table}")
    cursor.execute("SET LOCAL default_statistics_target = DEFAULT")


# A statement holds at most 65,535 values.
_VALUES_AT_ONCE = 30_000


def insert_rows(cursor: Any, table: str, rows: Sequence[Sequence[Any]]) -> None:
    """Insert rows of equal length, in few statements. Not `executemany`: within a request the history puts a statement of
    its own before each, which `executemany` cannot take."""
    if not rows:
        return
    row = f"({', '.join(['%s'] * len(rows[0]))})"
    size = max(_VALUES_AT_ONCE // len(rows[0]), 1)
    for start in range(0, len(rows), size):
        some = rows[start : start + size]
        values = [value for each in some for value in each]
        cursor.execute(f"INSERT INTO {table} VALUES {', '.join([row] * len(some))}", values)
