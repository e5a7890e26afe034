"""First pages that are kept: shown again while everything that they were made of is the same, and never otherwise."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from crm.base import kept_page, marks, prepared
from dealers import columns, table
from dealers.models import Dealer
from tests.factories import DealerFactory

pytestmark = pytest.mark.django_db
LIST = "/dealers/"


@pytest.fixture(autouse=True)
def anew():
    """Nothing drawn by another test."""
    for kept in (table._pages, table._lists, table._drawn, table._plans, kept_page._pages, columns._kept_names):
        kept.clear()


@pytest.fixture
def dealer(territories) -> Dealer:
    return DealerFactory(name="Lotus", territory=territories["CN-EAST-1"], sales_12m=Decimal(1234))


def page(client, address: str = LIST) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


@pytest.fixture
def nothing_is_drawn(monkeypatch):
    def forbid() -> None:
        def draw(*_args, **_kwargs):
            raise AssertionError("drawn again")

        monkeypatch.setattr(table, "_draw", draw)
        monkeypatch.setattr(kept_page, "_draw", draw)

    return forbid


def without_tokens(text: str) -> str:
    return re.sub(r"\b[A-Za-z0-9]{64}\b", "", text)


def test_the_second_look_draws_nothing_and_is_the_same(client_of, bob, dealer, nothing_is_drawn):
    client = client_of(bob)
    first = page(client)
    assert "Lotus" in first
    nothing_is_drawn()
    second = page(client)
    assert without_tokens(second) == without_tokens(first)
    assert kept_page._SIGN not in second


def test_every_answer_has_a_token_of_its_own_that_is_taken(client_of, bob, dealer):
    client = client_of(bob)
    client.handler.enforce_csrf_checks = True
    token = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')
    first, second = set(token.findall(page(client))), set(token.findall(page(client)))
    assert len(first) == len(second) == 1
    assert first.isdisjoint(second)
    sent = {"name": "Mine", "query": "", "csrfmiddlewaretoken": second.pop()}
    assert client.post(reverse("dealers:save_view"), sent).status_code == 302
    assert client.post(reverse("dealers:save_view"), sent | {"csrfmiddlewaretoken": "x" * 64}).status_code == 403


def test_whoever_sees_the_same_rows_gets_her_own_frame(client_of, alice, bob, dealer):
    assert bob.name in page(client_of(bob))
    alices = page(client_of(alice))
    assert "Lotus" in alices
    assert alice.name in alices
    assert bob.email not in alices


def test_who_may_see_nothing_of_it_gets_nothing(client_of, bob, charlie, dealer):
    assert "Lotus" in page(client_of(bob))
    assert "Lotus" not in page(client_of(charlie))


def test_a_dealer_that_comes_moves_or_goes_is_seen_at_once(client_of, alice, bob, dealer, territories):
    client, alices = client_of(bob), client_of(alice)
    assert "Lotus" in page(client)
    assert "Lotus" in page(alices)
    DealerFactory(name="Peony", territory=territories["CN-EAST-1"])
    assert "Peony" in page(client)
    Dealer.objects.filter(pk=dealer.pk).update(territory=territories["CN-EAST-2"])
    assert "Lotus" in page(client)
    assert "Lotus" not in page(alices)
    Dealer.objects.filter(pk=dealer.pk).update(deleted_at=timezone.now())
    assert "Lotus" not in page(client)


def test_a_representative_who_is_renamed_or_leaves_is_so_in_the_list(client_of, alice, bob, dealer):
    client = client_of(bob)
    assert f">{alice.name}<" in page(client)
    User.objects.filter(pk=alice.pk).update(name="Alicia")
    assert ">Alicia<" in page(client)
    alice.assignments.all().delete()
    assert ">Alicia<" not in page(client)


def test_the_next_day_is_another_page(client_of, bob, dealer, monkeypatch):
    today = timezone.localdate()
    Dealer.objects.filter(pk=dealer.pk).update(last_contact_on=today)
    client = client_of(bob)
    assert ">today<" in page(client)
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_args: today + dt.timedelta(days=1))
    later = page(client)
    assert ">yesterday<" in later
    assert ">today<" not in later


def test_sales_of_a_month_that_change_are_read_anew(client_of, bob, dealer, monkeypatch):
    client = client_of(bob)
    page(client)
    read = []
    trend = columns._columns["trend"]
    instead = SimpleNamespace(array=prepared.array, read=lambda *_args: read.append(1) or [])
    monkeypatch.setattr("sales.columns.prepared", instead)
    page(client)
    assert trend.topics == (marks.SUMS,)
    assert not read
    marks.change(marks.SUMS)
    page(client)
    assert read


def test_what_a_page_has_to_say_is_said_once(client_of, bob, dealer):
    client = client_of(bob)
    page(client)
    client.post(reverse("dealers:save_view"), {"name": "Mine", "query": ""})
    assert "Saved as" in page(client)
    assert "Saved as" not in page(client)


def test_a_saved_view_is_in_the_menu_at_once_and_of_its_owner_alone(client_of, alice, bob, dealer):
    first, second = client_of(bob), client_of(alice)
    page(first)
    page(second)
    bob.saved_views.create(name="Largest first", query="sort=-sales")
    assert "Largest first" in page(first)
    assert "Largest first" not in page(second)
    bob.saved_views.all().delete()
    assert "Largest first" not in page(first)


@pytest.mark.parametrize(
    "query", ["x=1", "sort=nonsense", "columns=name,nonsense", "sort=name&utm=7", "sort=name&sort=code", "after=%3D"]
)
def test_an_address_that_somebody_made_up_is_not_kept(client_of, bob, dealer, query):
    client = client_of(bob)
    page(client)
    kept = set(kept_page._pages)
    for _ in range(2):
        assert client.get(f"{LIST}?{query}").status_code in (200, 302)
    assert set(kept_page._pages) == kept


@pytest.mark.parametrize("query", ["sort=name", "sort=-sales", "columns=name,code,tier"])
def test_a_known_order_and_known_columns_are_kept(client_of, bob, dealer, nothing_is_drawn, query):
    client = client_of(bob)
    page(client, f"{LIST}?{query}")
    nothing_is_drawn()
    page(client, f"{LIST}?{query}")


def test_the_page_drawn_longest_ago_makes_room(client_of, bob, dealer, monkeypatch):
    monkeypatch.setattr(kept_page, "_MOST_PAGES", 2)
    client = client_of(bob)
    for query in ("", "?sort=name", "?sort=code"):
        page(client, f"{LIST}{query}")
    assert [key[1] for key in kept_page._pages] == [f"{LIST}?sort=name", f"{LIST}?sort=code"]
