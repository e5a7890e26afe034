"""All that a month's plan is made from, read in a dozen statements whatever the number of dealers."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, replace

from django.db.models import F, Max, Q

from accounts.models import User
from crm.base.lookups import AnyOf
from crm.base.periods import add_months, month_start
from dealers.models import Dealer
from visits.cadence import phase_of, visits_in_month
from visits.choices import Audience, Means, VisitKind, VisitState, Why
from visits.extra import open_requests
from visits.hours import Week, hours_of
from visits.models import ExtraVisit, Visit
from visits.patches import territories_of
from visits.places import Map, map_of
from visits.targets import Pace, Standard, dealers_for
from visits.working_days import Working, working

# What of a dealer the planner reads.
FIELDS = (
    "pk", "name", "kind", "tier", "status", "latitude", "longitude", "territory_id", "created_at", "opening_hours",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Question:
    """`from_day` is the first day on which anything may change."""

    user: User
    audience: str
    month: dt.date
    from_day: dt.date
    working: Working
    dealers: dict[int, Dealer]
    # Those of them whom this person visits by the cycle; the others she helps out with.
    own: frozenset[int]
    paces: dict[int, Pace]
    # The month's visits of this person as they stand, with the versions they had.
    visits: tuple[Visit, ...]
    # Visits that others make or made this month in her place, by dealer.
    others: dict[int, tuple[Visit, ...]]
    # Visits that other parts ask for this month, by dealer.
    requests: dict[int, tuple[ExtraVisit, ...]]
    last: dict[int, dt.date]
    map: Map
    hours: dict[int, Week]

    @property
    def end(self) -> dt.date:
        return add_months(self.month, 1)

    @property
    def fingerprint(self) -> frozenset[tuple[int, int, str]]:
        return frozenset((visit.pk, visit.version, visit.state) for visit in self.visits)


def kinds_of(audience: str) -> list[str]:
    """The kinds of visits that the audience's plan is made of."""
    if audience == Audience.LEADER:
        return [VisitKind.EXECUTIVE]
    return [VisitKind.REGULAR, VisitKind.EXTRA, VisitKind.JOINT]


def read(user: User, *, month: dt.date, from_day: dt.date, today: dt.date, audience: str) -> Question:
    end, on = add_months(month, 1), max(month, from_day)
    kinds = kinds_of(audience)
    visits = tuple(
        Visit.objects.filter(user=user, on__gte=month, on__lt=end, kind__in=kinds).order_by("on", "sequence", "pk")
    )
    leads = audience == Audience.LEADER
    dealers = {dealer.pk: dealer for dealer in dealers_for(user, audience, on=on)}
    if leads:
        dealers = _asking(dealers, month, on)
    own = frozenset(dealers)
    requests = {} if leads else _requests(user, month, end, on, today)
    # Appointments with dealers who left the patch are kept all the same.
    besides = ({visit.dealer_id for visit in visits} | set(requests)) - own
    for dealer in Dealer.objects.filter(pk__in=besides).only(*FIELDS):
        dealers[dealer.pk] = dealer
    _as_the_planners_own(visits, from_day)
    works = working(user, from_day, end)
    if leads:
        works = _without_days_along(works, user, from_day, end)
    others: dict[int, list[Visit]] = defaultdict(list)
    meets = Q(kind__in=kinds)
    if leads:
        # On a joint visit the dealer meets a leader, too.
        meets |= Q(kind=VisitKind.JOINT, companion__isnull=False)
    elsewhere = Visit.objects.filter(
        meets, dealer__in=dealers, on__gte=month, on__lt=end,
        state__in=[VisitState.PLANNED, VisitState.UNDER_WAY, VisitState.DONE],
    ).exclude(user=user)  # fmt: skip
    for visit in elsewhere.only("pk", "dealer_id", "on", "state", "means"):
        others[visit.dealer_id].append(visit)
    made = Visit.objects.filter(meets, dealer__in=dealers, state=VisitState.DONE, on__lt=from_day)
    return Question(
        user=user, audience=audience, month=month, from_day=from_day, working=works, dealers=dealers, own=own,
        paces=Standard(audience, on).of(dealers.values()), visits=visits,
        others={pk: tuple(rows) for pk, rows in others.items()}, requests=requests,
        last=dict(made.values_list("dealer").annotate(Max("on"))),
        map=map_of(((dealer.pk, dealer.latitude, dealer.longitude) for dealer in dealers.values()), works.time),
        hours=hours_of(dealers.values()),
    )  # fmt: skip


def _asking(dealers: dict[int, Dealer], month: dt.date, on: dt.date) -> dict[int, Dealer]:
    """Those of a leader's dealers whose cycle asks for a visit in the month: she may be responsible for thousands, and a
    map is as large as their square."""
    paces = Standard(Audience.LEADER, on).of(dealers.values())
    return {pk: dealer for pk, dealer in dealers.items() if visits_in_month(paces[pk].a_year, month, phase_of(pk))}


def _without_days_along(works: Working, user: User, start: dt.date, end: dt.date) -> Working:
    """Days on which the leader goes along with a representative are not planned a second time."""
    along = Visit.objects.filter(
        companion=user, kind=VisitKind.JOINT, on__gte=start, on__lt=end,
        state__in=[VisitState.PLANNED, VisitState.UNDER_WAY],
    )  # fmt: skip
    taken = set(along.values_list("on", flat=True))
    return replace(works, days=tuple(day for day in works.days if day not in taken)) if taken else works


def _requests(
    user: User, month: dt.date, end: dt.date, on: dt.date, today: dt.date
) -> dict[int, tuple[ExtraVisit, ...]]:
    """Those of her patch whose last day lies in the month; those that are late belong to the running one."""
    rows = open_requests().filter(
        AnyOf(F("dealer__territory_id"), territories_of(user, on)), dealer__deleted_at=None, latest_on__lt=end
    )
    if month > month_start(today):
        rows = rows.filter(latest_on__gte=month)
    found: dict[int, list[ExtraVisit]] = defaultdict(list)
    for row in rows.order_by("latest_on", "-priority", "pk"):
        found[row.dealer_id].append(row)
    return {pk: tuple(each) for pk, each in found.items()}


def _as_the_planners_own(visits: tuple[Visit, ...], from_day: dt.date) -> None:
    """Visits that serve a request are planned anew like any other; which one serves it is found out afterwards."""
    tied = set(ExtraVisit.objects.filter(visit__in=[visit.pk for visit in visits]).values_list("visit", flat=True))
    for visit in visits:
        if visit.pk in tied and is_movable(visit, from_day):
            visit.why = Why.CYCLE
            visit.kind = VisitKind.REGULAR


def is_movable(visit: Visit, from_day: dt.date) -> bool:
    """Whether the planner may put the visit on another day."""
    return (
        visit.state == VisitState.PLANNED
        and visit.on >= from_day
        and not visit.locked
        and visit.fixed_at is None
        and visit.means == Means.IN_PERSON
        and visit.kind != VisitKind.JOINT
    )


def nobody_touched(visit: Visit) -> bool:
    """Nobody but the planner has an interest in this very visit."""
    return visit.why == Why.CYCLE and not visit.objective and visit.confirmed_at is None and not visit.must


def patch_mark(paces: dict[int, int]) -> str:
    """What a patch asks for, short enough to compare: dealers with visits a year. The night makes the same in SQL from
    VisitDue (visits/sql/plans.sql)."""
    asked = {pk: a_year for pk, a_year in paces.items() if a_year}
    crossed = sum(pk * a_year for pk, a_year in asked.items())
    return f"{len(asked)}:{sum(asked)}:{sum(asked.values())}:{crossed}"
