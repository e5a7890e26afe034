"""The start page: what waits, what changed, how we stand; only for the user's own territories."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.urls import reverse

from crm.base.models import Company
from crm.home import attention
from dealers.choices import Channel, DealerKind, DealerStatus, Tier
from dealers.models import Interaction
from tests.cast import sign_in
from tests.factories import DealerFactory
from visits.choices import Audience, Per
from visits.models import CallCycle, DealerCycle

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


def _cycle(gap: int, **more) -> CallCycle:
    return CallCycle.objects.create(times=more.pop("times", 1), per=Per.MONTH, max_gap_days=gap, **more)


@pytest.mark.parametrize(
    ("kind", "tier", "days_ago", "waits"),
    [
        (DealerKind.FRANCHISEE, Tier.A, 6, False),
        (DealerKind.FRANCHISEE, Tier.A, 7, False),
        (DealerKind.FRANCHISEE, Tier.A, 8, True),
        # Of her kind before all kinds.
        (DealerKind.AGENT, Tier.A, 8, False),
        (DealerKind.AGENT, Tier.A, 31, True),
        # No visits are asked for.
        (DealerKind.FRANCHISEE, Tier.C, None, False),
        # No cycle says anything.
        (DealerKind.FRANCHISEE, None, None, False),
    ],
)
def test_the_gap_is_what_the_call_cycles_say_today(cast, kind, tier, days_ago, waits) -> None:
    places, people = cast
    _cycle(12, tier=Tier.A)
    _cycle(7, tier=Tier.A, active_from=ON)
    _cycle(3, tier=Tier.A, active_from=ON + dt.timedelta(days=1))
    _cycle(30, tier=Tier.A, kind=DealerKind.AGENT)
    _cycle(30, tier=Tier.C, times=0)
    _cycle(1, tier=Tier.A, audience=Audience.LEADER)
    last = None if days_ago is None else ON - dt.timedelta(days=days_ago)
    dealer = _dealer(places["CN-EAST-1"], kind=kind, tier=tier, last_contact_on=last)
    assert (dealer in attention.without_contact(people["alice"], on=ON)) is waits


@pytest.mark.parametrize(("times", "days_ago", "waits"), [(1, 90, False), (1, 91, True), (0, None, False)])
def test_a_dealers_own_cycle_goes_before_the_standard(cast, times, days_ago, waits) -> None:
    places, people = cast
    last = None if days_ago is None else ON - dt.timedelta(days=days_ago)
    dealer = _dealer(places["CN-EAST-1"], tier=Tier.A, last_contact_on=last)
    DealerCycle.objects.create(dealer=dealer, times=times, per=Per.MONTH, max_gap_days=90, reason="Far away")
    assert (dealer in attention.without_contact(people["alice"], on=ON)) is waits


def test_whom_nobody_visits_is_missed_only_with_a_cycle_of_her_own(cast) -> None:
    places, people = cast
    left, kept = (_dealer(places["CN-EAST-1"], status=DealerStatus.TERMINATED, last_contact_on=None) for _ in range(2))
    DealerCycle.objects.create(dealer=kept, times=1, per=Per.YEAR, max_gap_days=365, reason="May come back")
    found = attention.without_contact(people["alice"], on=ON)
    assert left not in found
    assert kept in found


def test_the_number_beside_the_silent_leads_to_just_these(cast, client) -> None:
    places, people = cast
    today = Company.get().today()
    for tier, days_ago in ((Tier.A, 11), (Tier.B, 11), (Tier.C, 46), (Tier.C, 44), (None, 100)):
        _dealer(places["CN-EAST-1"], tier=tier, last_contact_on=today - dt.timedelta(days=days_ago))
    _dealer(places["JP-KANTO-1"], tier=Tier.A, last_contact_on=None)
    sign_in(client, people["bob"])
    page = client.get("/")
    address = re.search(r'class="tag tag-yellow" href="([^"]+)">(\d+)<', page.content.decode())
    assert address is not None
    answer = client.get(address[1])
    silent = attention.without_contact(people["bob"], on=today)
    shown = set(map(int, re.findall(r'class="list-name" href="/dealers/(\d+)/', answer.content.decode())))
    assert shown == set(silent.values_list("pk", flat=True))
    assert len(shown) == int(address[2]) == 3
    assert "longer ago than the call cycle allows" in answer.content.decode()


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
