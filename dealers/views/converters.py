"""Days in addresses."""

from __future__ import annotations

import datetime as dt


class DayConverter:
    """`2026-03-31` as a date."""

    regex = r"\d{4}-\d{2}-\d{2}"

    def to_python(self, value: str) -> dt.date:
        return dt.date.fromisoformat(value)

    def to_url(self, value: dt.date) -> str:
        return value.isoformat()
