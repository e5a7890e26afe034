"""The race: dealers against their like, by growth, in the reader's territories."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Territory, User
from dealers.models import Dealer
from sales.models import DealerFigures
from tests.factories import DealerFactory
from tiering.leaderboard import race, territories_offered
from tiering.models import DealerTier

pytestmark = pytest.mark.django_db
As = Callable[[User], Client]


def runner(place: Territory, name: str, *, now: int, before: int, tier: str = "B", **fields: Any) -> Dealer:
    dealer: Dealer = DealerFactory(territory=place, name=name, **{"kind": "FRANCHISEE"} | fields)
    DealerFigures.objects.filter(pk=dealer.pk).update(sales_12m_e4=now * 10_000, sales_prior_12m_e4=before * 10_000)
    DealerTier.objects.create(
        dealer=dealer, tier=tier, computed=tier, reason="GROWTH", kind=dealer.kind, year=2025, value=0, value_1=0, value_2=0,
        decided_on=dt.date(2026, 1, 5),
    )  # fmt: skip
    return dealer


def test_like_with_like_by_growth(territories: dict[str, Any], bob: User, dora: User, client_of: As) -> None:
    east, other, kanto = (territories[code] for code in ("CN-EAST-1", "CN-EAST-2", "JP-KANTO-1"))
    runner(east, "Second", now=120, before=100)
    runner(other, "First", now=260, before=200)
    runner(other, "Second too", now=240, before=200)
    runner(east, "Fourth", now=50, before=100)
    # From next to nothing, from nothing; another tier or kind; not trading any more.
    runner(east, "Small", now=90, before=9)
    runner(east, "New", now=90, before=0)
    runner(east, "Other tier", now=900, before=100, tier="A")
    runner(east, "Other kind", now=900, before=100, kind="RETAILER")
    runner(east, "Gone", now=900, before=100, status="TERMINATED")
    runner(kanto, "Stranger", now=900, before=100)
    found = race(bob, kind="FRANCHISEE", tier="B", territory=None)
    assert [(each.place, each.dealer.name) for each in found.places] == [
        (1, "First"), (2, "Second"), (2, "Second too"), (4, "Fourth"),
    ]  # fmt: skip
    assert (found.dealers, found.alike) == (4, 6)
    assert found.places[0].growth == Decimal("0.3")
    # A territory narrows it; another's is not offered, and asking for it shows one's own.
    assert [
        each.dealer.name for each in race(dora, kind="FRANCHISEE", tier="B", territory=territories["JP"]).places
    ] == ["Stranger"]
    assert {each.code for each in territories_offered(bob)} == {"CN-EAST"}
    address = reverse("tiering:race")
    page = client_of(bob).get(address, {"territory": territories["JP"].pk}).content.decode()
    assert "First" in page
    assert "Stranger" not in page
    assert "Nobody can be put up or down by hand" in page
    assert "Nobody to race with" in client_of(bob).get(address, {"kind": "AGENT"}).content.decode()
