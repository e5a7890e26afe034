"""A territory that is part of none stays in sight of those who saw everything."""

import datetime as dt

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange

from accounts.actions import create_territory
from accounts.choices import Role
from accounts.models import TerritoryAssignment
from accounts.scope import forget, scope_of
from crm.base.models import Company
from tests.factories import AssignmentFactory, TerritoryFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_who_worked_every_root_works_the_new_one_as_long() -> None:
    today = Company.get().today()
    ends = today + dt.timedelta(days=30)
    asia, europe = TerritoryFactory(), TerritoryFactory()
    whole, half, until = UserFactory(), UserFactory(), UserFactory()
    for root in (asia, europe):
        AssignmentFactory(user=whole, territory=root, role=Role.DIRECTOR)
        AssignmentFactory(user=until, territory=root, role=Role.FINANCE, period=DateRange(None, ends))
    AssignmentFactory(user=half, territory=asia, role=Role.DIRECTOR)
    assert scope_of(whole).everything
    africa = create_territory(code="AF", name="Africa", parent=None)
    forget(whole)
    assert scope_of(whole).everything
    given = {(row.user_id, row.role, row.period.upper) for row in TerritoryAssignment.objects.filter(territory=africa)}
    assert given == {(whole.pk, Role.DIRECTOR, None), (until.pk, Role.FINANCE, ends)}


def test_roles_on_different_roots_are_no_role_on_all() -> None:
    asia, europe = TerritoryFactory(), TerritoryFactory()
    user = UserFactory()
    AssignmentFactory(user=user, territory=asia, role=Role.DIRECTOR)
    AssignmentFactory(user=user, territory=europe, role=Role.READ_ONLY)
    africa = create_territory(code="AF", name="Africa", parent=None)
    assert not TerritoryAssignment.objects.filter(territory=africa).exists()


def test_the_first_root_and_branches_give_nothing() -> None:
    root = create_territory(code="W", name="World", parent=None)
    create_territory(code="AF", name="Africa", parent=root)
    assert not TerritoryAssignment.objects.exists()
