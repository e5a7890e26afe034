"""A day that is too short: what must be made stays, the others give way by what they are worth, and the page says so."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.urls import reverse

from accounts.models import Territory, User
from crm.base.models import Company
from tests.factories import DealerFactory
from tests.visits.factories import VisitFactory
from visits.days import route_day
from visits.models import Visit, WorkingTime
from visits.worth import is_must, worth_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def on() -> dt.date:
    return Company.get().today() + dt.timedelta(days=3)


@pytest.fixture
def short(alice: User) -> User:
    """Room for two visits of an hour."""
    WorkingTime.objects.create(
        user=alice, starts=dt.time(9), ends=dt.time(11, 30), lunch_minutes=0, start_latitude=31.0, start_longitude=121.0
    )
    return alice


def stop(user: User, place: Territory, on: dt.date, tier: str, **fields: Any) -> Visit:
    dealer = DealerFactory(territory=place, tier=tier or None, latitude=31.0, longitude=121.01, name=f"Shop {tier}")
    return VisitFactory(user=user, dealer=dealer, on=on, minutes=60, **fields)


def left_out(user: User, on: dt.date) -> set[int]:
    return set(route_day(user, on).route.left_out)


def test_what_is_worth_the_least_gives_way(short: User, territories: dict[str, Territory], on: dt.date) -> None:
    _a, _b, c = (stop(short, territories["CN-EAST-1"], on, tier) for tier in "ABC")
    assert left_out(short, on) == {c.pk}


def test_what_must_be_made_stays(short: User, territories: dict[str, Territory], on: dt.date) -> None:
    _a, b = (stop(short, territories["CN-EAST-1"], on, tier) for tier in "AB")
    must = stop(short, territories["CN-EAST-1"], on, "C", must=True)
    assert left_out(short, on) == {b.pk}
    assert is_must(must)


def test_what_was_asked_for_goes_before_its_class(short: User, territories: dict[str, Territory], on: dt.date) -> None:
    _a, b = (stop(short, territories["CN-EAST-1"], on, tier) for tier in "AB")
    asked = stop(short, territories["CN-EAST-1"], on, "C", why="WARNING")
    assert worth_of(asked) > worth_of(b)
    assert left_out(short, on) == {b.pk}


def test_with_time_left_nothing_is_left_out_for_being_far(
    alice: User, territories: dict[str, Territory], on: dt.date
) -> None:
    WorkingTime.objects.create(user=alice, lunch_minutes=0, start_latitude=31.0, start_longitude=121.0)
    far = stop(alice, territories["CN-EAST-1"], on, "")
    far.dealer.latitude = 31.7
    far.dealer.save()
    assert left_out(alice, on) == set()


def test_the_page_says_what_was_left_out_and_why(
    short: User, bob: User, territories: dict[str, Territory], on: dt.date, client_of: Any
) -> None:
    for tier in "ABC":
        stop(short, territories["CN-EAST-1"], on, tier)
    page = client_of(bob).get(reverse("visits:day", args=[short.pk, on])).content.decode()
    assert "The day is too short: what must be made and what is worth more than a C visit went first." in page


def test_a_stop_is_marked_and_moved_from_the_day(
    short: User, bob: User, territories: dict[str, Territory], on: dt.date, client_of: Any
) -> None:
    visit = stop(short, territories["CN-EAST-1"], on, "C")
    client, route = client_of(bob), {"route": on.isoformat()}
    answer = client.post(
        reverse("visits:must", args=[visit.pk]),
        {"must": "1", "version": visit.version} | route,
        headers={"HX-Request": "true"},
    )
    assert 'id="route"' in answer.content.decode()
    visit.refresh_from_db()
    assert visit.must
    other = on + dt.timedelta(days=1)
    answer = client.post(
        reverse("visits:move", args=[visit.pk]), {"on": other.isoformat(), "version": visit.version} | route,
        headers={"HX-Request": "true"},
    )  # fmt: skip
    assert "No visits on this day" in answer.content.decode()
    visit.refresh_from_db()
    assert (visit.on, visit.must) == (other, True)


def test_the_month_answers_with_its_calendar(
    alice: User, bob: User, territories: dict[str, Territory], on: dt.date, client_of: Any
) -> None:
    visit = stop(alice, territories["CN-EAST-1"], on, "C")
    answer = client_of(bob).post(
        reverse("visits:move", args=[visit.pk]),
        {"on": (on + dt.timedelta(days=1)).isoformat(), "version": visit.version, "month": f"{on:%Y-%m}"},
        headers={"HX-Request": "true"},
    )
    assert f'data-month="{on:%Y-%m}"' in answer.content.decode()
