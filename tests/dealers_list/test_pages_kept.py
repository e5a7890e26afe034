"""First pages that are kept: shown again while everything that they were made of is the same, and never otherwise."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape

from accounts.models import Territory, User
from crm.base import kept_page, marks, prepared
from crm.base.models import Company
from crm.base.periods import month_start
from dealers import columns, listing, table
from dealers.models import Dealer
from dealers.search import refresh_search_text
from tests.factories import DealerFactory, TerritoryFactory

pytestmark = pytest.mark.django_db
LIST = "/dealers/"


@pytest.fixture(autouse=True)
def anew():
    """Nothing drawn by another test."""
    for kept in (
        table._pages, table._lists, table._drawn, table._plans, kept_page._pages, columns._kept_names, columns._kept,
    ):  # fmt: skip
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


def test_what_a_column_reads_of_a_dealer_is_read_once_while_it_is_so(client_of, bob, dealer, territories, monkeypatch):
    client = client_of(bob)
    marks.change(marks.SUMS)
    read = []

    def note(_sql, params):
        read.append(params[0])
        return [(dealer.pk, month_start(Company.get().today() - dt.timedelta(days=31)), 7 * 10**4)]

    monkeypatch.setattr("sales.columns.prepared", SimpleNamespace(array=prepared.array, read=note))
    drawn = page(client)
    assert "<circle" in drawn
    page(client, f"{LIST}?sort=-change")
    page(client, f"{LIST}?kind={dealer.kind}")
    assert read == [prepared.array([dealer.pk])]
    other = DealerFactory(name="Peony", territory=territories["CN-EAST-1"])
    assert page(client).count("<circle") == 1
    assert read[1:] == [prepared.array([other.pk])]
    marks.change(marks.SUMS)
    page(client)
    assert len(read) == 3
    table.forget()
    page(client)
    assert len(read) == 4


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
    "query", ["x=1", "sort=nonsense", "columns=name,nonsense", "sort=-sales&utm=7", "q=%2B%2B", "after=%3D"]
)
def test_an_address_that_somebody_made_up_is_not_kept(client_of, bob, dealer, query):
    client = client_of(bob)
    page(client)
    page(client, f"{LIST}?sort=-sales")
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
    # What a page is made of, in which the query string comes second.
    assert [key[1][1] for key in kept_page._pages] == ["sort=name", "sort=code"]


@pytest.fixture
def several(territories) -> list[Dealer]:
    names = ("Lotus <Tea>", "Lotus Two", "Peony")
    dealers = [DealerFactory(name=name, territory=territories["CN-EAST-1"], tier="A", city="Suzhou") for name in names]
    refresh_search_text([dealer.pk for dealer in dealers])
    return dealers


def only_frames_are_kept(monkeypatch) -> None:
    def draw(*_args, **_kwargs):
        raise AssertionError("the frame was drawn again")

    monkeypatch.setattr(kept_page, "_draw", draw)


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true", "HX-Target": "results"}])
def test_one_frame_serves_every_search_and_says_what_each_looked_for(client_of, bob, several, monkeypatch, headers):
    client = client_of(bob)

    def search(query: str) -> str:
        return client.get(LIST, {"q": query}, headers=headers).content.decode()

    assert "<mark>Peo</mark>ny" in search("peo")
    assert "No dealer matches" in search("nobody")
    only_frames_are_kept(monkeypatch)
    assert "No dealer matches" in search('+ü & "lotus" <b>')
    text = search("lotus &two")
    assert "<mark>Lotus</mark> <mark>Two</mark>" in text
    assert "ny</a>" not in text
    assert "lotus+%26two" in text
    assert 'data-query="q=lotus+%26two"' in text
    if not headers:
        assert text.count('value="lotus &amp;two"') == 2  # the field above the list and the one in the side bar
        assert "q=lotus+%26two&amp;sort=name" in text
    assert "peo" not in text.lower().replace("people", "")
    assert kept_page._SIGN not in text


def test_what_was_typed_never_becomes_markup(client_of, bob, several, monkeypatch):
    client = client_of(bob)
    client.get(LIST, {"q": "lotus"})
    client.get(LIST, {"q": "nobody"})
    only_frames_are_kept(monkeypatch)
    for typed in ('lotus"><script>x', 'lotus"><tea onfocus=', "lotus<tea>'"):
        text = client.get(LIST, {"q": typed}).content.decode()
        assert typed not in text
        assert escape(typed) in text
    assert "Lotus &lt;Tea&gt;" in re.sub("</?mark>", "", client.get(LIST, {"q": "lotus"}).content.decode())


def test_one_frame_serves_every_territory_and_its_chip_says_which(client_of, dora, several, territories, monkeypatch):
    client = client_of(dora)
    DealerFactory(name="Camellia", territory=territories["JP-KANTO-1"], tier="A")
    places = [territories["CN-EAST-1"], territories["JP-KANTO-1"]]
    assert "Camellia" not in client.get(LIST, {"territory": places[0].pk, "tier": "A"}).content.decode()
    only_frames_are_kept(monkeypatch)
    text = client.get(LIST, {"territory": places[1].pk, "tier": "A"}).content.decode()
    assert "Camellia" in text
    assert "Peony" not in text
    chip = re.search(r'class="chip"[^>]*href="([^"]*)"[^>]*><span class="muted">Territory</span> ([^<]*)<', text)
    assert chip is not None
    assert chip[1] == f"{LIST}?tier=A"
    assert chip[2] == places[1].name
    assert f"territory={places[1].pk}&amp;tier=A&amp;sort=name" in text
    assert f'name="territory" value="{places[1].pk}"' in text


def test_a_territory_that_is_renamed_or_gets_another_below_it_is_so_at_once(client_of, dora, several, territories):
    client, above = client_of(dora), territories["CN-EAST"]

    def shown() -> str:
        return client.get(LIST, {"territory": above.pk}).content.decode()

    assert f"</span> {above.name}<" in shown()
    Territory.objects.filter(pk=above.pk).update(name="Lower Yangtze")
    assert "</span> Lower Yangtze<" in shown()
    DealerFactory(name="Camellia", territory=TerritoryFactory(parent=above))
    assert "Camellia" in shown()


def test_pages_behind_the_first_share_a_frame_and_have_links_of_their_own(client_of, bob, several, monkeypatch):
    monkeypatch.setattr(listing.read_page, "__kwdefaults__", {"after": "", "before": "", "size": 1})
    client = client_of(bob)
    first = page(client)
    second = page(client, address_of("next", first))
    assert 'rel="prev"' in second
    third_at = address_of("next", second)
    only_frames_are_kept(monkeypatch)
    back = page(client, address_of("next", first))
    assert without_tokens(back) == without_tokens(second)
    assert address_of("next", back) == third_at != address_of("next", first)


def address_of(link: str, text: str) -> str:
    found = re.search(f'rel="{link}" href="([^"]+)"', text)
    assert found is not None
    return found[1].replace("&amp;", "&")


def test_a_saved_view_is_pointed_out_in_its_own_list_alone(client_of, bob, several):
    bob.saved_views.create(name="Tea", query="q=lotus")
    client = client_of(bob)
    current = 'href="/dealers/?q=lotus" aria-current="true"'
    assert current not in page(client, f"{LIST}?q=peony")
    assert current in page(client, f"{LIST}?q=lotus")
    assert current not in page(client, f"{LIST}?q=two")
