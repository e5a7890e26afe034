"""How many statements the start page takes, whatever the number of dealers."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from crm.base.models import Company
from dealers.choices import Channel, Tier
from dealers.models import Agreement, Interaction
from tests.cast import sign_in
from tests.factories import DealerFactory

pytestmark = pytest.mark.django_db


def grow(territory, by, number: int) -> None:
    """Dealers with something of each kind that waits."""
    today = Company.get().today()
    for _ in range(number):
        dealer = DealerFactory(territory=territory, tier=Tier.A, last_contact_on=today - dt.timedelta(days=60))
        Interaction.objects.create(
            dealer=dealer, channel=Channel.PHONE, happened_at=dt.datetime.now(dt.UTC) - dt.timedelta(days=60),
            summary="Prices", next_step="Send a sample", next_step_on=today, by=by,
        )  # fmt: skip
        Agreement.objects.create(dealer=dealer, kind="FRAMEWORK", starts_on=dt.date(2020, 1, 1), ends_on=today)


def statements(client) -> int:
    client.get("/")
    with CaptureQueriesContext(connection) as captured:
        assert client.get("/").status_code == 200
    return len(captured)


def test_the_start_page_takes_as_many_for_few_as_for_many(territories, alice, bob, client) -> None:
    grow(territories["CN-EAST-1"], alice, 7)
    sign_in(client, bob)
    few = statements(client)
    grow(territories["CN-EAST-2"], alice, 20)
    assert statements(client) == few
