"""The dealer list, its map, export and saved views."""

from __future__ import annotations

from accounts.models import Territory
from dealers.models import Dealer
from dealers.search import refresh_search_text
from tests.factories import DealerFactory
from tests.permissions import EVERYBODY, Row


def listed_dealer(place: Territory) -> Dealer:
    """One that the search and the map know."""
    dealer = DealerFactory(territory=place, name=f"Listed in {place.code}", latitude=31.2, longitude=121.5)
    refresh_search_text([dealer.pk])
    return dealer


THINGS = {"listed_dealer": listed_dealer}

ROWS = {
    "dealers:list": Row(get=EVERYBODY, lists=("listed_dealer",), search="q"),
    "dealers:filters": Row(get=EVERYBODY),
    "dealers:columns": Row(post=EVERYBODY, body={"column": "name"}),
    "dealers:save_view": Row(post=EVERYBODY, body={"name": "Mine", "query": "tier=A"}),
    "dealers:points": Row(
        get=EVERYBODY,
        lists=("listed_dealer",),
        query={"bbox": "-180,-90,180,90", "zoom": "3"},
        headers={"Accept": "application/json"},
        pages=False,
    ),
    "dealers:count": Row(get=EVERYBODY),
    "dealers:export": Row(post="bob dora fay ada", body={"format": "CSV"}, post_status=200),
    "dealers:neighbours": Row(get=EVERYBODY, args=("listed_dealer",)),
}

EXEMPT = {
    "dealers:delete_view": "A saved view belongs to a person, not to a territory: tests/dealers_list/test_saved_views.py",
}
