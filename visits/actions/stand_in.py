"""Standing in for a colleague: her patches are opened for as long as there is a reason, and closed with the last one.

Reasons are rows of Cover. Whenever they change, the helper's assignments are brought in line with them, through
accounts.actions, which checks who may and leaves the history. What an administrator entered by hand is never touched.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Q

from accounts.actions import assign, check_cover, end_assignment
from accounts.choices import Role
from accounts.models import Territory, TerritoryAssignment, User
from visits.actions.planned import reassign
from visits.days import write_day
from visits.models import Cover, Leave, OpenedTerritory, Visit

NOTE = "visits"


@dataclass(frozen=True, slots=True)
class Stretch:
    """From `start` until before `end` somebody stands in for `absent_id`."""

    start: dt.date
    end: dt.date
    absent_id: int


@transaction.atomic
def open_cover(
    *, by: User, helper: User, absent: User, territories: Iterable[int], start: dt.date, end: dt.date, on: dt.date,
    leave: Leave | None = None,
) -> None:  # fmt: skip
    """Let the helper see these territories from `start` until before `end`. `by` opens it, on the day `on`.

    Raises ValidationError when `by` may not, or a territory is closed. Asked twice for the same, once is enough.
    """
    _hold(helper)
    for territory in sorted(set(territories)):
        known = Cover.objects.filter(helper=helper, absent=absent, territory=territory, leave=leave)
        if not known.filter(period__contains=DateRange(start, end)).exists():
            Cover.objects.create(
                helper=helper, absent=absent, territory_id=territory, leave=leave, period=DateRange(start, end)
            )
        _settle(by=by, helper=helper, territory=Territory.objects.get(pk=territory), on=on, opens=absent)


@transaction.atomic
def close_cover(*, by: User, covers: Iterable[Cover], start: dt.date, on: dt.date) -> None:
    """These reasons count no longer from `start` on; territories that nothing else holds open are closed then. Raises
    ValidationError when `by` is neither who is covered nor may plan there."""
    rows = list(Cover.objects.select_related("helper", "territory").filter(pk__in=[cover.pk for cover in covers]))
    for helper in sorted({row.helper for row in rows}, key=lambda user: user.pk):
        _hold(helper)
    touched = {}
    for row in rows:
        if row.period.upper <= start:
            continue
        if by.pk != row.absent_id:
            check_cover(actor=by, user=row.helper, territory=row.territory)
        touched[row.helper_id, row.territory_id] = (row.helper, row.territory)
        if row.period.lower >= start:
            row.delete()
        else:
            row.period = DateRange(row.period.lower, start)
            row.save(update_fields=["period"])
    for _key, (helper, territory) in sorted(touched.items()):
        _settle(by=by, helper=helper, territory=territory, on=on)


def _hold(helper: User) -> None:
    """One change of somebody's cover at a time."""
    User.objects.select_for_update(no_key=True).get(pk=helper.pk)


def _settle(*, by: User, helper: User, territory: Territory, on: dt.date, opens: User | None = None) -> None:
    """Bring what cover opened in line with its reasons, from the day `on`; earlier days are history.

    `by` needs the right for what is opened now, the cover of `opens`. The other reasons were allowed when they came, and
    go on whoever ends one of them.
    """
    there = TerritoryAssignment.objects.filter(
        Q(period__endswith__gt=on) | Q(period__endswith=None),
        user=helper,
        territory=territory,
        role=Role.REPRESENTATIVE,
    )
    opened = list(there.filter(opened_for_cover__isnull=False).order_by("period").select_related("territory", "user"))
    own = [(row.period.lower, row.period.upper) for row in there.filter(opened_for_cover=None)]
    covers = Cover.objects.filter(helper=helper, territory=territory, period__endswith__gt=on).order_by("pk")
    wanted = stretches(
        [Stretch(row.period.lower, row.period.upper, row.absent_id) for row in covers], besides=own, since=on
    )
    for row in opened:
        start = max(row.period.lower, on)
        same = next((each for each in wanted if (each.start, each.absent_id) == (start, row.covers_for_id)), None)
        if same is None:
            end_assignment(actor=by, assignment=row, on=on, approved=True)
            continue
        wanted.remove(same)
        if same.end < row.period.upper:
            end_assignment(actor=by, assignment=row, on=same.end, approved=True)
        elif same.end > row.period.upper:
            wanted.append(Stretch(row.period.upper, same.end, same.absent_id))
    people = User.objects.in_bulk({each.absent_id for each in wanted})
    for each in wanted:
        if opens is not None and each.absent_id == opens.pk:
            check_cover(actor=by, user=helper, territory=territory)
        row = assign(
            actor=by, user=helper, territory=territory, role=Role.REPRESENTATIVE, since=each.start, until=each.end,
            covers_for=people[each.absent_id], note=NOTE, approved=True,
        )  # fmt: skip
        OpenedTerritory.objects.create(assignment=row)


