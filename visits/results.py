"""What a team's visits came to: coverage, adherence, orders, time, problems found and solved. docs/practice.md section 5.

A reader's figures are of visits at dealers whom she may look at: each sum is the number of rows that she finds behind it.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import Count, DurationField, ExpressionWrapper, F, Sum
from django.utils.functional import cached_property

from accounts.models import User
from accounts.rights import Right
from accounts.scope import Scope, scope_of
from crm.base.lookups import AnyOf
from crm.base.sql import load
from dealers.choices import TRADING, Tier
from visits.figures import EXECUTIVE, conditions
from visits.models import Visit
from visits.patches import representatives

# Shares of the dealers of a tier to be visited in a period.
COVERAGE_GOALS = {Tier.A: 1.00, Tier.B: 0.95, Tier.C: 0.85}
ADHERENCE_GREEN, ADHERENCE_AMBER = 0.85, 0.70
STRIKE_GOAL = 0.40
TIERS = (Tier.A, Tier.B, Tier.C, "")


@dataclass(frozen=True, slots=True)
class Covered:
    """Dealers of one tier: how many there are, and how many were visited at least once."""

    tier: str
    assigned: int
    visited: int

    @property
    def share(self) -> float | None:
        return self.visited / self.assigned if self.assigned else None

    @property
    def goal(self) -> float | None:
        return COVERAGE_GOALS.get(Tier(self.tier)) if self.tier else None

    @property
    def grade(self) -> str:
        """ "green" when the goal is met, "orange" when it is not, empty where there is none."""
        if self.share is None or self.goal is None:
            return ""
        return "green" if self.share >= self.goal else "orange"


@dataclass(frozen=True, slots=True)
class Issues:
    """Problems found on the visits. `median_days` from being written down until solved; None while none is."""

    found: int = 0
    latent: int = 0
    open: int = 0
    solved: int = 0
    median_days: float | None = None


@dataclass(slots=True)
class Result:
    """One person's visits of the period, or the team's; `user` is None for all together. Counts as in visits.figures."""

    user: User | None
    planned: int = 0
    kept: int = 0
    missed: int = 0
    left_out: int = 0
    off_plan: int = 0
    done: int = 0
    ordered: int = 0
    order_amount: Decimal = Decimal(0)
    minutes_there: float = 0.0
    in_person: int = 0
    existing: int = 0
    prospects: int = 0
    joint: int = 0
    issues: Issues = field(default_factory=Issues)
    assigned: Counter[str] = field(default_factory=Counter)
    visited: Counter[str] = field(default_factory=Counter)
    time: Counter[str] = field(default_factory=Counter)

    @property
    def coverage(self) -> list[Covered]:
        return [Covered(tier, self.assigned[tier], self.visited[tier]) for tier in TIERS]

    @property
    def coverage_abc(self) -> list[Covered]:
        return self.coverage[:3]

    @property
    def adherence(self) -> float | None:
        return self.kept / self.planned if self.planned else None

    @property
    def adherence_grade(self) -> str:
        share = self.adherence
        if share is None:
            return ""
        return "green" if share >= ADHERENCE_GREEN else "yellow" if share >= ADHERENCE_AMBER else "red"

    @property
    def strike_rate(self) -> float | None:
        return self.ordered / self.done if self.done else None

    @property
    def minutes_a_visit(self) -> float | None:
        return self.minutes_there / self.in_person if self.in_person else None

    @property
    def latent_a_visit(self) -> float | None:
        return self.issues.latent / self.done if self.done else None

    @property
    def prospect_share(self) -> float | None:
        return self.prospects / self.done if self.done else None

    def add(self, other: Result) -> None:
        for name in _SUMMED:
            setattr(self, name, getattr(self, name) + getattr(other, name))


_COUNTED = (
    "planned", "kept", "missed", "left_out", "off_plan", "done", "ordered", "in_person", "existing", "prospects", "joint",
)  # fmt: skip
_SUMMED = (*_COUNTED, "order_amount", "minutes_there", "assigned", "visited", "time")


@dataclass(frozen=True, slots=True)
class Neglected:
    """A dealer who sells well and waits for us. `attained`: sales over the target of the running period; None without."""

    dealer_id: int
    name: str
    tier: str | None
    user_id: int | None
    last_visit_on: dt.date | None
    due_on: dt.date
    sales_12m: Decimal
    attained: Decimal | None


class Results:
    """The period's results of these people, as far as the reader may look (`scope`; everywhere without one).

    `start` until before `until`. Half a dozen statements, however many people they are.
    """

    def __init__(
        self, users: Iterable[User], start: dt.date, until: dt.date, *, today: dt.date, scope: Scope | None = None
    ) -> None:
        self.users = list(users)
        self._start, self._until, self._today = start, until, today
        self._scope = scope
        self.by_tier: dict[str, Issues] = {}
        self._issues = Issues()

    @cached_property
    def rows(self) -> list[Result]:
        """A row for each person, in their order."""
        found = {user.pk: Result(user) for user in self.users}
        script = load("visits", "results")
        values = self._values(found)
        self._count_visits(found)
        with connection.cursor() as cursor:
            for user_id, tier, assigned, visited in _rows(cursor, script, "coverage", values):
                found[user_id].assigned[tier] += assigned
                found[user_id].visited[tier] += visited
            for of_user, user_id, of_tier, tier, *figures in _rows(cursor, script, "issues", values):
                issues = Issues(*figures)
                if of_user:
                    found[user_id].issues = issues
                elif of_tier:
                    self.by_tier[tier] = issues
                else:
                    self._issues = issues
            for user_id, category, minutes in _rows(cursor, script, "time", values):
                found[user_id].time[category] += minutes
        return list(found.values())

    @cached_property
    def total(self) -> Result:
        """The sums of the rows; shares are made of the sums, the median of all issues."""
        total = Result(None)
        for row in self.rows:
            total.add(row)
        total.issues = self._issues
        return total

    def _count_visits(self, found: dict[int, Result]) -> None:
        known = conditions(self._today)
        there = ExpressionWrapper(F("ended_at") - F("started_at"), output_field=DurationField())
        rows = (
            visits_of(self._scope)
            .filter(AnyOf(F("user_id"), list(found)), on__gte=self._start, on__lt=self._until)
            .exclude(EXECUTIVE)
            .order_by()
            .values("user")
            .annotate(
                amount=Sum("order_amount", filter=known["done"], default=Decimal(0)),
                there=Sum(there, filter=known["in_person"]),
                **{key: Count("pk", filter=known[key]) for key in _COUNTED},
            )
        )
        for row in rows:
            result = found[row["user"]]
            for key in _COUNTED:
                setattr(result, key, row[key])
            result.order_amount = row["amount"]
            result.minutes_there = row["there"].total_seconds() / 60 if row["there"] else 0.0

    def _values(self, found: dict[int, Result]) -> dict[str, Any]:
        scope = self._scope
        return _values(found, self._start, self._until, self._today, scope)


def visits_of(scope: Scope | None) -> Any:
    """Visits at dealers of these territories that are not in the bin."""
    visits = Visit.objects.filter(dealer__deleted_at__isnull=True)
    if scope is None or scope.everything:
        return visits
    return visits.filter(AnyOf(F("dealer__territory_id"), scope.territory_ids))


def scope_for(user: User, *, to_export: bool = False) -> Scope:
    """Where the reader may look at the team's work, and for a file may export as well."""
    return scope_of(user).where(Right.VIEW_TEAM, *((Right.EXPORT,) if to_export else ()))


