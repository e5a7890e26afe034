"""A person's plans of a year, its quarters and its months, whose targets add up."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.db import transaction

from accounts.models import User
from crm.base.models import Company
from crm.base.periods import add_months, fiscal_year, fiscal_year_period
from dealers.models import Dealer
from visits.cadence import phase_of, visits_in_month
from visits.choices import Audience, Horizon
from visits.models import CallCycle, DealerCycle, PreferredDays, VisitPlan
from visits.patches import dealers_of, led_by


@dataclass(frozen=True, slots=True)
class Pace:
    """What one dealer asks for. `max_gap_days` None and `a_year` 0: nothing."""

    a_year: int
    max_gap_days: int | None
    minutes: int
    phone_every: int
    weekdays: tuple[int, ...] = ()
    own: bool = False


NONE = Pace(0, None, 45, 0)


class Standard:
    """The call cycles of one audience as they count on a day, and the dealers' own."""

    def __init__(self, audience: str, on: dt.date) -> None:
        self._rows: dict[tuple[str, str], Pace] = {}
        rows = CallCycle.objects.filter(audience=audience, active_from__lte=on).order_by("active_from")
        for row in rows:
            self._rows[row.kind, row.tier] = Pace(int(row.a_year), row.max_gap_days, row.minutes, row.phone_every)
        self._audience = audience

    def of(self, dealers: Iterable[Dealer]) -> dict[int, Pace]:
        """The pace of each dealer; her own goes before that of her kind, and that before the one of all kinds. Own
        paces are the representatives'; leaders keep to the class. The days that suit a dealer count for both."""
        dealers = list(dealers)
        own: dict[int, DealerCycle] = {}
        if self._audience == Audience.REPRESENTATIVE:
            own = DealerCycle.objects.in_bulk([dealer.pk for dealer in dealers])
        found = {dealer.pk: self._one(dealer, own.get(dealer.pk)) for dealer in dealers}
        suit = PreferredDays.objects.filter(dealer__in=list(found))
        for pk, weekdays in suit.values_list("dealer", "weekdays"):
            found[pk] = replace(found[pk], weekdays=tuple(sorted(weekdays)))
        return found

    def _one(self, dealer: Dealer, own: DealerCycle | None) -> Pace:
        if own is not None:
            return Pace(int(own.a_year), own.max_gap_days, own.minutes, own.phone_every, own=True)
        tier = dealer.tier or ""
        return self._rows.get((dealer.kind, tier)) or self._rows.get(("", tier)) or NONE


@transaction.atomic
def ensure_plans(user: User, *, month: dt.date, today: dt.date, audience: str = Audience.REPRESENTATIVE) -> VisitPlan:
    """The plan of the month with its quarter and year, made or brought up to date; returns the month's.

    Months that are over keep the targets they had. Each level's target is the sum of its parts'.
    """
    first_month = Company.get().fiscal_year_start
    year = fiscal_year_period(fiscal_year(month, first_month), first_month)
    months = [add_months(year.start, number) for number in range(12)]
    targets = _targets(user, months, audience, on=max(today, min(month, today)))
    year_plan = _plan(user, audience, Horizon.YEAR, year.start, year.end, None)
    wanted: VisitPlan | None = None
    sums: dict[VisitPlan, Counter[str]] = defaultdict(Counter)
    for number, start in enumerate(months):
        if number % 3 == 0:
            quarter = _plan(user, audience, Horizon.QUARTER, start, add_months(start, 3), year_plan)
        plan = _plan(user, audience, Horizon.MONTH, start, add_months(start, 1), quarter)
        if plan.ends_on > today or not plan.target_by_tier:
            _set(plan, targets[start])
        sums[quarter].update(plan.target_by_tier)
        sums[year_plan].update(plan.target_by_tier)
        if start == month.replace(day=1):
            wanted = plan
    for above, total in sums.items():
        _set(above, total)
    assert wanted is not None
    return wanted


def _plan(user: User, audience: str, horizon: str, start: dt.date, end: dt.date, parent: VisitPlan | None) -> VisitPlan:
    plan, _made = VisitPlan.objects.get_or_create(
        user=user, audience=audience, horizon=horizon, starts_on=start, defaults={"ends_on": end, "parent": parent}
    )
    return plan


def _set(plan: VisitPlan, by_tier: Counter[str]) -> None:
    counts = {tier: count for tier, count in sorted(by_tier.items()) if count}
    if plan.target_by_tier != counts:
        plan.target_by_tier, plan.target = counts, sum(counts.values())
        plan.save(update_fields=["target", "target_by_tier"])


def _targets(user: User, months: list[dt.date], audience: str, *, on: dt.date) -> dict[dt.date, Counter[str]]:
    dealers = list(dealers_for(user, audience, on=on))
    paces = Standard(audience, on).of(dealers)
    found: dict[dt.date, Counter[str]] = {month: Counter() for month in months}
    for dealer in dealers:
        for month in months:
            found[month][dealer.tier or ""] += visits_in_month(paces[dealer.pk].a_year, month, phase_of(dealer.pk))
    return found


def dealers_for(user: User, audience: str, *, on: dt.date) -> list[Dealer]:
    """Whom this person visits: a representative her patch, a leader the dealers for whom no leader is nearer."""
    found = dealers_of(user, on) if audience == Audience.REPRESENTATIVE else led_by(user, on)
    fields = (
        "pk",
        "name",
        "kind",
        "tier",
        "status",
        "latitude",
        "longitude",
        "territory_id",
        "created_at",
        "opening_hours",
    )
    return list(found.only(*fields).order_by("pk"))
