"""The page of the dealer list: what stands in it, for whom, and how one goes on."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from dealers.models import Dealer
from dealers.search import refresh_search_text
from tests.factories import DealerFactory

pytestmark = pytest.mark.django_db


def names_in(response) -> list[str]:
    """The dealers' names in the order of the rows."""
    return re.findall(r'class="list-name" href="[^"]*">(.*?)</a>', response.content.decode())


def test_alice_sees_her_dealers_only(client_of, alice, charlie, territories):
    DealerFactory(name="Alice's", territory=territories["CN-EAST-1"])
    DealerFactory(name="Charlie's", territory=territories["JP-KANTO-1"])
    response = client_of(alice).get(reverse("dealers:list"))
    assert names_in(response) == ["Alice&#x27;s"]


def test_search_finds_by_pinyin(client_of, alice, territories):
    DealerFactory(name="华泰贸易", territory=territories["CN-EAST-1"])
    DealerFactory(name="Other", territory=territories["CN-EAST-1"])
    refresh_search_text(Dealer.objects.values_list("pk", flat=True))
    for query in ("huatai", "htmy", "ht", "华", "泰贸易"):
        response = client_of(alice).get(reverse("dealers:list"), {"q": query})
        assert [re.sub("</?mark>", "", name) for name in names_in(response)] == ["华泰贸易"], query
