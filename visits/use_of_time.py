"""Where a representative's day went: what she says, and what her check-ins tell of the way between dealers.

Survey question 6 asks for the time on the way. Nobody stops it with a watch, so it is proposed: from leaving for the first
customer to the first check-in, and from each check-out to the next check-in, less what else is known to lie in between.
What the representative types is never overwritten. frontend/phone/hours.js proposes the same on the phone.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db import transaction

from accounts.models import User
from crm.base.models import Company
from visits.choices import TimeCategory, TimeSource, VisitState
from visits.models import DayLog, TimeEntry, Visit

# The categories that the day's log tells, by its columns.
TOLD_BY_LOG: Mapping[str, TimeCategory] = {
    "travel_minutes": TimeCategory.TRAVEL,
    "paperwork_minutes": TimeCategory.PAPERWORK,
    "meeting_minutes": TimeCategory.MEETING,
    "meal_minutes": TimeCategory.MEAL,
}
# The five activities; outside visits they are entries of the log's message.
ACTIVITIES = tuple(category for category in TimeCategory if category not in TOLD_BY_LOG.values())
_DAY = 1440
# Names the rows of a day's log, so that each is there once.
_ROWS = uuid.UUID("6f3b1f0e-0a3c-5a43-9c57-0f2f6d1c8a11")


@dataclass(frozen=True, slots=True)
class Stay:
    """From check-in to check-out; minutes since midnight, local time."""

    began: float
    ended: float


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of the day beside the stays: minutes since midnight, or minutes long; None for what was not told."""

    started: float | None = None
    left_for_first: float | None = None
    meals: int = 0
    meetings: int = 0
    # Activities outside visits: waiting, private matters.
    elsewhere: int = 0


def travel_minutes(stays: Iterable[Stay], known: Known) -> int | None:
    """The time on the way that the check-ins leave; None without any.

    Stays may overlap (a telephone call during a visit). Meals and activities outside visits are taken to lie between the
    visits; meetings only where the day is told from the start of work and not from leaving for the first customer.
    """
    ordered = sorted(stays, key=lambda stay: (stay.began, stay.ended))
    if not ordered:
        return None
    left = known.left_for_first if known.left_for_first is not None else known.started
    away = 0.0
    if left is not None:
        away = max(0.0, ordered[0].began - left)
        if known.left_for_first is None:
            away = max(0.0, away - known.meetings)
    until = ordered[0].ended
    for stay in ordered[1:]:
        away += max(0.0, stay.began - until)
        until = max(until, stay.ended)
    return min(_DAY, round(max(0.0, away - known.meals - known.elsewhere)))


def _minutes(time: dt.time | None) -> float | None:
    return None if time is None else time.hour * 60 + time.minute


def stays_of(user: User, on: dt.date) -> list[Stay]:
    """The day's visits from check-in to check-out."""
    tz = Company.get().tz
    midnight = dt.datetime.combine(on, dt.time(), tz)
    made = Visit.objects.filter(
        user=user, on=on, state=VisitState.DONE, started_at__isnull=False, ended_at__isnull=False
    )
    return [
        Stay((started - midnight).total_seconds() / 60, (ended - midnight).total_seconds() / 60)
        for started, ended in made.values_list("started_at", "ended_at")
        if started and ended
    ]


@transaction.atomic
def settle_day(user: User, on: dt.date) -> None:
    """Bring the day's entries outside visits in line with its log and its check-ins.

    Called after each of them has changed, in the order of a lock on the log, so that the last one sees all.
    """
    log = DayLog.objects.select_for_update().filter(user=user, on=on).first()
    minutes = {name: getattr(log, name) for name in TOLD_BY_LOG} if log else dict.fromkeys(TOLD_BY_LOG)
    source = dict.fromkeys(TOLD_BY_LOG, TimeSource.SAID)
    if minutes["travel_minutes"] is None:
        elsewhere = TimeEntry.objects.filter(user=user, on=on, visit__isnull=True, category__in=ACTIVITIES)
        known = Known(
            started=_minutes(log.started) if log else None,
            left_for_first=_minutes(log.first_departure) if log else None,
            meals=minutes["meal_minutes"] or 0,
            meetings=minutes["meeting_minutes"] or 0,
            elsewhere=sum(elsewhere.values_list("minutes", flat=True)),
        )
        minutes["travel_minutes"] = travel_minutes(stays_of(user, on), known)
        source["travel_minutes"] = TimeSource.CHECK_INS
    for name, category in TOLD_BY_LOG.items():
        key = uuid.uuid5(_ROWS, f"{user.pk} {on.isoformat()} {category}")
        rows = TimeEntry.objects.filter(user=user, on=on, visit__isnull=True, category=category)
        rows.exclude(key=key).delete()
        if not minutes[name]:
            rows.delete()
            continue
        values = {"user": user, "on": on, "category": category, "minutes": minutes[name], "source": source[name]}
        TimeEntry.objects.update_or_create(key=key, defaults=values)
