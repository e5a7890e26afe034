"""What the eight questions of the time survey come to, by person: an average day, and what costs most time.

Only days that were written down count: of a day without a log nobody knows when it began.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Avg, Count, Exists, F, OuterRef, Sum
from django.db.models.functions import ExtractHour, ExtractMinute, TruncWeek

from accounts.models import User
from crm.base.lookups import AnyOf
from visits.choices import TimeCategory, VisitState
from visits.models import DayLog, TimeEntry, Visit

CLOCKS = ("started", "first_departure", "last_leave")
# Causes that are named most often.
ROBBERS = 3


@dataclass(slots=True)
class Answers:
    """One person's average. `days` were written down, of `worked` days with visits. `clocks` are minutes since midnight by
    field of the log (left out where nobody wrote it), `minutes` those of a day by category, `meetings_a_week` minutes.
    `robbers` are what cost time, the most frequent first, and on how many days."""

    days: int = 0
    worked: int = 0
    clocks: dict[str, float] = field(default_factory=dict)
    minutes: dict[str, float] = field(default_factory=dict)
    meetings_a_week: float | None = None
    robbers: list[tuple[str, int]] = field(default_factory=list)

    @property
    def share(self) -> float | None:
        """Days written down of those with visits; None without any."""
        return min(self.days / self.worked, 1.0) if self.worked else None


def answers_of(people: Iterable[User], start: dt.date, until: dt.date) -> dict[int, Answers]:
    """By person; five statements, however many they are."""
    keys = [person.pk for person in people]
    found = {key: Answers() for key in keys}
    logs = DayLog.objects.filter(AnyOf(F("user_id"), keys), on__gte=start, on__lt=until).order_by()
    averages: dict[str, Any] = {name: Avg(ExtractHour(name) * 60 + ExtractMinute(name)) for name in CLOCKS}
    rows: Any = logs.values("user").annotate(
        number=Count("pk"), **{f"{name}_at": each for name, each in averages.items()}
    )
    for row in rows:
        answers = found[row["user"]]
        answers.days = row["number"]
        answers.clocks = {name: float(row[f"{name}_at"]) for name in CLOCKS if row[f"{name}_at"] is not None}
    _count_worked(found, keys, start, until)
    _add_minutes(found, keys, start, until)
    said: dict[int, Counter[str]] = defaultdict(Counter)
    for user_id, robbers in logs.exclude(robbers=[]).values_list("user", "robbers"):
        said[user_id].update(robbers)
    for user_id, counted in said.items():
        found[user_id].robbers = sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))[:ROBBERS]
    return found


def _count_worked(found: dict[int, Answers], keys: list[int], start: dt.date, until: dt.date) -> None:
    made = Visit.objects.filter(
        AnyOf(F("user_id"), keys), on__gte=start, on__lt=until, state=VisitState.DONE
    ).order_by()
    for user_id, days in made.values_list("user").annotate(days=Count("on", distinct=True)):
        found[user_id].worked = days


def _add_minutes(found: dict[int, Answers], keys: list[int], start: dt.date, until: dt.date) -> None:
    """Minutes a day of the days that were written down; meetings by the week."""
    logged = DayLog.objects.filter(AnyOf(F("user_id"), keys), on__gte=start, on__lt=until).order_by()
    weeks = dict(logged.values_list("user").annotate(weeks=Count(TruncWeek("on"), distinct=True)))
    of_logged_days = Exists(DayLog.objects.filter(user=OuterRef("user"), on=OuterRef("on")))
    entries = TimeEntry.objects.filter(
        of_logged_days, AnyOf(F("user_id"), keys), on__gte=start, on__lt=until
    ).order_by()
    sums: dict[int, Counter[str]] = defaultdict(Counter)
    for user_id, category, minutes in entries.values_list("user", "category").annotate(minutes=Sum("minutes")):
        sums[user_id][category] = minutes
    for user_id, spent in sums.items():
        answers = found[user_id]
        answers.minutes = {category: minutes / answers.days for category, minutes in spent.items()}
        if weeks.get(user_id):
            answers.meetings_a_week = spent[TimeCategory.MEETING] / weeks[user_id]
