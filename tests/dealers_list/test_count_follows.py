"""A search shows its first page before anybody has counted what it finds; how many they are is asked for afterwards."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.urls import reverse

from dealers import listing
from dealers.models import Dealer
from dealers.search import refresh_search_text
from tests.factories import DealerFactory

pytestmark = pytest.mark.django_db
LIST = "/dealers/"
ASKED_LATER = re.compile(r'data-count-url="([^"]*)"')


@pytest.fixture
def shops(territories) -> None:
    """Sixty, of which eleven have a one in their number's first place."""
    one = DealerFactory(name="Shop 0 & Co", territory=territories["CN-EAST-1"])
    others = [
        Dealer(
            code=f"S{n}", name=f"Shop {n} & Co", territory=one.territory, kind=one.kind, status=one.status, country="CN"
        )
        for n in range(1, 60)
    ]
    refresh_search_text([one.pk, *(dealer.pk for dealer in Dealer.objects.bulk_create(others))])
    listing._long_lists.clear()


def search(client, query: str, **more: str) -> str:
    answer = client.get(LIST, {"q": query, **more})
    assert answer.status_code == 200
    return answer.content.decode()


def summaries(text: str) -> set[str]:
    return set(re.findall(r'class="(?:list-count|paging-summary)"[^>]*>([^<]*)<', text))


def test_no_more_are_looked_for_than_a_page_shows(client_of, bob, shops, monkeypatch):
    asked = []
    first_of = listing.first_of
    monkeypatch.setattr(listing, "first_of", lambda *args, **how: asked.append(how["limit"]) or first_of(*args, **how))
    text = search(client_of(bob), "shop")
    assert text.count("<tr data-row>") == listing.PAGE_SIZE
    assert asked == [listing.PAGE_SIZE + 1]


def test_the_number_is_told_where_the_page_says_and_is_right(client_of, bob, charlie, shops):
    client = client_of(bob)
    for query in ("shop & co", "shop"):
        text = search(client, query)
        assert summaries(text) == {"more than 50 dealers"}
        (address,) = ASKED_LATER.findall(text)
        assert client.get(unescape(address)).content.decode() == "60 dealers"
    # Her frame is the same; who finds a page or less is told how many at once.
    text = search(client, "shop 1")
    assert summaries(text) == {"11 dealers"}
    assert not ASKED_LATER.search(text)
    assert ASKED_LATER.search(search(client, "shop"))
    assert summaries(search(client_of(charlie), "shop")) == {"0 dealers"}


def test_other_pages_and_other_lists_are_counted_at_once(client_of, bob, shops):
    client = client_of(bob)
    after = re.search(r'rel="next" href="([^"]*)"', search(client, "shop"))
    assert after is not None
    lists = [unescape(after[1]), LIST, f"{LIST}?q=shop&kind={Dealer.objects.first().kind}"]
    for address in lists:
        text = client.get(address).content.decode()
        assert summaries(text) == {"60 dealers"}, address
        assert not ASKED_LATER.search(text)


def test_what_is_known_to_be_many_is_said_at_once(client_of, bob, shops, monkeypatch):
    monkeypatch.setattr(listing, "COUNT_LIMIT", 55)
    client = client_of(bob)
    (address,) = ASKED_LATER.findall(search(client, "shop"))
    assert client.get(unescape(address)).content.decode() == "more than 55 dealers"
    text = search(client, "shop")
    assert summaries(text) == {"more than 55 dealers"}
    assert not ASKED_LATER.search(text)
    listing._long_lists.clear()


def test_the_count_of_anothers_dealers_is_none(client_of, charlie, shops):
    assert client_of(charlie).get(reverse("dealers:count"), {"q": "shop"}).content.decode() == "0 dealers"
