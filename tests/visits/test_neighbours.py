"""Help by what it costs: the kilometres that visits add to a colleague's way."""

from __future__ import annotations

import datetime as dt
import math

import pytest
from django.test import override_settings
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import User
from dealers.models import Dealer
from tests.factories import AssignmentFactory, DealerFactory, TerritoryFactory, UserFactory
from tests.visits.test_planning import APRIL, TODAY
from visits.load import HELP, Load, loads_of, offers_for
from visits.models import WorkingTime
from visits.neighbours import Spot, added_km, between, by_distance, minutes_by_road
from visits.working_days import time_of

KM = 1 / 111.195


@override_settings(ROAD_FACTOR=1.3, ROAD_SPEED_KMH=40)
def test_the_example_of_the_document() -> None:
    """Two dealers 3 km north of one of hers and 1 km from each other."""
    hers = [(31.0, 121.0)]
    north = 31.0 + 3 * KM
    east = 121.0 + KM / math.cos(math.radians(north))
    km = added_km([(north, 121.0), (north, east)], hers)
    assert km == pytest.approx(10.4, abs=0.05)
    assert minutes_by_road(10.4) == pytest.approx(15.6)


def test_nothing_known_is_not_zero() -> None:
    assert added_km([], [(31.0, 121.0)]) is None
    assert added_km([(31.0, 121.0)], []) is None


_PLACES = st.lists(st.tuples(st.floats(30, 31), st.floats(120, 121)), min_size=1, max_size=6)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(_PLACES, _PLACES)
@override_settings(ROAD_FACTOR=1.0)
def test_never_more_than_going_out_to_each(spots: list[Spot], hers: list[Spot]) -> None:
    apart = sum(2 * min(between(spot, place) for place in hers) for spot in spots)
    km = added_km(spots, hers)
    assert km is not None
    assert km <= apart + 1e-6
    assert km >= 2 * max(min(between(spot, place) for place in hers) for spot in spots) / len(spots) - 1e-6


def rep_at(longitude: float, dealers: int, *, name: str, minutes_a_day: int = 480, tier: str = "C") -> User:
    place, rep = TerritoryFactory(), UserFactory(name=name)
    AssignmentFactory(user=rep, territory=place)
    WorkingTime.objects.create(
        user=rep, ends=time_of(9 * 60 + minutes_a_day), lunch_minutes=0, visiting_share=1, start_latitude=31.2,
        start_longitude=longitude,
    )  # fmt: skip
    for number in range(dealers):
        DealerFactory(territory=place, tier=tier, latitude=31.2, longitude=longitude + number * 0.002)
    return rep


@pytest.mark.django_db
def test_the_nearer_colleague_helps_first_however_much_room_another_has() -> None:
    full = rep_at(121.0, 30, name="Full", minutes_a_day=70, tier="A")
    near, far = rep_at(121.1, 6, name="Near"), rep_at(124.0, 1, name="Far")
    loads = loads_of([full, near, far], APRIL, on=TODAY)
    helps = [offer for offer in offers_for(loads[full.pk], loads.values()) if offer.kind == HELP]
    assert [offer.helper for offer in helps] == [near, far]
    assert loads[far.pk].room >= loads[near.pk].room
    assert helps[0].km is not None
    assert helps[1].km is not None
    assert helps[0].km / helps[0].visits < helps[1].km / helps[1].visits
    assert helps[0].added_min is not None


@pytest.mark.django_db
def test_who_has_no_room_is_not_offered() -> None:
    full = rep_at(121.0, 30, name="Full", minutes_a_day=70, tier="A")
    busy = rep_at(121.1, 30, name="Busy", minutes_a_day=70, tier="A")
    loads: dict[int, Load] = loads_of([full, busy], APRIL, on=TODAY)
    assert [offer for offer in offers_for(loads[full.pk], loads.values()) if offer.kind == HELP] == []


@pytest.mark.django_db
def test_beside_a_dealer_without_a_day_the_nearest_stands_first() -> None:
    near, far, nowhere = (
        rep_at(at, number, name=name) for at, number, name in ((121.1, 2, "B"), (124.0, 2, "A"), (0, 0, "C"))
    )
    dealer = DealerFactory(latitude=31.2, longitude=121.0)
    unplaced: Dealer = DealerFactory()
    found = by_distance([far, near, nowhere], [dealer, unplaced], on=dt.date(2026, 4, 1))
    assert [helper.user for helper in found[dealer.pk]] == [near, far, nowhere]
    assert found[dealer.pk][2].km is None
    assert [helper.user.name for helper in found[unplaced.pk]] == ["A", "B", "C"]
