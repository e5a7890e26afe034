"""The year broken down: each level is the sum of the one below."""

from __future__ import annotations

import datetime as dt

import pytest

from accounts.choices import Role
from accounts.models import User
from tests.factories import AssignmentFactory, DealerFactory, TerritoryFactory, UserFactory
from tests.visits.factories import made_visit
from visits.due import ensure_cycles
from visits.models import VisitPlan
from visits.overview import year_of
from visits.targets import ensure_plans

pytestmark = pytest.mark.django_db

TODAY = dt.date(2026, 3, 11)


@pytest.fixture
def rep() -> User:
    place, user = TerritoryFactory(), UserFactory()
    AssignmentFactory(user=user, territory=place, role=Role.REPRESENTATIVE)
    for tier in ("A", "B", "B", "C", "C", "C", None):
        DealerFactory(territory=place, tier=tier)
    return user


def test_levels_add_up(rep: User) -> None:
    ensure_cycles()
    ensure_plans(rep, month=TODAY, today=TODAY)
    year = VisitPlan.objects.get(user=rep, horizon="YEAR")
    quarters = VisitPlan.objects.filter(parent=year)
    assert year.target == 48 + 2 * 24 + 4 * 12
    assert sum(quarter.target for quarter in quarters) == year.target
    for quarter in quarters:
        assert sum(month.target for month in quarter.parts.all()) == quarter.target
        assert quarter.parts.count() == 3


def test_a_month_that_is_over_keeps_its_target(rep: User) -> None:
    ensure_cycles()
    ensure_plans(rep, month=TODAY, today=TODAY)
    february = VisitPlan.objects.get(user=rep, horizon="MONTH", starts_on=dt.date(2026, 2, 1))
    before = february.target
    DealerFactory(territory=rep.assignments.get().territory, tier="A")
    ensure_plans(rep, month=TODAY, today=TODAY)
    february.refresh_from_db()
    april = VisitPlan.objects.get(user=rep, horizon="MONTH", starts_on=dt.date(2026, 4, 1))
    assert february.target == before
    assert april.target_by_tier["A"] == 8


def test_the_years_page_adds_up_too(rep: User) -> None:
    ensure_cycles()
    ensure_plans(rep, month=TODAY, today=TODAY)
    made_visit(user=rep, on=dt.date(2026, 2, 3))
    made_visit(user=rep, on=dt.date(2026, 3, 3))
    shown = year_of([rep], TODAY)
    (row,) = shown.rows
    assert row.year.done == 2
    assert row.year.target == sum(cell.target or 0 for cell, _parts in row.quarters)
    for cell, parts in row.quarters:
        assert cell.target == sum(part.target or 0 for part in parts)
    assert shown.total.year == row.year
