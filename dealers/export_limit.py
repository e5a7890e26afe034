"""How many rows a person may still take out on a day (R-01): one count over everything that is exported, whatever the app."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.db.models import Sum

from accounts.models import User
from crm.base.models import Company

_logs: list[Any] = []


class DailyLimitReached(Exception):
    """The file would take the user beyond `limit` rows of the business day; `rows` of them are gone already."""

    def __init__(self, rows: int, limit: int) -> None:
        super().__init__(rows, limit)
        self.rows, self.limit = rows, limit


def register(log: Any) -> None:
    """Let a model's rows count: one row for each export, with `user`, `exported_at` and `rows`."""
    if log not in _logs:
        _logs.append(log)


def used_on(user: User, on: dt.date) -> int:
    """Rows that the user has exported on the business day; one query for each log."""
    midnight = dt.datetime.combine(on, dt.time.min, tzinfo=Company.get().tz)
    logs = (log.objects.filter(user=user, exported_at__gte=midnight) for log in _logs)
    return sum(rows.aggregate(rows=Sum("rows"))["rows"] or 0 for rows in logs)


def room(user: User, *, on: dt.date) -> int:
    """Rows that the user may still take out on the day."""
    return max(settings.EXPORT_ROWS_A_DAY - used_on(user, on), 0)


def hold(user: User) -> None:
    """Hold the user's row until the transaction ends, so that two exports at once cannot both use up the day's last rows."""
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
