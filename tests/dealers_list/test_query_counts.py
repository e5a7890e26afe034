"""How many statements each view of the list takes, whatever the number of dealers.

The baseline is query_counts.json; a change on purpose is written there by hand, so that it shows in the diff.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dealers.models import Dealer
from dealers.search import refresh_search_text
from tests.factories import ContactFactory, DealerFactory

pytestmark = pytest.mark.django_db
BASELINE: dict[str, int] = json.loads(Path(__file__).with_name("query_counts.json").read_text())


def grow(territory, number: int) -> None:
    for n in range(number):
        dealer = DealerFactory(name=f"Shop {n}", territory=territory, latitude=31, longitude=121, tier="A")
        ContactFactory(dealer=dealer, name="Wang Hua")
    refresh_search_text(Dealer.objects.values_list("pk", flat=True))


def statements(client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


@pytest.mark.parametrize("address", BASELINE)
def test_statements_are_as_many_as_the_baseline_says(address, client_of, bob, territories):
    client = client_of(bob)
    grow(territories["CN-EAST-1"], 60)
    first = statements(client, address)
    grow(territories["CN-EAST-2"], 40)
    assert statements(client, address) == first == BASELINE[address]
