"""Who is on leave is told when she is back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from accounts.notices import absence
from visits.models import Leave


def on_leave(users: set[int], on: dt.date) -> Mapping[int, dt.date]:
    """By user the first day back, of those on leave on the day."""
    rows = Leave.objects.filter(user__in=users, period__contains=on).values_list("user", "period")
    return {user: period.upper for user, period in rows}


def register() -> None:
    absence.register(on_leave)
