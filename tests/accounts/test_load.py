"""The load per representative, as a table."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.core.cache import cache

from accounts.choices import Role
from dealers.choices import DealerStatus
from dealers.territory_load import Load, picture
from tests.factories import AssignmentFactory, DealerFactory, UserFactory

NOON = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)
MARCH = NOON.date()


def look(user, **options):
    cache.clear()
    return picture(user, on=MARCH, at=NOON, **options)


@pytest.fixture
def dealers(territories) -> None:
    rows = [
        # territory, tier, sales, status, latitude
        ("CN-EAST-1", "A", 100, DealerStatus.ACTIVE, 30.0),
        ("CN-EAST-1", "B", 50, DealerStatus.TRIAL, 32.0),
        ("CN-EAST-1", None, 0, DealerStatus.PROSPECT, 60.0),
        ("CN-EAST-1", "C", 7, DealerStatus.TERMINATED, 60.0),
        ("CN-EAST-2", "C", 20, DealerStatus.AT_RISK, None),
        ("JP-KANTO-1", "A", 900, DealerStatus.ACTIVE, 35.0),
    ]
    for code, tier, sales, status, latitude in rows:
        DealerFactory(
            territory=territories[code], tier=tier, sales_12m=sales, status=status, latitude=latitude,
            longitude=None if latitude is None else 121.0,
        )  # fmt: skip


def test_each_representative_and_what_nobody_works(dealers, alice, charlie, dora) -> None:
    seen = look(dora)
    figures = [(r.user.name, r.load.a, r.load.b, r.load.c, r.load.dealers, r.load.sales_12m) for r in seen.reps]
    assert figures == [("Alice", 1, 1, 0, 2, Decimal(150)), ("Charlie", 1, 0, 0, 1, Decimal(900))]
    assert [r.share_of_most for r in seen.reps] == [1.0, 0.5]
    assert [(place.code, load.dealers) for place, load in seen.vacant] == [("CN-EAST-2", 1)]
    assert (seen.total.dealers, seen.total.sales_12m) == (4, Decimal(1070))
    assert seen.reps[0].load.latitude == pytest.approx(31.0)


def test_one_sees_her_own_part(dealers, alice, bob, charlie) -> None:
    assert [r.user.name for r in look(bob).reps] == ["Alice"]
    assert look(bob).total.dealers == 3
    assert look(alice).total.dealers == 2
    assert look(charlie).total.sales_12m == Decimal(900)


def test_nobodys_dealers_count_twice(dealers, territories, dora) -> None:
    """A representative of a branch and of a patch in it; everything below the branch is hers, once."""
    user = UserFactory(name="Wide")
    for code in ("CN-EAST", "CN-EAST-1"):
        AssignmentFactory(user=user, territory=territories[code])
    (rep,) = look(dora).reps
    assert rep.load.dealers == 3
    assert [place.code for place, _load in look(dora).vacant] == ["JP-KANTO-1"]


def test_who_is_no_representative_carries_nothing(dealers, bob, dora, territories) -> None:
    AssignmentFactory(user=bob, territory=territories["JP"], role=Role.READ_ONLY)
    assert look(dora).reps == ()


def test_narrowed_to_a_subtree(dealers, alice, charlie, dora, territories) -> None:
    seen = look(dora, within=territories["JP"])
    assert [r.user.name for r in seen.reps] == ["Charlie"]
    assert seen.total.dealers == 1


def test_the_middle_is_weighed_by_dealers() -> None:
    together = Load(dealers=3, latitude=10.0, longitude=0.0) + Load(dealers=1, latitude=30.0, longitude=40.0)
    assert (together.latitude, together.longitude) == (15.0, 10.0)
    assert (Load(dealers=3) + Load(dealers=1, latitude=30.0, longitude=40.0)).latitude == 30.0
