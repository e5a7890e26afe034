"""How far a team is with its day, and hours as they are read at a door."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Territory, User
from crm.base.models import Company
from tests.factories import DealerFactory, UserFactory
from tests.visits.factories import TODAY, VisitFactory, made_visit
from visits.models import OpeningHours, Visit
from visits.opening import weekly
from visits.team_now import team_day

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]


def at(time: str, zone: str = "UTC") -> dt.datetime:
    return dt.datetime.combine(TODAY, dt.time.fromisoformat(time), ZoneInfo(zone))


@pytest.mark.parametrize(
    ("now", "late"), [("09:00", 0), ("10:30", 0), ("10:31", 31), ("12:00", 120)], ids=["early", "grace", "late", "noon"]
)
def test_the_next_stop_is_late_after_half_an_hour(now: str, late: int) -> None:
    user = UserFactory(time_zone="UTC")
    VisitFactory(user=user, starts_at=dt.time(10), sequence=1)
    (person,) = team_day([user], Visit.objects.all(), on=TODAY, at=at(now)).people
    assert person.late_min == late


def test_late_is_told_by_the_clock_where_she_works() -> None:
    user = UserFactory(time_zone="Asia/Tokyo")
    VisitFactory(user=user, starts_at=dt.time(10), sequence=1)
    (person,) = team_day([user], Visit.objects.all(), on=TODAY, at=at("03:00")).people
    assert person.late_min == 120  # 12:00 in Tokyo


def test_who_is_at_a_dealer_is_not_late() -> None:
    user = UserFactory(time_zone="UTC")
    there = VisitFactory(user=user, state="UNDER_WAY", sequence=1, started_at=at("09:30"))
    VisitFactory(user=user, starts_at=dt.time(10), sequence=2)
    (person,) = team_day([user], Visit.objects.all(), on=TODAY, at=at("15:00")).people
    assert (person.now, person.late_min) == (there, 0)


def test_what_was_left_out_is_no_stop_any_more() -> None:
    user = UserFactory()
    made_visit(user=user)
    VisitFactory(user=user, sequence=2)
    VisitFactory(user=user, state="SKIPPED", skip_reason="CLOSED")
    VisitFactory(user=UserFactory())
    day = team_day([user], Visit.objects.all(), on=TODAY, at=at("08:00"))
    (person,) = day.people
    assert (person.done, person.total, person.left_out) == (1, 2, 1)
    assert (day.done, day.total, day.late) == (1, 2, 0)


def test_days_with_the_same_hours_stand_in_one_line() -> None:
    dealer = DealerFactory()
    for weekday in (1, 2, 4):
        OpeningHours.objects.create(dealer=dealer, weekday=weekday, opens=dt.time(9), closes=dt.time(12))
        OpeningHours.objects.create(dealer=dealer, weekday=weekday, opens=dt.time(14), closes=dt.time(18))
    OpeningHours.objects.create(dealer=dealer, weekday=5, opens=dt.time(9), closes=dt.time(12))
    assert weekly(OpeningHours.objects.all()) == [
        ("Mon–Tue", "09:00–12:00, 14:00–18:00"), ("Thu", "09:00–12:00, 14:00–18:00"), ("Fri", "09:00–12:00"),
    ]  # fmt: skip


def test_a_manager_reads_where_her_people_are(
    client_of: ClientOf, bob: User, alice: User, charlie: User, territories: dict[str, Territory]
) -> None:
    on = Company.get().today()
    hers = DealerFactory(territory=territories["CN-EAST-1"], name="Shop of the east", latitude=31.2, longitude=121.5)
    elsewhere = DealerFactory(territory=territories["JP-KANTO-1"], name="Shop of Kanto", latitude=35.6, longitude=139.7)
    VisitFactory(user=alice, dealer=hers, on=on, sequence=1)
    VisitFactory(user=charlie, dealer=elsewhere, on=on, sequence=1)
    page = client_of(bob).get(reverse("visits:team_day")).content.decode()
    assert alice.name in page
    assert "Shop of the east" in page
    assert charlie.name not in page
    assert "Shop of Kanto" not in page
    short = client_of(bob).get(reverse("visits:team_day_short")).content.decode()
    assert "0 of 1 stops made" in short
    answer = client_of(bob).get(reverse("visits:team_points"), {"bbox": "100,20,140,50", "zoom": "5"}).json()
    assert [feature["properties"]["name"] for feature in answer["features"]] == ["Shop of the east"]
    beside = client_of(bob).get(reverse("visits:team_points"), {"bbox": "0,20,10,50", "zoom": "5"}).json()
    assert beside["features"] == []


def test_on_a_day_without_stops_the_map_shows_the_territories(
    client_of: ClientOf, bob: User, alice: User, territories: dict[str, Territory]
) -> None:
    DealerFactory(territory=territories["CN-EAST-1"], latitude=31.2, longitude=121.5)
    DealerFactory(territory=territories["JP-KANTO-1"], latitude=35.6, longitude=139.7)
    address = reverse("visits:team_day")
    idle = client_of(bob).get(address)
    assert idle.context["bounds"] == "121.50000,31.20000,121.50000,31.20000"
    assert "These are the dealers of your territories." in idle.content.decode()
    assert f'data-points-url="{reverse("dealers:points")}"' in idle.content.decode()
    placed = DealerFactory(territory=territories["CN-EAST-1"], latitude=30.0, longitude=120.0)
    VisitFactory(user=alice, dealer=placed, on=Company.get().today(), sequence=1)
    busy = client_of(bob).get(address)
    assert busy.context["bounds"].startswith("119.95")
    assert "These are the dealers" not in busy.content.decode()


def test_bad_addresses_are_answered(client_of: ClientOf, bob: User, alice: User) -> None:
    assert client_of(bob).get(reverse("visits:team_day"), {"day": "nonsense"}).status_code == 200
    assert client_of(bob).get(reverse("visits:team_points"), {"bbox": "x", "zoom": "1"}).status_code == 400
    assert client_of(alice).get(reverse("visits:team_points"), {"bbox": "x", "zoom": "1"}).status_code == 403
