"""What months need at night: to be planned because they begin soon, or planned anew because something fell out of them.

Something fell out when a plan does not know of it: visits missed or skipped that are still asked for, dealers that came,
went or are to be visited otherwise, extra visits that nothing serves. A plan that knows and has found no room is left
alone, so that a representative's days do not change every night.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from enum import StrEnum, auto
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from accounts.models import User
from crm.base.periods import add_months, month_start
from crm.base.sql import load
from visits.choices import Audience, Horizon, PlanState, SkipReason, VisitKind, VisitState
from visits.extra import open_requests
from visits.models import PlanningPart, PlanningRules, PlanningRun, Visit, VisitPlan
from visits.months.wishes import AT_ONCE_DAYS
from visits.patches import leaders, representatives
from visits.runs import start_run


class Fell(StrEnum):
    """Why a month is planned anew."""

    FALLEN = auto()
    PATCH = auto()
    REQUEST = auto()


# Visits skipped for these reasons are given up, not put off to another day of the month.
_GIVEN_UP = (SkipReason.DEFERRED, SkipReason.NOT_NEEDED)


def plan_tonight(*, on: dt.date, send: Callable[[int], object]) -> list[PlanningRun]:
    """Start the runs of the night of `on`: for the month that needs it and each that begins soon. Nobody's month is
    planned twice by one night. `send` gets a run's number for each lane, when the transaction is through."""
    rules = PlanningRules.now()
    running = month_start(on)
    wanted: dict[tuple[dt.date, Audience], set[int]] = defaultdict(set)
    if rules.replan:
        wanted[running, Audience.REPRESENTATIVE] |= set(fell_out(on=on))
        if rules.leaders:
            wanted[running, Audience.LEADER] |= fell_out_of_leaders(on=on)
    for month in months_ahead(rules, on=on):
        wanted[month, Audience.REPRESENTATIVE] |= without_plan(month, on=on)
        if rules.leaders:
            wanted[month, Audience.LEADER] |= leaders_without_plan(month, on=on)
    runs = []
    for (month, audience), keys in sorted(wanted.items()):
        done = PlanningPart.objects.filter(run__night=on, run__month=month, run__audience=audience)
        people = list(
            User.objects.active().filter(pk__in=keys - set(done.values_list("user", flat=True))).order_by("pk")
        )
        run = start_run(users=people, month=month, by=None, at=timezone.now(), send=send, audience=audience, night=on)
        if run is not None:
            runs.append(run)
    return runs


def months_ahead(rules: PlanningRules, *, on: dt.date) -> list[dt.date]:
    """The running month and those that begin within the rule's days; none when months are planned by hand alone."""
    if not rules.days_ahead:
        return []
    months = [month_start(on)]
    while (following := add_months(months[-1], 1)) <= on + dt.timedelta(days=rules.days_ahead):
        months.append(following)
    return months


def without_plan(month: dt.date, *, on: dt.date) -> set[int]:
    """Who works a patch with dealers in the month and has no plan for it yet."""
    workers = set(representatives(max(month, on)).values())
    return (workers & set(_marks())) - _planned(month, Audience.REPRESENTATIVE)


def leaders_without_plan(month: dt.date, *, on: dt.date) -> set[int]:
    """Leaders who are responsible for somebody in the month and have no plan for it yet."""
    return set(leaders(max(month, on)).values()) - _planned(month, Audience.LEADER)


def _planned(month: dt.date, audience: Audience) -> set[int]:
    return set(_plans(month, audience).filter(planned_at__isnull=False).values_list("user", flat=True))


def fell_out_of_leaders(*, on: dt.date) -> set[int]:
    """Leaders whose executive visits of the running month were missed or skipped, are still asked for, and whose plan does
    not know of it."""
    month = month_start(on)
    plans = _plans(month, Audience.LEADER).filter(planned_at__isnull=False, user__is_active=True)
    known = {user: set(fallen or ()) for user, fallen in plans.values_list("user", "report__fallen")}
    fallen = _fallen(month, add_months(month, 1), executive=True)
    return {user for user, visit in fallen if user in known and visit not in known[user]}


def fell_out(*, on: dt.date) -> dict[int, set[Fell]]:
    """By person why the plan of the running month no longer holds; a handful of statements for all. VisitDue must be as
    of the same night."""
    month = month_start(on)
    end = add_months(month, 1)
    known = {
        user: (patch, set(fallen or ()), set(requests or ()))
        for user, patch, fallen, requests in _plans(month)
        .filter(planned_at__isnull=False, user__is_active=True)
        .values_list("user", "report__patch", "report__fallen", "report__requests")
    }
    found: dict[int, set[Fell]] = defaultdict(set)
    for user, visit in _fallen(month, end):
        if user in known and visit not in known[user][1]:
            found[user].add(Fell.FALLEN)
    marks = _marks()
    for user, (patch, _fallen_then, _requests_then) in known.items():
        if marks.get(user, "") != (patch or ""):
            found[user].add(Fell.PATCH)
    for user, request, moved in _unserved(on, end):
        if user in known and (moved or request not in known[user][2]):
            found[user].add(Fell.REQUEST)
    return dict(found)


def _plans(month: dt.date, audience: str = Audience.REPRESENTATIVE) -> Any:
    return VisitPlan.objects.filter(audience=audience, horizon=Horizon.MONTH, starts_on=month)


def _fallen(month: dt.date, end: dt.date, *, executive: bool = False) -> Iterable[tuple[int, int]]:
    """Person and number of each visit of the month that was planned, not made, and is still asked for: the executive ones,
    or all others."""
    rows = Visit.objects.filter(on__gte=month, on__lt=end, state__in=[VisitState.MISSED, VisitState.SKIPPED])
    rows = rows.exclude(state=VisitState.SKIPPED, skip_reason__in=_GIVEN_UP)
    rows = rows.filter(kind=VisitKind.EXECUTIVE) if executive else rows.exclude(kind=VisitKind.EXECUTIVE)
    return list(rows.values_list("user", "pk"))


def _marks() -> dict[int, str]:
    """By person what her patch asks for tonight: visits.months.question.patch_mark."""
    with connection.cursor() as cursor:
        load("visits", "plans").run(cursor, "patches", {})
        return dict(cursor.fetchall())


def _unserved(on: dt.date, end: dt.date) -> Iterable[tuple[int, int, bool]]:
    """Person, number of the request, and whether a visit was planned for it that no longer comes in time."""
    places = representatives(on)
    rows = open_requests().filter(latest_on__lt=end, dealer__deleted_at=None)
    for pk, territory, latest, earliest, visit, state, day in rows.values_list(
        "pk", "dealer__territory", "latest_on", "earliest_on", "visit", "visit__state", "visit__on"
    ):
        user = places.get(territory)
        if user is None or (earliest is not None and earliest >= end):
            continue
        last = latest if latest >= on else on + dt.timedelta(days=AT_ONCE_DAYS - 1)
        open_ = visit is not None and state in (VisitState.PLANNED, VisitState.UNDER_WAY)
        in_time = open_ and day <= last and (earliest is None or day >= earliest)
        if not in_time:
            yield user, pk, open_


@transaction.atomic
def release(users: Sequence[int], month: dt.date, *, by: User, audience: str) -> int:
    """Make proposals count; how many."""
    rows = VisitPlan.objects.filter(
        user__in=users, audience=audience, horizon=Horizon.MONTH, starts_on=month, state=PlanState.DRAFT,
        planned_at__isnull=False,
    )  # fmt: skip
    return rows.update(state=PlanState.RELEASED, planned_by=by)
