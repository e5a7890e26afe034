"""Visits that fell into somebody's leave go to days on which she works."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass

from django.db import transaction

from accounts.models import User
from crm.base.periods import add_months, month_start
from visits.days import write_day
from visits.models import Visit
from visits.working_days import working_of


@dataclass(frozen=True, slots=True)
class Returned:
    """Visits that found another day, and those that did not."""

    moved: int
    stuck: int


@transaction.atomic
def give_back(*, user: User, start: dt.date, end: dt.date, today: dt.date) -> Returned:
    """Spread the planned visits of these days over the days she works until the end of the month in which they lie,
    the quietest first; appointments that were agreed on stay for somebody to call about."""
    visits = list(
        Visit.objects.select_for_update()
        .filter(user=user, on__gte=max(start, today), on__lt=end, state="PLANNED", fixed_at=None)
        .order_by("on", "pk")
    )
    if not visits:
        return Returned(0, 0)
    first, last = month_start(visits[0].on), add_months(month_start(visits[-1].on), 1)
    works = [day for day in working_of([user], max(first, today), last)[user.pk].days if not start <= day < end]
    there = list(Visit.objects.filter(user=user, on__gte=first, on__lt=last).open().values_list("dealer_id", "on"))
    busy, taken = Counter(on for _dealer, on in there), set(there)
    moved = []
    for visit in visits:
        possible = [
            day for day in works if month_start(day) == month_start(visit.on) and (visit.dealer_id, day) not in taken
        ]
        if not possible:
            continue
        day = min(possible, key=lambda each: (busy[each], abs((each - visit.on).days), each))
        visit.first_on, visit.on = visit.first_on or visit.on, day
        visit.sequence = visit.starts_at = None
        visit.locked = False
        visit.version += 1
        busy[day] += 1
        taken.add((visit.dealer_id, day))
        moved.append(visit)
    Visit.objects.bulk_update(moved, ["on", "first_on", "sequence", "starts_at", "locked", "version"])
    for day in sorted({visit.on for visit in moved}):
        write_day(user, day)
    return Returned(len(moved), len(visits) - len(moved))
