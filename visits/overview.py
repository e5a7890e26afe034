"""The team's month as rows: what the call cycles ask for, what is planned and made, and how full each month is."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, QuerySet
from django.utils import timezone

from accounts.models import User
from crm.base.models import Company
from crm.base.periods import add_months, fiscal_year, fiscal_year_period
from visits.choices import Audience, Horizon, PlanState, VisitState
from visits.load import Load, Offer, loads_of, offers_for
from visits.models import Visit, VisitPlan
from visits.runs import waiting_for

TIERS = ("A", "B", "C", "")
# From here on a month is called nearly full.
NEARLY = 0.9
STATES = {
    VisitState.PLANNED: "planned", VisitState.UNDER_WAY: "planned", VisitState.DONE: "done",
    VisitState.MISSED: "missed", VisitState.SKIPPED: "skipped",
}  # fmt: skip


@dataclass(slots=True)
class Row:
    """One representative's month."""

    user: User
    load: Load
    plan: VisitPlan | None
    states: Counter[str] = field(default_factory=Counter)
    offers: list[Offer] = field(default_factory=list)
    waiting: bool = False

    @property
    def target(self) -> int:
        """Visits asked for: as the plan keeps them, else as they would be."""
        return self.plan.target if self.plan else self.load.visits

    @property
    def tiers(self) -> list[tuple[str, int]]:
        kept = self.plan.target_by_tier if self.plan else self.load.by_tier
        return [(tier, kept.get(tier, 0)) for tier in TIERS]

    @property
    def share(self) -> float | None:
        return self.load.share

    @property
    def grade(self) -> str:
        """A word for how full the month is: "over", "nearly", "room" or "away"."""
        share = self.share
        if share is None:
            return "away"
        return "over" if share > 1 else "nearly" if share > NEARLY else "room"

    @property
    def left_out(self) -> int:
        return sum(row["visits"] for row in self.report.get("left_out", ()))

    @property
    def gaps(self) -> int:
        return len(self.report.get("gaps", ()))

    @property
    def report(self) -> dict[str, Any]:
        return self.plan.report if self.plan else {}

    @property
    def is_proposal(self) -> bool:
        """Planned by the night and not released yet."""
        return self.is_planned and self.plan is not None and self.plan.state == PlanState.DRAFT

    @property
    def is_planned(self) -> bool:
        return self.plan is not None and self.plan.planned_at is not None


def rows_of(users: Sequence[User], month: dt.date, *, on: dt.date) -> list[Row]:
    """A row for each, in their order; ten statements or so."""
    end = add_months(month, 1)
    keys = [user.pk for user in users]
    loads = loads_of(users, month, on=max(on, month))
    plans = {plan.user_id: plan for plan in _plans(keys).filter(horizon=Horizon.MONTH, starts_on=month)}
    states: dict[int, Counter[str]] = defaultdict(Counter)
    counted = Visit.objects.filter(user__in=keys, on__gte=month, on__lt=end).exclude(kind="EXECUTIVE")
    for user_id, state, number in counted.values_list("user", "state").annotate(number=Count("pk")).order_by():
        states[user_id][STATES[VisitState(state)]] += number
    waiting = waiting_for(month, keys, at=timezone.now(), audience=Audience.REPRESENTATIVE)
    rows = [
        Row(user, loads[user.pk], plans.get(user.pk), states[user.pk], waiting=user.pk in waiting) for user in users
    ]
    for row in rows:
        # A month planned as a whole knows its way better than any estimate.
        if row.plan and row.plan.planned_at and row.plan.travel_minutes and row.plan.planned_at.date() < month:
            row.load.travel_min = float(row.plan.travel_minutes)
    room = list(loads.values())
    for row in rows:
        if not row.is_planned:
            row.offers = offers_for(row.load, room)
    return rows


@dataclass(frozen=True, slots=True)
class Total:
    """The sums of the rows shown."""

    target: int
    tiers: list[tuple[str, int]]
    planned: int
    done: int
    load_min: int
    capacity_min: int
    left_out: int

    @property
    def share(self) -> float | None:
        return self.load_min / self.capacity_min if self.capacity_min else None


def total_of(rows: Sequence[Row]) -> Total:
    by_tier: Counter[str] = Counter()
    for row in rows:
        by_tier.update(dict(row.tiers))
    return Total(
        target=sum(row.target for row in rows), tiers=[(tier, by_tier[tier]) for tier in TIERS],
        planned=sum(row.states["planned"] for row in rows), done=sum(row.states["done"] for row in rows),
        load_min=sum(row.load.load_min for row in rows), capacity_min=sum(row.load.capacity_min for row in rows),
        left_out=sum(row.left_out for row in rows),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cell:
    """A period's visits: asked for, and made. `target` None: no plan has been made for it."""

    target: int | None
    done: int

    @property
    def share(self) -> float | None:
        return self.done / self.target if self.target else None


@dataclass(frozen=True, slots=True)
class YearRow:
    """A person's year: twelve months, four quarters and the year; each level is the sum of the one below."""

    user: User | None
    quarters: list[tuple[Cell, list[Cell]]]
    year: Cell


@dataclass(frozen=True, slots=True)
class Year:
    start: dt.date
    months: list[dt.date]
    rows: list[YearRow]
    total: YearRow

    @property
    def quarters(self) -> list[list[dt.date]]:
        return [self.months[number : number + 3] for number in range(0, 12, 3)]


def year_of(users: Sequence[User], day: dt.date, *, audience: str = Audience.REPRESENTATIVE) -> Year:
    """The fiscal year that holds `day`, plan against done; three statements."""
    first_month = Company.get().fiscal_year_start
    period = fiscal_year_period(fiscal_year(day, first_month), first_month)
    months = [add_months(period.start, number) for number in range(12)]
    keys = [user.pk for user in users]
    plans = {
        (plan.user_id, plan.horizon, plan.starts_on): plan.target
        for plan in _plans(keys, audience).filter(starts_on__gte=period.start, ends_on__lte=period.end)
    }
    done: Counter[tuple[int, dt.date]] = Counter()
    made = Visit.objects.filter(user__in=keys, state=VisitState.DONE, on__gte=period.start, on__lt=period.end)
    made = made.filter(kind="EXECUTIVE") if audience == Audience.LEADER else made.exclude(kind="EXECUTIVE")
    for user_id, on, number in made.values_list("user", "on").annotate(Count("pk")).order_by():
        done[user_id, on.replace(day=1)] += number
    rows = []
    for user in users:
        quarters = []
        for first in months[::3]:
            parts = [
                Cell(plans.get((user.pk, Horizon.MONTH, month)), done[user.pk, month])
                for month in (first, add_months(first, 1), add_months(first, 2))
            ]
            asked = plans.get((user.pk, Horizon.QUARTER, first))
            quarters.append((Cell(asked, sum(part.done for part in parts)), parts))
        asked = plans.get((user.pk, Horizon.YEAR, period.start))
        rows.append(YearRow(user, quarters, Cell(asked, sum(cell.done for cell, _parts in quarters))))
    return Year(period.start, months, rows, _sum(rows))


def _sum(rows: Sequence[YearRow]) -> YearRow:
    def added(cells: Iterable[Cell]) -> Cell:
        cells = list(cells)
        asked = [cell.target for cell in cells if cell.target is not None]
        return Cell(sum(asked) if asked else None, sum(cell.done for cell in cells))

    quarters = []
    for number in range(4):
        parts = [added(row.quarters[number][1][month] for row in rows) for month in range(3)]
        quarters.append((added(row.quarters[number][0] for row in rows), parts))
    return YearRow(None, quarters, added(row.year for row in rows))


def _plans(keys: Sequence[int], audience: str = Audience.REPRESENTATIVE) -> QuerySet[VisitPlan]:
    return VisitPlan.objects.filter(user__in=keys, audience=audience)
