"""Visits of responsible leaders: which dealers saw one in time, what was raised, decided and promised, what is open (H-10).

A leader's visit is an executive visit, any other visit that a leader makes herself, or a joint visit on which one goes
along: the dealer has met a leader. Who led is told by the assignments of that day.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import (  # fmt: skip
    Case,
    CharField,
    Count,
    DateField,
    Exists,
    F,
    Max,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from accounts.models import TerritoryAssignment, User
from accounts.scope import Scope
from crm.base.lookups import AnyOf
from dealers.choices import TRADING, Tier
from dealers.models import Dealer
from visits.choices import Audience, CommitmentState, FindingKind, Side, VisitKind
from visits.figures import DONE, EXECUTIVE, conditions
from visits.models import CallCycle, Commitment, Finding, Visit
from visits.people import LEADERS
from visits.results import visits_of

IN_TIME, LATE, NEVER = STATES = ("in_time", "late", "never")


def _led(field: str) -> Exists:
    """Whether the person of this field led a territory on the visit's day."""
    led = TerritoryAssignment.objects.filter(user=OuterRef(field), role__in=LEADERS, period__contains=OuterRef("on"))
    return Exists(led)


def by_leaders(visits: QuerySet[Visit]) -> QuerySet[Visit]:
    """Those of these visits on which the dealer meets a leader."""
    return visits.filter(EXECUTIVE | Q(_led("user")) | Q(Q(kind=VisitKind.JOINT), _led("companion")))


def leader_of(visit: Visit, leads: set[int]) -> User:
    """The leader whom the dealer met; `leads` are people who lead."""
    if visit.kind == VisitKind.JOINT and visit.companion is not None and visit.user_id not in leads:
        return visit.companion
    return visit.user


def leading(people: Iterable[int]) -> set[int]:
    """Those of these people who lead, or led, anywhere."""
    rows = TerritoryAssignment.objects.filter(user__in=set(people), role__in=LEADERS)
    return set(rows.values_list("user", flat=True))


# --- Which dealers saw a leader -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TierCoverage:
    """Dealers of one tier. `gap_days`: days within which their class is to see a leader, None where the class asks for
    none; of the cycle of all kinds, others may count for single kinds."""

    tier: str
    gap_days: int | None
    dealers: int
    in_time: int
    late: int

    @property
    def never(self) -> int:
        return self.dealers - self.in_time - self.late

    @property
    def share(self) -> float | None:
        return self.in_time / self.dealers if self.dealers else None


class Gaps:
    """The largest gap between leaders' visits, by kind and tier, as it counts on a day."""

    def __init__(self, on: dt.date) -> None:
        self._on = on
        rows = CallCycle.objects.filter(audience=Audience.LEADER, active_from__lte=on).order_by("active_from")
        self._rows = {(row.kind, row.tier): row.max_gap_days for row in rows if row.times}

    def of_tier(self, tier: str) -> int | None:
        return self._rows.get(("", tier))

    def asked(self) -> Q:
        """Dealers for whom a cycle of leaders' visits counts."""
        found = Q(pk__in=[])
        for kind, tier in self._rows:
            found |= self._of(kind, tier)
        return found

    def since(self) -> Case:
        """The day from which on a leader's visit is in time, for each dealer."""
        # A cycle of a kind goes before the one of all kinds.
        rows = sorted(self._rows.items(), key=lambda row: not row[0][0])
        return Case(
            *(When(self._of(kind, tier), then=Value(self._on - dt.timedelta(days=gap))) for (kind, tier), gap in rows),
            default=Value(None), output_field=DateField(),
        )  # fmt: skip

    @staticmethod
    def _of(kind: str, tier: str) -> Q:
        of_tier = Q(tier=tier) if tier else Q(tier=None) | Q(tier="")
        return of_tier & Q(kind=kind) if kind else of_tier


def _dealers(scope: Scope) -> QuerySet[Dealer]:
    dealers = Dealer.objects.filter(status__in=TRADING)
    return dealers if scope.everything else dealers.filter(AnyOf(F("territory_id"), scope.territory_ids))