def results_of(users: Sequence[User], start: dt.date, until: dt.date, *, today: dt.date) -> list[Result]:
    """A row for each, in their order, for a reader who may look everywhere."""
    return Results(users, start, until, today=today).rows


def together(rows: Iterable[Result]) -> Result:
    """The sums of the rows; shares are made of the sums. Medians are left out."""
    total = Result(None)
    for row in rows:
        total.add(row)
    return total


def neglected(users: Sequence[User], *, today: dt.date, scope: Scope | None = None) -> list[Neglected]:
    """K-11: those who sell well and wait, the largest first; fifty at most."""
    values = _values({user.pk: None for user in users}, today, today, today, scope)
    with connection.cursor() as cursor:
        return [Neglected(*row) for row in _rows(cursor, load("visits", "results"), "neglected", values)]


def drifts_to_prospects(now: Result, before: Result) -> bool:
    """K-12: visits to existing dealers fall while those to prospects rise."""
    return now.existing < before.existing and now.prospects > before.prospects


def patches_of(
    users: Any, start: dt.date, until: dt.date, today: dt.date, scope: Scope | None = None
) -> list[tuple[int, int]]:
    """Territory and worker, as they were on the period's last day (today while it runs), where the reader may look."""
    last = max(start, min(until - dt.timedelta(days=1), today))
    found = representatives(last)
    if scope is not None and not scope.everything:
        held = scope.roles
        found = {territory: worker for territory, worker in found.items() if territory in held}
    return [(territory, worker) for territory, worker in found.items() if worker in users]


def _values(users: Any, start: dt.date, until: dt.date, today: dt.date, scope: Scope | None) -> dict[str, Any]:
    worked = defaultdict(list)
    for territory, worker in patches_of(users, start, until, today, scope):
        worked["territories"].append(territory)
        worked["workers"].append(worker)
    everything = scope is None or scope.everything
    return {
        "users": list(users), "start": start, "until": until, "today": today,
        "trading": sorted(status.value for status in TRADING),
        "territories": worked["territories"], "workers": worked["workers"],
        "everything": everything, "held": [] if scope is None or everything else scope.territory_ids,
    }  # fmt: skip


def _rows(cursor: Any, script: Any, step: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    script.run(cursor, step, values)
    rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows
