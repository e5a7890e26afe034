"""Joint visits by the rule: so many a month with each representative, where dealers have waited longest for a leader.

The night asks the responsible leader along on visits that stand in a representative's plan anyway; from then on they stay
on their day (visits.months.question). The leader spends whole days with one person: visits of one day are asked for
together, and none on days of her own executive visits, her leave, or with somebody else.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Max

from accounts.models import User
from crm.base.periods import add_months
from visits.choices import Audience, Horizon, Means, VisitKind, VisitState
from visits.figures import DONE
from visits.leaders import by_leaders
from visits.models import PlanningRules, Visit, VisitPlan
from visits.patches import leaders
from visits.targets import NONE, Standard
from visits.working_days import working_of

# A dealer that never saw a leader waits as if it were so many gaps ago.
NEVER_GAPS = 3.0
# A class that asks for no leader's visit: behind all others, but still a visit to go along on.
UNASKED_GAPS = 0.01
_COMING = (VisitState.PLANNED, VisitState.UNDER_WAY)


@dataclass(frozen=True, slots=True)
class Along:
    """A planned visit on which a leader could go along. `waits`: how long its dealer has waited for a leader by then, in
    gaps of its class."""

    visit: Visit
    leader_id: int
    waits: float


@transaction.atomic
def ask_along(*, month: dt.date, on: dt.date) -> int:
    """Bring the joint visits of a month's plans up to the rule, from the day after `on`; how many were asked for."""
    wanted = _missing(month, PlanningRules.now().joint_a_month)
    first, end = max(month, on + dt.timedelta(days=1)), add_months(month, 1)
    if not wanted or first >= end:
        return 0
    found: dict[int, list[Along]] = defaultdict(list)
    for along in _possible(wanted, first, end):
        found[along.visit.user_id].append(along)
    free = _free_days({along.leader_id for rows in found.values() for along in rows}, first, end)
    chosen: list[Along] = []
    # Whose dealers wait longest chooses a day first: a leader's days are few.
    for user_id, rows in sorted(found.items(), key=lambda item: (-max(along.waits for along in item[1]), item[0])):
        chosen += _choose(rows, wanted[user_id], free)
    for along in chosen:
        along.visit.kind, along.visit.companion_id = VisitKind.JOINT, along.leader_id
        along.visit.version += 1
    Visit.objects.bulk_update([along.visit for along in chosen], ["kind", "companion", "version"], batch_size=500)
    return len(chosen)


def _missing(month: dt.date, most: int) -> dict[int, int]:
    """By representative with a plan for the month how many joint visits it lacks; those that lack none are left out."""
    if not most:
        return {}
    planned = VisitPlan.objects.filter(
        audience=Audience.REPRESENTATIVE, horizon=Horizon.MONTH, starts_on=month, planned_at__isnull=False,
        user__is_active=True,
    )  # fmt: skip
    missing = dict.fromkeys(planned.values_list("user", flat=True), most)
    there = Visit.objects.filter(
        kind=VisitKind.JOINT, on__gte=month, on__lt=add_months(month, 1), state__in=[*_COMING, VisitState.DONE]
    )
    for user_id in there.values_list("user", flat=True):
        if user_id in missing:
            missing[user_id] -= 1
    return {user_id: number for user_id, number in missing.items() if number > 0}


def _possible(users: Iterable[int], first: dt.date, end: dt.date) -> list[Along]:
    """Planned visits of these people in person, each with the leader of its territory; four statements."""
    led = leaders(first)
    visits = list(
        Visit.objects.filter(
            user__in=list(users), on__gte=first, on__lt=end, state=VisitState.PLANNED, means=Means.IN_PERSON,
            kind__in=[VisitKind.REGULAR, VisitKind.EXTRA], dealer__deleted_at=None,
        )
        .select_related("dealer")
        .order_by("on", "sequence", "pk")
    )  # fmt: skip
    dealers = {visit.dealer_id: visit.dealer for visit in visits}
    paces = Standard(Audience.LEADER, first).of(dealers.values())
    seen = by_leaders(Visit.objects.filter(DONE, dealer__in=dealers)).order_by().values("dealer")
    last = dict(seen.annotate(Max("on")).values_list("dealer", "on__max"))
    return [
        Along(visit, leader, _waits(paces.get(visit.dealer_id, NONE).max_gap_days, last.get(visit.dealer_id), visit.on))
        for visit in visits
        if (leader := led.get(visit.dealer.territory_id)) is not None and leader != visit.user_id
    ]


def _waits(gap_days: int | None, seen_on: dt.date | None, on: dt.date) -> float:
    if not gap_days:
        return UNASKED_GAPS
    return NEVER_GAPS if seen_on is None else (on - seen_on).days / gap_days


def _free_days(leader_ids: set[int], first: dt.date, end: dt.date) -> dict[int, set[dt.date]]:
    """By leader the days on which she works and neither visits dealers herself nor goes along already."""
    people = list(User.objects.filter(pk__in=leader_ids))
    free = {pk: set(each.days) for pk, each in working_of(people, first, end).items()}
    coming = Visit.objects.filter(on__gte=first, on__lt=end, state__in=_COMING)
    for field in ("user", "companion"):
        rows = coming.filter(**{f"{field}__in": leader_ids})
        for pk, day in rows.values_list(field, "on"):
            free[pk].discard(day)
    return free


def _choose(rows: Sequence[Along], number: int, free: dict[int, set[dt.date]]) -> list[Along]:
    """The visits of the days on which the dealers together have waited longest; those days are the leader's no more."""
    days: dict[tuple[int, dt.date], list[Along]] = defaultdict(list)
    for along in rows:
        if along.visit.on in free.get(along.leader_id, ()):
            days[along.leader_id, along.visit.on].append(along)
    chosen: list[Along] = []
    while days and len(chosen) < number:
        most = number - len(chosen)
        best = {key: _longest(each, most) for key, each in days.items()}
        leader_id, day = max(
            best, key=lambda key: (sum(along.waits for along in best[key]), -key[1].toordinal(), -key[0])
        )
        chosen += best[leader_id, day]
        free[leader_id].discard(day)
        # One day is spent with one leader.
        days = {key: each for key, each in days.items() if key[1] != day}
    return chosen


def _longest(rows: Sequence[Along], most: int) -> list[Along]:
    return sorted(rows, key=lambda along: (-along.waits, along.visit.pk))[:most]