def coverage(scope: Scope, *, on: dt.date) -> list[TierCoverage]:
    """Dealers by tier, and how many of them saw a leader within the gap of their class; two statements."""
    gaps = Gaps(on)
    there = _dealers(scope).filter(gaps.asked()).order_by()
    dealers = dict(there.values_list(Coalesce("tier", Value(""), output_field=CharField())).annotate(Count("pk")))
    counted: dict[str, dict[bool, int]] = defaultdict(lambda: {True: 0, False: 0})
    seen = by_leaders(visits_of(scope)).filter(DONE, on__lte=on).order_by().values("dealer").annotate(last=Max("on"))
    rows = {row["dealer"]: row["last"] for row in seen}
    for pk, tier, since in (
        there.filter(AnyOf(F("pk"), list(rows))).annotate(since=gaps.since()).values_list("pk", "tier", "since")
    ):
        counted[tier or ""][since is not None and rows[pk] >= since] += 1
    return [
        TierCoverage(str(tier), gaps.of_tier(tier), dealers.get(tier, 0), counted[tier][True], counted[tier][False])
        for tier in (*Tier.values, "")
        if tier or dealers.get("", 0)
    ]


def dealers_of(scope: Scope, *, on: dt.date, tier: str = "", state: str = "") -> Any:
    """Dealers whose class asks for leaders' visits, with `seen_on`, the last one's day, and `since`, from when on it would
    be in time; who waits longest comes first. `state`: one of STATES, or empty for all."""
    gaps = Gaps(on)
    seen = by_leaders(Visit.objects.filter(DONE, dealer=OuterRef("pk"), on__lte=on)).order_by("-on").values("on")[:1]
    dealers = _dealers(scope).filter(gaps.asked()).annotate(since=gaps.since(), seen_on=Subquery(seen))
    if tier:
        dealers = dealers.filter(tier=tier)
    if state == NEVER:
        dealers = dealers.filter(seen_on=None)
    elif state == IN_TIME:
        dealers = dealers.filter(seen_on__gte=F("since"))
    elif state == LATE:
        dealers = dealers.filter(seen_on__lt=F("since"))
    planned = by_leaders(Visit.objects.filter(dealer=OuterRef("pk"), on__gte=on, state="PLANNED")).order_by("on")
    dealers = dealers.annotate(next_on=Subquery(planned.values("on")[:1]))
    return dealers.select_related("territory").order_by(F("seen_on").asc(nulls_first=True), "tier", "name", "pk")


# --- What leaders' visits came to -----------------------------------------------------------------------------------------


@dataclass(slots=True)
class Led:
    """One leader's visits of the period; `user` None for all together. `dealers`: different ones."""

    user: User | None
    planned: int = 0
    kept: int = 0
    off_plan: int = 0
    joint: int = 0
    made: int = 0
    dealers: int = 0
    barriers: int = 0
    promises: int = 0
    open: int = 0
    late: int = 0

    @property
    def adherence(self) -> float | None:
        return self.kept / self.planned if self.planned else None

    def add(self, other: Led) -> None:
        for name in ("planned", "kept", "off_plan", "joint", "made", "dealers", "barriers", "promises", "open", "late"):
            setattr(self, name, getattr(self, name) + getattr(other, name))


def visits_in(scope: Scope, start: dt.date, until: dt.date) -> QuerySet[Visit]:
    """Leaders' visits of a period, made or not, newest first."""
    found = by_leaders(visits_of(scope).filter(on__gte=start, on__lt=until))
    return found.select_related("dealer", "user", "companion").order_by("-on", "-pk")


def by_leader(visits: QuerySet[Visit], *, today: dt.date) -> tuple[list[Led], Led]:
    """A row for each leader, by name, and the sums; dealers whom two leaders saw are one in the sum. Three statements."""
    known = conditions(today)
    of_visit = dict.fromkeys(("kept", "planned", "off_plan"))
    flags = {key: Case(When(known[key], then=Value(1)), default=Value(0)) for key in of_visit}
    rows = list(visits.annotate(**flags))
    leads = leading({pk for visit in rows for pk in (visit.user_id, visit.companion_id) if pk})
    made = {visit.pk: leader_of(visit, leads) for visit in rows if visit.state == "DONE"}
    found: dict[int, Led] = {}
    dealers: dict[int, set[int]] = defaultdict(set)
    for visit in rows:
        leader = leader_of(visit, leads)
        row = found.setdefault(leader.pk, Led(leader))
        row.planned += visit.planned  # type: ignore[attr-defined]
        row.kept += visit.kept  # type: ignore[attr-defined]
        if visit.state == "DONE":
            row.made += 1
            row.off_plan += visit.off_plan  # type: ignore[attr-defined]
            row.joint += visit.kind == VisitKind.JOINT
            dealers[leader.pk].add(visit.dealer_id)
    for visit_id, barriers in (
        Finding.objects.filter(visit__in=list(made), kind=FindingKind.STATED)
        .order_by()
        .values_list("visit")
        .annotate(Count("pk"))
    ):
        found[made[visit_id].pk].barriers += barriers
    for visit_id, state, due_on in Commitment.objects.filter(visit__in=list(made), side=Side.OURS).values_list(
        "visit", "state", "due_on"
    ):
        row = found[made[visit_id].pk]
        row.promises += 1
        row.open += state == CommitmentState.OPEN
        row.late += state == CommitmentState.OPEN and due_on < today
    total = Led(None)
    for pk, row in found.items():
        row.dealers = len(dealers[pk])
        total.add(row)
    total.dealers = len(set().union(*dealers.values()))
    return sorted(
        found.values(), key=lambda row: (row.user.name if row.user else "", row.user.pk if row.user else 0)
    ), total


@dataclass(slots=True)
class Told:
    """One leader's visit as the report tells it: barriers raised, decisions, and promises of both sides."""

    visit: Visit
    leader: User
    barriers: list[str]
    decisions: str
    ours: list[Commitment]
    theirs: list[Commitment]


def told(visits: Iterable[Visit]) -> list[Told]:
    """The record of each visit, in their order; four statements. Barriers are the problems that the dealer stated, and
    what the leader wrote down of them."""
    visits = list(visits)
    keys = [visit.pk for visit in visits]
    leads = leading({pk for visit in visits for pk in (visit.user_id, visit.companion_id) if pk})
    stated: dict[int, list[str]] = defaultdict(list)
    for visit_id, text in (
        Finding.objects.filter(visit__in=keys, kind=FindingKind.STATED).order_by("pk").values_list("visit", "text")
    ):
        stated[visit_id or 0].append(text)
    promised: dict[tuple[int, str], list[Commitment]] = defaultdict(list)
    for promise in Commitment.objects.filter(visit__in=keys).select_related("owner").order_by("due_on", "pk"):
        promised[promise.visit_id or 0, promise.side].append(promise)
    reports = {
        visit.pk: visit.leader_report
        for visit in Visit.objects.filter(pk__in=keys, leader_report__isnull=False).select_related("leader_report")
    }
    found = []
    for visit in visits:
        report = reports.get(visit.pk)
        barriers = [*([report.barriers] if report and report.barriers else []), *stated[visit.pk]]
        found.append(
            Told(
                visit, leader_of(visit, leads), barriers, report.decisions if report else "",
                promised[visit.pk, Side.OURS], promised[visit.pk, Side.THEIRS],
            )
        )  # fmt: skip
    return found


# --- Open promises --------------------------------------------------------------------------------------------------------


def open_promises(scope: Scope, *, side: str = "", owner: int | None = None, late_on: dt.date | None = None) -> Any:
    """Promises made on leaders' visits that nobody has settled, the earliest due first; `owner` 0: nobody's."""
    visits = by_leaders(visits_of(scope)).order_by()
    found = Commitment.objects.filter(visit__in=visits, state=CommitmentState.OPEN)
    if side:
        found = found.filter(side=side)
    if owner is not None:
        found = found.filter(owner=owner or None)
    if late_on is not None:
        found = found.filter(due_on__lt=late_on)
    return found.select_related("dealer", "owner", "visit__user").order_by("due_on", "pk")


@dataclass(frozen=True, slots=True)
class Owed:
    """Open promises of one owner. `owner_id` None: nobody has to keep them, which somebody should settle."""

    owner_id: int | None
    name: str
    ours: int
    ours_late: int
    theirs: int
    theirs_late: int
    next_on: dt.date


def by_owner(scope: Scope, *, on: dt.date) -> list[Owed]:
    """The owners of open promises, who has the most late ones first; one statement."""
    ours, theirs, late = Q(side=Side.OURS), Q(side=Side.THEIRS), Q(due_on__lt=on)
    rows = (
        open_promises(scope)
        .order_by()
        .values("owner", "owner__name")
        .annotate(
            ours=Count("pk", filter=ours), ours_late=Count("pk", filter=ours & late),
            theirs=Count("pk", filter=theirs), theirs_late=Count("pk", filter=theirs & late), next_on=Min("due_on"),
        )
    )  # fmt: skip
    found = [
        Owed(
            row["owner"], row["owner__name"] or "", row["ours"], row["ours_late"], row["theirs"], row["theirs_late"],
            row["next_on"],
        )
        for row in rows
    ]  # fmt: skip
    return sorted(found, key=lambda row: (-row.ours_late - row.theirs_late, -row.ours, row.name))
