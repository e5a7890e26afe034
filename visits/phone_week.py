"""The week on the phone: the daily record of what was achieved, and days of which nobody wrote the log."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import Any

from accounts.models import User
from visits.board import WEEK, monday_of
from visits.figures import EXECUTIVE
from visits.models import DayLog, TimeEntry, Visit
from visits.performance import days_of
from visits.sync.fields import plain

# What lies further back nobody remembers to the minute.
FORGOTTEN_DAYS = 7


def performance(user: User, *, on: dt.date) -> list[list[Any]]:
    """This week from its Monday to today, a row a day on which anything was planned or made: day, planned, made, with an
    order, order value, payments collected, problems found. As visits.performance counts."""
    monday = monday_of(on)
    days, _total = days_of(user, monday, min(monday + dt.timedelta(days=WEEK), on + dt.timedelta(days=1)), today=on)
    return [
        [
            day.on.isoformat() if day.on else "", day.planned, day.done, day.ordered, plain(day.orders),
            plain(day.payments), day.issues,
        ]
        for day in days
    ]  # fmt: skip


def forgotten(user: User, *, on: dt.date) -> list[list[Any]]:
    """Days of the last week on which visits were made and no log was written, the latest first: each with its visits as
    key, beginning, end, minutes by category, purpose; as the log on the phone adds them up. Three statements."""
    start = on - dt.timedelta(days=FORGOTTEN_DAYS)
    logged = DayLog.objects.filter(user=user, on__gte=start, on__lt=on).values("on")
    made = (
        Visit.objects.filter(user=user, on__gte=start, on__lt=on, started_at__isnull=False, ended_at__isnull=False)
        .made()
        .exclude(EXECUTIVE)
        .exclude(on__in=logged)
        .order_by("-on", "started_at", "pk")
    )
    visits = list(made)
    spent: dict[int, list[list[Any]]] = defaultdict(list)
    entries = TimeEntry.objects.filter(visit__in=[visit.pk for visit in visits]).order_by("pk")
    for pk, category, minutes in entries.values_list("visit", "category", "minutes"):
        spent[pk or 0].append([category, minutes])
    days: dict[dt.date, list[list[Any]]] = defaultdict(list)
    for visit in visits:
        assert visit.started_at is not None
        assert visit.ended_at is not None
        days[visit.on].append(
            [
                str(visit.key), visit.started_at.isoformat(), visit.ended_at.isoformat(), spent[visit.pk], visit.purpose,
            ]
        )  # fmt: skip
    return [[day.isoformat(), rows] for day, rows in days.items()]