def stretches(
    reasons: list[Stretch], *, besides: list[tuple[dt.date | None, dt.date | None]], since: dt.date
) -> list[Stretch]:
    """Days on which there is a reason and no other right, from `since`, as stretches without a day twice: of two reasons
    at a time the first in the list is named. `besides`: from, until; None is open."""
    edges = {since}
    for reason in reasons:
        edges |= {reason.start, reason.end}
    for lower, upper in besides:
        edges |= {day for day in (lower, upper) if day is not None}
    days = sorted(day for day in edges if day >= since)
    found: list[Stretch] = []
    for start, end in itertools.pairwise(days):
        if any((lower is None or lower <= start) and (upper is None or end <= upper) for lower, upper in besides):
            continue
        absent = next((each.absent_id for each in reasons if each.start <= start and end <= each.end), None)
        if absent is None:
            continue
        if found and found[-1].end == start and found[-1].absent_id == absent:
            found[-1] = Stretch(found[-1].start, end, absent)
        else:
            found.append(Stretch(start, end, absent))
    return found


# --- The visits -----------------------------------------------------------------------------------------------------------


@transaction.atomic
def hand_visits(*, absent: User, to: User, visits: Iterable[int]) -> int:
    """Give planned visits to who stands in, and remember whose they are; how many."""
    keys = list(visits)
    given = reassign(visit_ids=keys, to=to)
    Visit.objects.filter(pk__in=keys, user=to).update(covers_for=absent)
    return given


@transaction.atomic
def take_visits_back(*, absent: User, start: dt.date, end: dt.date, helper: User | None = None) -> int:
    """What colleagues took over from `start` until before `end` and nobody has begun goes back to her; how many. Days are
    put in order anew. A visit that was passed on once more comes back to who passed it on."""
    there = Visit.objects.filter(covers_for=absent, state="PLANNED", on__gte=start, on__lt=end)
    if helper is not None:
        there = there.filter(user=helper)
    rows = list(there.values_list("pk", "user", "on"))
    given = reassign(visit_ids=[pk for pk, _user, _on in rows], to=absent)
    back = Visit.objects.filter(pk__in=[pk for pk, _user, _on in rows])
    back.update(covers_for=None)
    # The planner may move them again, as before.
    back.filter(fixed_at=None).update(locked=False)
    people = User.objects.in_bulk({user for _pk, user, _on in rows})
    for user_id, on in sorted({(user, on) for _pk, user, on in rows}):
        write_day(people[user_id], on)
    for on in sorted({on for _pk, _user, on in rows}):
        write_day(absent, on)
    return given


# --- Leave ------------------------------------------------------------------------------------------------------------------


@transaction.atomic
def cover_leave(*, by: User, leave: Leave, helper: User, territories: Iterable[int], on: dt.date) -> int:
    """Give the visits of the leave from today on, in these territories, to the helper and open the absent one's patches
    there for her; how many visits. Raises ValidationError. Call with the leave's row held."""
    start, end, absent = max(leave.period.lower, on), leave.period.upper, leave.user
    held = set(territories)
    if start >= end:
        return 0
    planned = Visit.objects.filter(
        user=absent, on__gte=start, on__lt=end, state="PLANNED", dealer__territory__in=held
    ).values_list("pk", flat=True)
    given = hand_visits(absent=absent, to=helper, visits=planned)
    own = TerritoryAssignment.objects.filter(
        user=absent, role=Role.REPRESENTATIVE, covers_for=None, period__overlap=(start, end), territory__in=held
    )
    places = set(own.values_list("territory", flat=True))
    open_cover(by=by, helper=helper, absent=absent, territories=places, start=start, end=end, on=on, leave=leave)
    return given


@transaction.atomic
def end_leave(*, by: User, leave_id: int, until: dt.date, on: dt.date) -> int:
    """The leave lasts until before `until` only, and is gone when that leaves no day of it. Visits from then on go back to
    her, and what was opened for it is closed; how many visits."""
    leave = Leave.objects.select_for_update().select_related("user").get(pk=leave_id)
    before = leave.period.upper
    start = max(until, leave.period.lower)
    back = take_visits_back(absent=leave.user, start=max(start, on), end=before)
    close_cover(by=by, covers=list(leave.covers.all()), start=max(start, on), on=on)
    if start <= leave.period.lower:
        leave.delete()
    elif until != before:
        leave.period = DateRange(leave.period.lower, until)
        leave.save(update_fields=["period"])
    return back
