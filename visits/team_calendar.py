"""The team's visits by day, for a calendar, and by dealer, for a map."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Max, QuerySet

from accounts.scope import Scope
from crm.base.lookups import AnyOf
from crm.base.periods import add_months
from visits.board import WEEK, monday_of
from visits.figures import EXECUTIVE, conditions
from visits.results import visits_of

SHOWN = ("done", "missed", "left_out", "coming")


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the team: visits by figure (visits.figures)."""

    on: dt.date
    counts: dict[str, int]
    is_other: bool
    is_today: bool

    @property
    def any(self) -> bool:
        return bool(sum(self.counts.values()))


def weeks_of(
    people: Iterable[int], month: dt.date, *, today: dt.date, scope: Scope
) -> tuple[list[list[Day]], dict[str, int]]:
    """The weeks of a month, Monday first, and the month's sums; days of neighbouring months are empty. One statement."""
    known = conditions(today)
    until = add_months(month, 1)
    rows = (
        visits_of(scope)
        .filter(AnyOf(F("user_id"), list(people)), on__gte=month, on__lt=until)
        .exclude(EXECUTIVE)
        .order_by()
        .values("on")
        .annotate(**{key: Count("pk", filter=known[key]) for key in SHOWN})
    )
    by_day = {row["on"]: {key: row[key] for key in SHOWN} for row in rows}
    nothing = dict.fromkeys(SHOWN, 0)
    start = monday_of(month)
    days = ((until - dt.timedelta(days=1) - start).days // WEEK + 1) * WEEK
    drawn = []
    for offset in range(days):
        on = start + dt.timedelta(days=offset)
        other = on.replace(day=1) != month
        drawn.append(Day(on, nothing if other else by_day.get(on, nothing), other, on == today))
    sums = {key: sum(counts[key] for counts in by_day.values()) for key in SHOWN}
    return [drawn[first : first + WEEK] for first in range(0, days, WEEK)], sums


def places_of(
    people: Iterable[int], what: str, start: dt.date, until: dt.date, *, today: dt.date, scope: Scope
) -> QuerySet[Any, dict[str, Any]]:
    """Dealers with visits of a figure in the period, where the place is known: how many visits, and the last one's day."""
    return (
        visits_of(scope)
        .filter(AnyOf(F("user_id"), list(people)), on__gte=start, on__lt=until, dealer__latitude__isnull=False)
        .exclude(EXECUTIVE)
        .filter(conditions(today)[what])
        .order_by()
        .values("dealer", "dealer__name", "dealer__tier", "dealer__latitude", "dealer__longitude")
        .annotate(number=Count("pk"), last=Max("on"))
    )
