"""Who works a dealer's territory: read once, and again as soon as anything of it has changed."""

from __future__ import annotations

import datetime as dt

import pytest

from accounts.choices import Role
from accounts.models import Territory, TerritoryAssignment, User
from crm.base import prepared
from dealers import team

pytestmark = pytest.mark.django_db
ON = dt.date(2026, 11, 20)


@pytest.fixture
def place(territories, alice, bob) -> Territory:
    """Alice's patch below Bob's territory."""
    team._kept.clear()
    return territories["CN-EAST-1"]


def assign(user: User, territory: Territory, role: Role, start: dt.date = dt.date(2020, 1, 1)) -> TerritoryAssignment:
    return TerritoryAssignment.objects.create(user=user, territory=territory, role=role, period=(start, None))


def test_of_each_kind_the_nearest(place, alice, bob) -> None:
    assert team.team_of(place, on=ON) == ((alice.name,), (bob.name,))


def test_it_is_read_once(place, monkeypatch) -> None:
    found = team.team_of(place, on=ON)
    before = prepared.read

    def only_marks(sql: str, params: object):
        assert "base_changemark" in sql
        return before(sql, params)

    monkeypatch.setattr(prepared, "read", only_marks)
    assert team.team_of(place, on=ON) == found


def test_a_name_an_assignment_and_a_leaver_count_at_once(place, alice, bob, charlie) -> None:
    team.team_of(place, on=ON)
    User.objects.filter(pk=bob.pk).update(name="Robert")
    assert team.team_of(place, on=ON).managers == ("Robert",)
    assign(charlie, place, Role.REPRESENTATIVE, dt.date(2026, 1, 1))
    assert set(team.team_of(place, on=ON).representatives) == {alice.name, charlie.name}
    User.objects.filter(pk=alice.pk).update(is_active=False)
    assert team.team_of(place, on=ON).representatives == (charlie.name,)


def test_another_day_has_a_team_of_its_own(place, alice, charlie) -> None:
    assign(charlie, place, Role.REPRESENTATIVE, ON + dt.timedelta(days=1))
    assert team.team_of(place, on=ON).representatives == (alice.name,)
    assert set(team.team_of(place, on=ON + dt.timedelta(days=1)).representatives) == {alice.name, charlie.name}
