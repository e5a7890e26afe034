"""The start page: what waits, what changed, how we stand; only for the user's own territories."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse

from crm.base.models import Company
from crm.home import attention
from dealers.choices import Channel, Tier
from dealers.models import Interaction
from tests.cast import sign_in
from tests.factories import DealerFactory

pytestmark = pytest.mark.django_db

ON = dt.date(2026, 11, 20)


@pytest.fixture
def cast(territories, alice, bob, charlie, dora):
    return territories, {"alice": alice, "bob": bob, "charlie": charlie, "dora": dora}


def _dealer(place, **more):
    return DealerFactory(territory=place, **more)


@pytest.mark.parametrize(
    ("tier", "days_ago", "waits"),
    [
        (Tier.A, 10, False),
        (Tier.A, 11, True),
        (Tier.B, 21, False),
        (Tier.B, 22, True),
        (Tier.C, 45, False),
        (Tier.C, 46, True),
        (None, 46, True),
        (Tier.A, None, True),
    ],
)
def test_a_dealer_waits_when_its_tiers_gap_is_exceeded(cast, tier, days_ago, waits) -> None:
    places, people = cast
    last = None if days_ago is None else ON - dt.timedelta(days=days_ago)
    dealer = _dealer(places["CN-EAST-1"], tier=tier, last_contact_on=last)
    found = attention.without_contact(people["alice"], on=ON)
    assert (dealer in found) is waits


def test_charlie_does_not_see_alices_dealers(cast) -> None:
    places, people = cast
    _dealer(places["CN-EAST-1"], last_contact_on=None)
    assert not attention.without_contact(people["charlie"], on=ON).exists()


def test_finance_is_not_asked_to_call_dealers(cast, fay) -> None:
    places, _people = cast
    _dealer(places["CN-EAST-1"], last_contact_on=None)
    assert not attention.without_contact(fay, on=ON).exists()
    assert not attention.follow_ups_due(fay, on=ON).exists()


def test_a_next_step_is_due_until_the_dealer_was_spoken_to_again(cast) -> None:
    places, people = cast
    said_at = dt.datetime(2026, 11, 2, 10, tzinfo=dt.UTC)
    dealer = _dealer(places["CN-EAST-1"], last_contact_on=said_at.date())
    step = Interaction.objects.create(
        dealer=dealer, channel=Channel.PHONE, happened_at=said_at, summary="Prices", next_step="Send a sample",
        next_step_on=ON, by=people["alice"],
    )  # fmt: skip
    assert list(attention.follow_ups_due(people["bob"], on=ON)) == [step]
    assert not attention.follow_ups_due(people["bob"], on=ON - dt.timedelta(days=1)).exists()
    dealer.last_contact_on = dt.date(2026, 11, 15)
    dealer.save()
    assert not attention.follow_ups_due(people["bob"], on=ON).exists()


def test_an_empty_database_leads_those_who_may_set_it_up(cast, client) -> None:
    _places, people = cast
    sign_in(client, people["dora"])
    assert "home/setup.html" in [template.name for template in client.get("/").templates]
    page = client.get(reverse("home:setup"))
    assert [step.done for step in page.context["steps"]][1:4] == [True, True, False]
    sign_in(client, people["alice"])
    assert client.get("/").status_code == 200


def test_a_wrong_currency_is_refused_with_what_would_be_right(cast, client) -> None:
    _places, people = cast
    sign_in(client, people["dora"])
    data = {
        "name": "海悦",
        "time_zone": "Asia/Nowhere",
        "currency": "Yuan",
        "fiscal_year_start": "1",
    }
    answer = client.post(reverse("home:company"), data)
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"time_zone", "currency"}
    assert answer.context["form"]["name"].value() == "海悦"
    data |= {"time_zone": "Asia/Tokyo", "currency": "jpy"}
    assert client.post(reverse("home:company"), data).status_code == 302
    assert Company.get().currency == "JPY"
