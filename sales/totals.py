"""Sales of territories: this year's closed months against last year's, and against target. For home pages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db.models import Sum

from accounts.models import Territory
from crm.base.models import Company
from crm.base.money import from_e4
from crm.base.periods import Period, add_months, fiscal_year, fiscal_year_period, month_start
from sales.choices import SalesKind
from sales.models import SalesTarget, TerritoryMonth

if TYPE_CHECKING:
    from accounts.models import User

NOTHING = Decimal(0)


@dataclass(slots=True)
class TerritorySales:
    """A territory with all below it; amounts tax excluded, in the company's currency.

    `months` and `months_before` hold the closed months of `period`, in order, and those a year earlier. `target` is the
    part of the targets that falls into the period, `None` where there are none.
    """

    territory: Territory
    period: Period
    months: list[Decimal] = field(default_factory=list)
    months_before: list[Decimal] = field(default_factory=list)
    target: Decimal | None = None

    @property
    def amount(self) -> Decimal:
        return sum(self.months, NOTHING)

    @property
    def before(self) -> Decimal:
        return sum(self.months_before, NOTHING)

    @property
    def growth(self) -> Decimal | None:
        """Against the same months a year earlier, as a share; `None` without sales then."""
        return (self.amount - self.before) / self.before if self.before > 0 else None

    @property
    def attainment(self) -> Decimal | None:
        """Amount over target; `None` without a target."""
        return self.amount / self.target if self.target else None


def closed_period(on: dt.date, first_month: int = 1) -> Period:
    """The closed months of the fiscal year of `on`; in its first month, the whole year before."""
    start = fiscal_year_period(fiscal_year(on, first_month), first_month).start
    end = month_start(on)
    return Period(start, end) if start < end else Period(add_months(start, -12), start)


def by_territory(
    user: User, *, on: dt.date, parent: Territory | None = None, kind: str = SalesKind.SELL_IN
) -> list[TerritorySales]:
    """The territories right below `parent` that the user sees, each with all below it; five queries.

    Without `parent` the uppermost that the user sees; a single one is opened into its parts, if it has any.
    """
    visible = list(Territory.objects.visible_to(user, on=on).order_by("path"))
    return _measure(_rows(visible, parent), visible, on=on, kind=kind)


def total(user: User, *, on: dt.date, kind: str = SalesKind.SELL_IN) -> list[TerritorySales]:
    """The uppermost territories that the user sees, unopened: for a director one row, the company; five queries."""
    visible = list(Territory.objects.visible_to(user, on=on).order_by("path"))
    return _measure(_uppermost(visible), visible, on=on, kind=kind)


def total_and_parts(
    user: User, *, on: dt.date, kind: str = SalesKind.SELL_IN
) -> tuple[list[TerritorySales], list[TerritorySales]]:
    """`total` and `by_territory` for a page that shows both: five queries together."""
    visible = list(Territory.objects.visible_to(user, on=on).order_by("path"))
    tops = _uppermost(visible)
    measured = _measure([*tops, *_rows(visible, None)], visible, on=on, kind=kind)
    return measured[: len(tops)], measured[len(tops) :]


def _uppermost(visible: Iterable[Territory]) -> list[Territory]:
    """Those without a visible ancestor; `visible` is ordered by path."""
    tops: list[Territory] = []
    for each in visible:
        if not tops or not each.path.startswith(tops[-1].path):
            tops.append(each)
    return tops


def _rows(visible: list[Territory], parent: Territory | None) -> list[Territory]:
    if parent is not None:
        return [each for each in visible if each.parent_id == parent.pk]
    tops = _uppermost(visible)
    while len(tops) == 1:
        below = [each for each in visible if each.parent_id == tops[0].pk]
        if not below:
            break
        tops = below
    return tops


def _measure(rows: list[Territory], visible: list[Territory], *, on: dt.date, kind: str) -> list[TerritorySales]:
    period = closed_period(on, Company.get().fiscal_year_start)
    number = (period.end.year - period.start.year) * 12 + period.end.month - period.start.month
    months = [add_months(period.start, each) for each in range(number)]
    ids = {each.pk: each for each in visible}
    sums: dict[tuple[int, dt.date], int] = {
        (territory, month): amount
        for territory, month, amount in TerritoryMonth.objects.filter(
            territory__in=list(ids), kind=kind, month__gte=add_months(period.start, -12), month__lt=period.end
        ).values_list("territory_id", "month", "amount_e4")
    }
    goals = _goals(visible, period, kind)
    found = []
    for row in rows:
        below = [each for each in visible if each.path.startswith(row.path)]

        def of(month: dt.date, below: list[Territory] = below) -> Decimal:
            return from_e4(sum(sums.get((each.pk, month), 0) for each in below)) or NOTHING

        found.append(
            TerritorySales(
                territory=row,
                period=period,
                months=[of(month) for month in months],
                months_before=[of(add_months(month, -12)) for month in months],
                target=_goal_of(row, below, goals),
            )
        )
    return found


@dataclass(slots=True)
class _Goals:
    """Targets that fall into the period, by territory: the territory's own, and those of its dealers."""

    own: dict[int, Decimal]
    dealers: dict[int, Decimal]


def _goals(visible: list[Territory], period: Period, kind: str) -> _Goals:
    ids = [each.pk for each in visible]
    targets = SalesTarget.objects.uppermost().filter(
        kind=kind, amount__isnull=False, period_start__lt=period.end, period_end__gt=period.start
    )
    own: dict[int, Decimal] = {}
    dealers: dict[int, Decimal] = {}
    for sums, path in ((own, "territory"), (dealers, "dealer__territory")):
        rows = targets.filter(**{f"{path}__in": ids})
        if path != "territory":
            rows = rows.filter(dealer__deleted_at__isnull=True)
        for territory, start, end, amount in (
            rows.values_list(path, "period_start", "period_end").annotate(Sum("amount")).order_by()
        ):
            days = (min(end, period.end) - max(start, period.start)).days
            sums[territory] = sums.get(territory, NOTHING) + amount * days / (end - start).days
    return _Goals(own, dealers)


def _goal_of(row: Territory, below: list[Territory], goals: _Goals) -> Decimal | None:
    """The territory's own target; else its parts' together; a part without one counts with its dealers' targets."""
    if row.pk in goals.own:
        return goals.own[row.pk]
    parts = [_goal_of(each, [b for b in below if b.path.startswith(each.path)], goals) for each in below
             if each.parent_id == row.pk]  # fmt: skip
    known = [part for part in [*parts, goals.dealers.get(row.pk)] if part is not None]
    return sum(known, NOTHING) if known else None
