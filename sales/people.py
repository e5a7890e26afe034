"""Sales of people against their own targets: by who sold where the records tell it, by territory where they do not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db.models import Q, Sum

from accounts.choices import Role
from accounts.models import Territory, TerritoryAssignment, User
from crm.base.models import Company
from crm.base.money import from_e4
from crm.base.periods import Period
from sales.choices import SalesKind
from sales.models import PersonMonth, SalesTarget, TerritoryMonth
from sales.totals import NOTHING, closed_period

if TYPE_CHECKING:
    from collections.abc import Mapping

SOLD_BY, TERRITORY = "SOLD_BY", "TERRITORY"


@dataclass(frozen=True, slots=True)
class PersonSales:
    """A person's part of the target that falls into the closed months of the year, and what was sold in them.

    `basis` says what `amount` is: `SOLD_BY` the records that name the person, `TERRITORY` all sales of the territories
    that the person works today, as no record there names anybody.
    """

    user: User
    period: Period
    target: Decimal
    amount: Decimal
    basis: str

    @property
    def attainment(self) -> Decimal | None:
        """Amount over target; `None` for a target of nothing."""
        return self.amount / self.target if self.target > 0 else None


def by_person(user: User, *, on: dt.date, kind: str = SalesKind.SELL_IN) -> list[PersonSales]:
    """Those whose targets `user` sees and who have one in the period, by name; five queries."""
    period = closed_period(on, Company.get().fiscal_year_start)
    goals = _goals(user, period, on=on, kind=kind)
    if not goals:
        return []
    people = User.objects.filter(pk__in=list(goals)).order_by("name", "pk")
    worked = _territories_of(goals, on=on)
    places = {pk for found in worked.values() for pk in found}
    own: dict[int, Decimal] = {}
    telling: set[int] = set()
    for seller, place, amount in (
        PersonMonth.objects.filter(
            Q(sold_by__in=list(goals)) | Q(territory__in=places),
            kind=kind, month__gte=period.start, month__lt=period.end,
        )
        .values_list("sold_by", "territory")
        .annotate(Sum("amount_e4"))
        .order_by()
    ):  # fmt: skip
        own[seller] = own.get(seller, NOTHING) + (from_e4(amount) or NOTHING)
        telling.add(place)
    sums = dict(
        TerritoryMonth.objects.filter(territory__in=places, kind=kind, month__gte=period.start, month__lt=period.end)
        .values_list("territory")
        .annotate(Sum("amount_e4"))
        .order_by()
    )
    found = []
    for person in people:
        here = worked.get(person.pk, set())
        if person.pk in own or not telling.isdisjoint(here):
            amount, basis = own.get(person.pk, NOTHING), SOLD_BY
        else:
            amount, basis = from_e4(sum(int(sums.get(pk, 0)) for pk in here)) or NOTHING, TERRITORY
        found.append(PersonSales(person, period, goals[person.pk], amount, basis))
    return found


def _goals(user: User, period: Period, *, on: dt.date, kind: str) -> dict[int, Decimal]:
    """The part of people's targets that falls into the period, by its days."""
    targets = (
        SalesTarget.objects.visible_to(user, on=on)
        .uppermost()
        .filter(
            kind=kind, user__isnull=False, amount__isnull=False,
            period_start__lt=period.end, period_end__gt=period.start,
        )
    )  # fmt: skip
    goals: dict[int, Decimal] = {}
    for person, start, end, amount in targets.values_list("user", "period_start", "period_end", "amount"):
        if person is None or amount is None:
            continue
        days = (min(end, period.end) - max(start, period.start)).days
        goals[person] = goals.get(person, NOTHING) + amount * Decimal(days) / Decimal((end - start).days)
    return goals


def _territories_of(people: Mapping[int, object] | Iterable[int], *, on: dt.date) -> dict[int, set[int]]:
    """The territories that people work as representatives or managers on the day, with all below them."""
    held = list(
        TerritoryAssignment.objects.running(on)
        .filter(user__in=list(people), role__in=(Role.REPRESENTATIVE, Role.MANAGER))
        .values_list("user", "territory__path")
    )
    under = Q()
    for _person, path in held:
        under |= Q(path__startswith=path)
    below = list(Territory.objects.filter(under).values_list("pk", "path")) if held else []
    found: dict[int, set[int]] = {}
    for person, path in held:
        found.setdefault(person, set()).update(pk for pk, each in below if each.startswith(path))
    return found
