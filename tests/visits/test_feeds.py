"""Calendar feeds: a secret address, kept as a hash, bounded and revocable."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import icalendar
import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Territory, User
from crm.base.models import Company
from tests.factories import DealerFactory
from tests.visits.factories import VisitFactory
from visits import feeds
from visits.models import CalendarFeed

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nobody_asked_yet() -> None:
    cache.clear()


def token_of(user: User) -> str:
    return feeds.make(user=user, label="telephone", at=timezone.now())


def ask(token: str) -> object:
    return Client().get(reverse("visits:feed", args=[token]))


def test_the_address_gives_ones_visits_without_a_sign_in(alice: User, territories: dict[str, Territory]) -> None:
    on = Company.get().today() + dt.timedelta(days=1)
    here = DealerFactory(territory=territories["CN-EAST-1"], name="Blue Lamp")
    there = DealerFactory(territory=territories["JP-KANTO-1"], name="Red Lamp")
    visit = VisitFactory(dealer=here, user=alice, on=on, fixed_at=dt.time(10, 30), minutes=60)
    VisitFactory(dealer=there, user=alice, on=on)
    VisitFactory(dealer=here, user=alice, on=on + dt.timedelta(days=1), state="SKIPPED", skip_reason="CLOSED")
    answer = ask(token_of(alice))
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["Content-Type"].startswith("text/calendar")
    (event,) = icalendar.Calendar.from_ical(answer.content).walk("VEVENT")
    assert "Blue Lamp" in event["summary"]
    assert event["uid"] == f"{visit.key}@dealer-crm"
    starts = dt.datetime.combine(on, dt.time(10, 30), tzinfo=Company.get().tz)
    assert event.decoded("dtstart") == starts
    assert event.decoded("dtend") - event.decoded("dtstart") == dt.timedelta(minutes=60)


def test_only_the_hash_is_kept(alice: User) -> None:
    token = token_of(alice)
    row = CalendarFeed.objects.get(user=alice)
    assert token not in str(row.__dict__)
    assert row.token_hash == feeds.hashed(token)


def test_a_revoked_address_and_a_made_up_one_are_nothing(alice: User, client_of: Callable[[User], Client]) -> None:
    token = token_of(alice)
    client_of(alice).post(reverse("visits:revoke", args=[CalendarFeed.objects.get().pk]))
    assert ask(token).status_code == 404
    assert ask("made-up").status_code == 404


def test_nobody_revokes_anothers(alice: User, bob: User, client_of: Callable[[User], Client]) -> None:
    token_of(alice)
    answer = client_of(bob).post(reverse("visits:revoke", args=[CalendarFeed.objects.get().pk]))
    assert answer.status_code == 404
    assert CalendarFeed.objects.exists()


def test_who_may_not_sign_in_has_no_feed(alice: User) -> None:
    token = token_of(alice)
    alice.is_active = False
    alice.save()
    assert ask(token).status_code == 404


def test_asking_is_bounded(alice: User) -> None:
    token = token_of(alice)
    answers = [ask(token).status_code for _number in range(feeds.ASKS_A_MINUTE + 1)]
    assert answers[0] == 200
    assert answers[-1] == 429


def test_the_secret_is_shown_once(alice: User, client_of: Callable[[User], Client]) -> None:
    client = client_of(alice)
    answer = client.post(reverse("visits:feeds"), {"label": "telephone"})
    assert answer["Cache-Control"] == "no-store"
    assert b".ics" in answer.content
    assert b".ics" not in client.get(reverse("visits:feeds")).content
