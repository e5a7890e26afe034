"""What a team's visits came to: coverage, adherence, orders, time, problems found and solved. docs/practice.md section 5."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import connection

from accounts.models import User
from crm.base.sql import load
from dealers.choices import TRADING, Tier
from visits.patches import representatives

# Shares of the dealers of a tier to be visited in a period.
COVERAGE_GOALS = {Tier.A: 1.00, Tier.B: 0.95, Tier.C: 0.85}
ADHERENCE_GREEN, ADHERENCE_AMBER = 0.85, 0.70
STRIKE_GOAL = 0.40


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
        """ "good" when the goal is met, "bad" when it is not, empty where there is none."""
        if self.share is None or self.goal is None:
            return ""
        return "good" if self.share >= self.goal else "bad"


@dataclass(slots=True)
class Result:
    """One person's visits of the period, or the team's; `user` is None for all together."""

    user: User | None
    planned: int = 0
    done_of_planned: int = 0
    off_plan: int = 0
    done: int = 0
    ordered: int = 0
    order_amount: Decimal = Decimal(0)
    minutes_there: float = 0.0
    in_person: int = 0
    to_prospects: int = 0
    joint: int = 0
    latent: int = 0
    findings: int = 0
    open_findings: int = 0
    # Issues solved, times days: their mean is the resolution time.
    solved: int = 0
    solving_days: float = 0.0
    assigned: Counter[str] = field(default_factory=Counter)
    visited: Counter[str] = field(default_factory=Counter)
    time: Counter[str] = field(default_factory=Counter)

    @property
    def coverage(self) -> list[Covered]:
        return [Covered(tier, self.assigned[tier], self.visited[tier]) for tier in (Tier.A, Tier.B, Tier.C, "")]

    @property
    def coverage_abc(self) -> list[Covered]:
        return self.coverage[:3]

    @property
    def adherence(self) -> float | None:
        return self.done_of_planned / self.planned if self.planned else None

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
        return self.latent / self.done if self.done else None

    @property
    def resolution_days(self) -> float | None:
        return self.solving_days / self.solved if self.solved else None

    @property
    def to_existing(self) -> int:
        return self.done - self.to_prospects

    @property
    def prospect_share(self) -> float | None:
        return self.to_prospects / self.done if self.done else None

    def add(self, other: Result) -> None:
        for name in _SUMMED:
            setattr(self, name, getattr(self, name) + getattr(other, name))


_SUMMED = (
    "planned", "done_of_planned", "off_plan", "done", "ordered", "order_amount", "minutes_there", "in_person",
    "to_prospects", "joint", "latent", "findings", "open_findings", "solved", "solving_days", "assigned", "visited", "time",
)  # fmt: skip


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


def results_of(users: Sequence[User], start: dt.date, until: dt.date, *, today: dt.date) -> list[Result]:
    """A row for each, in their order; five statements."""
    found = {user.pk: Result(user) for user in users}
    values = _values(found, start, until, today)
    script = load("visits", "results")
    with connection.cursor() as cursor:
        for user_id, tier, assigned, visited in _rows(cursor, script, "coverage", values):
            found[user_id].assigned[tier] += assigned
            found[user_id].visited[tier] += visited
        for user_id, *figures in _rows(cursor, script, "visits", values):
            row = found[user_id]
            (
                row.planned, row.done_of_planned, row.off_plan, row.done, row.ordered, row.order_amount,
                row.minutes_there, row.in_person, row.to_prospects, row.joint,
            ) = figures  # fmt: skip
        for user_id, latent, every, days, still_open in _rows(cursor, script, "findings", values):
            row = found[user_id]
            row.latent, row.findings, row.open_findings = latent, every, still_open
            if days is not None:
                row.solved = every - still_open
                row.solving_days = days * row.solved
        for user_id, category, minutes in _rows(cursor, script, "time", values):
            found[user_id].time[category] += minutes
    return [found[user.pk] for user in users]


def together(rows: Iterable[Result]) -> Result:
    """The sums of the rows; shares are made of the sums."""
    total = Result(None)
    for row in rows:
        total.add(row)
    return total


def neglected(users: Sequence[User], *, today: dt.date) -> list[Neglected]:
    """K-11: those who sell well and wait, the largest first; fifty at most."""
    values = _values({user.pk: None for user in users}, today, today, today)
    with connection.cursor() as cursor:
        return [Neglected(*row) for row in _rows(cursor, load("visits", "results"), "neglected", values)]


def drifts_to_prospects(now: Result, before: Result) -> bool:
    """K-12: visits to existing dealers fall while those to prospects rise."""
    return now.to_existing < before.to_existing and now.to_prospects > before.to_prospects


def _values(users: Any, start: dt.date, until: dt.date, today: dt.date) -> dict[str, Any]:
    last = min(until - dt.timedelta(days=1), today)
    worked = defaultdict(list)
    for territory, worker in representatives(max(start, last)).items():
        if worker in users:
            worked["territories"].append(territory)
            worked["workers"].append(worker)
    return {
        "users": list(users), "start": start, "until": until, "today": today,
        "trading": sorted(status.value for status in TRADING),
        "territories": worked["territories"], "workers": worked["workers"],
    }  # fmt: skip


def _rows(cursor: Any, script: Any, step: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    script.run(cursor, step, values)
    rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows
