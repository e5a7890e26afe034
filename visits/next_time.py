"""“I come again on the 12th”: the next time that was agreed on a visit stands in the plan, once."""

from __future__ import annotations

import datetime as dt
import uuid

from django.db import transaction

from visits.actions.planned import PlanRefused, add_visit
from visits.choices import SkipReason, VisitKind, VisitState, Why
from visits.days import write_day
from visits.models import Visit

# Names the visit that another one led to, so that a message which arrives again plans none a second time.
_NEXT = uuid.UUID("b9a0c1d4-53f7-5f0b-8a42-7e3c1d90c6aa")


def key_of_next(visit: Visit) -> uuid.UUID:
    """The key of the visit that follows from this one."""
    return uuid.uuid5(_NEXT, str(visit.key))


@transaction.atomic
def plan_next(visit: Visit, *, today: dt.date) -> Visit | None:
    """Bring the plan in line with what was agreed on a visit that was made: a visit on that day, held there, by whoever
    made this one. None when nothing was agreed for a coming day.

    What somebody has changed of it since, or made, or left out, stays as it is. Where a visit to the dealer is planned for
    that day anyway, that one is held there.
    """
    there = Visit.objects.select_for_update().filter(key=key_of_next(visit)).first()
    wanted = visit.next_on if visit.next_on is not None and visit.next_on > today else None
    if there is not None:
        if there.state == VisitState.PLANNED and there.version == 1 and there.on != visit.next_on:
            _follow(there, wanted)
        return there if there.state == VisitState.PLANNED else None
    if wanted is None:
        return None
    planned = _held(visit, wanted) or _added(visit, wanted)
    write_day(visit.user, wanted)
    return planned


def _follow(there: Visit, wanted: dt.date | None) -> None:
    """Another day was agreed on, or none, and nobody has touched what was planned."""
    before = there.on
    if wanted is None or _is_planned(there, wanted):
        there.state, there.skip_reason = VisitState.SKIPPED, SkipReason.NOT_NEEDED
        there.version += 1
    else:
        there.on = there.first_on = wanted
    there.sequence = there.starts_at = None
    there.save()
    for day in {before, there.on}:
        write_day(there.user, day)


def _is_planned(visit: Visit, on: dt.date) -> bool:
    planned = Visit.objects.filter(dealer=visit.dealer_id, user=visit.user_id, on=on, state=VisitState.PLANNED)
    return planned.exists()


def _held(visit: Visit, on: dt.date) -> Visit | None:
    """The visit that is planned for the day anyway, held there."""
    planned = Visit.objects.select_for_update().filter(
        dealer=visit.dealer_id, user=visit.user_id, on=on, state=VisitState.PLANNED
    )
    there = planned.first()
    if there is not None and not there.locked:
        there.locked = True
        there.version += 1
        there.save(update_fields=["locked", "version"])
    return there


def _added(visit: Visit, on: dt.date) -> Visit | None:
    try:
        with transaction.atomic():
            added = add_visit(
                dealer=visit.dealer, user=visit.user, on=on, kind=VisitKind.EXTRA, why=Why.FOLLOW_UP,
                why_note=visit.next_step[:200], objective=visit.next_step,
            )  # fmt: skip
    except PlanRefused:
        # Somebody has planned one at this very moment.
        return _held(visit, on)
    added.key = key_of_next(visit)
    added.save(update_fields=["key"])
    return added
