"""The road service that an installation may set: its ways on the pages, and what they say when it does not answer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from accounts.models import Territory, User
from crm.base.models import Company
from dealers.models import Dealer
from tests.factories import DealerFactory
from tests.visits.factories import VisitFactory
from tests.visits.routing.test_distance import RoadServer, road_service  # noqa: F401
from visits.models import OpeningHours, Visit, WorkingTime
from visits.places import FAILED_LATELY, map_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _asked_anew() -> None:
    cache.delete(FAILED_LATELY)


@pytest.fixture
def day(alice: User, territories: dict[str, Territory]) -> dt.date:
    """Alice starts at 0° and has a stop at 3° and one at 1° of longitude."""
    today = Company.get().today()
    WorkingTime.objects.create(user=alice, start_latitude=0.0, start_longitude=0.0)
    for longitude in (3.0, 1.0):
        dealer = DealerFactory(territory=territories["CN-EAST-1"], latitude=0.0, longitude=longitude)
        VisitFactory(user=alice, dealer=dealer, on=today)
    return today


def test_the_days_way_is_the_road_services(
    alice: User,
    day: dt.date,
    client_of: Callable[[User], Client],
    settings: Any,
    road_service: str,  # noqa: F811
) -> None:
    settings.ROAD_SERVICE_URL = road_service
    route = client_of(alice).get(reverse("visits:day", args=[alice.pk, day])).context["route"]
    # Two kilometres a degree; two minutes a degree eastward, one westward.
    assert (route.km, route.travel_min, route.notice) == (12.0, 9, "")


def test_its_silence_is_told_and_not_waited_for_at_each_page(
    alice: User,
    day: dt.date,
    client_of: Callable[[User], Client],
    settings: Any,
    road_service: str,  # noqa: F811
) -> None:
    settings.ROAD_SERVICE_URL = road_service
    RoadServer.answer = "error"
    address = reverse("visits:day", args=[alice.pk, day])
    answer = client_of(alice).get(address)
    assert "estimated from the distance as the crow flies" in answer.content.decode()
    asked = len(RoadServer.asked)
    assert asked > 0
    assert "estimated from the distance" in client_of(alice).get(address).content.decode()
    assert len(RoadServer.asked) == asked
    # After a while it is asked again.
    cache.delete(FAILED_LATELY)
    RoadServer.answer = "right"
    assert "estimated from the distance" not in client_of(alice).get(address).content.decode()


def test_nobody_waits_before_the_first_door(alice: User, day: dt.date, client_of: Callable[[User], Client]) -> None:
    for visit in Visit.objects.filter(user=alice):
        Dealer.objects.filter(pk=visit.dealer_id).update(longitude=0.1)
        OpeningHours.objects.create(
            dealer=visit.dealer, weekday=day.isoweekday(), opens=dt.time(11), closes=dt.time(20)
        )  # fmt: skip
    route = client_of(alice).get(reverse("visits:day", args=[alice.pk, day])).context["route"]
    first = route.stops[0]
    assert (first.starts, first.arrives, first.waits_min) == (dt.time(11), dt.time(11), 0)
    # 11 km by air, 14.5 by road, at 40 km/h.
    assert route.leaves == dt.time(10, 38)


def test_without_a_road_service_nothing_is_said() -> None:
    drawn = map_of([(1, 0.0, 1.0), (2, 0.0, 2.0)], WorkingTime(start_latitude=0.0, start_longitude=0.0))
    assert drawn.travel.notice == ""
    assert drawn.travel.km is not None
    assert drawn.travel.km[0][2] == pytest.approx(111.195 * 1.3, abs=0.1)
