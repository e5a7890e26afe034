"""Rows and parts of the list that are drawn once and shown again: only what is equal in everything is shown again."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils.translation import override

from accounts.choices import Role
from accounts.models import TerritoryAssignment
from accounts.scope import forget
from crm.base.models import Company
from crm.base.templatetags import crm
from dealers import merging, table
from dealers.cells import Drawing
from dealers.filters import Asked, ListState
from dealers.listing import read_page
from dealers.models import Dealer
from dealers.sorting import SORTS
from tests.factories import AssignmentFactory, DealerFactory, TerritoryFactory, UserFactory

pytestmark = pytest.mark.django_db
LIST = "/dealers/"


@pytest.fixture(autouse=True)
def anew():
    """Nothing drawn by another test."""
    table._drawn.clear()
    table._plans.clear()
    merging._far.clear()


@pytest.fixture
def dealer(territories) -> Dealer:
    return DealerFactory(
        name="Lotus", code="L-1", territory=territories["CN-EAST-1"], tier="A", kind="RETAILER", sales_12m=Decimal(1234),
        sales_prior_12m=Decimal(1000), overdue_amount=Decimal(77), completeness=40,
    )  # fmt: skip


def page(client, address: str = LIST) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def body(client, address: str = LIST) -> str:
    return page(client, address).partition("<tbody data-rows>")[2].partition("</tbody>")[0]


def test_the_second_look_draws_nothing_and_shows_the_same(client_of, bob, alice, dealer, monkeypatch):
    first = body(client_of(bob))
    assert "Lotus" in first

    def draw(*_args):
        raise AssertionError("drawn again")

    monkeypatch.setattr(table._Plan, "draw", draw)
    assert body(client_of(bob)) == first
    assert body(client_of(alice)) == first


@pytest.mark.parametrize(
    ("field", "value", "shown"),
    [("name", "Orchid", "Orchid"), ("sales_12m", Decimal(98765), "98,765"), ("tier", "C", ">C<"),
     ("completeness", 41, "41%"), ("overdue_amount", Decimal(5), ">5<")],
)  # fmt: skip
def test_a_changed_value_is_shown_at_once(field, value, shown, client_of, bob, dealer):
    client = client_of(bob)
    before = body(client)
    Dealer.objects.filter(pk=dealer.pk).update(**{field: value})
    after = body(client)
    assert shown not in before
    assert shown in after


def test_two_dealers_with_equal_figures_keep_their_own_links(client_of, bob, dealer, territories):
    twin = DealerFactory(name="Lotus", code="L-2", territory=territories["CN-EAST-1"], sales_12m=Decimal(1234))
    drawn = body(client_of(bob))
    assert {int(pk) for pk in re.findall(r'href="/dealers/(\d+)/', drawn)} == {dealer.pk, twin.pk}


def test_who_sees_less_gets_no_row_that_another_has_drawn(client_of, bob, alice, charlie, dealer, territories):
    DealerFactory(name="Peony", territory=territories["CN-EAST-2"])
    assert "Peony" in body(client_of(bob))
    assert "Peony" not in page(client_of(alice))
    assert "Lotus" not in page(client_of(charlie))
    assert "Peony" not in page(client_of(charlie))


def test_a_territory_taken_away_is_gone_with_the_next_request(client_of, alice, dealer):
    client = client_of(alice)
    assert "Lotus" in page(client)
    TerritoryAssignment.objects.filter(user=alice).delete()
    assert "Lotus" not in page(client)


def test_rights_taken_away_are_gone_with_the_next_request(client_of, bob, dealer):
    """A reader sees neither receivables nor the actions of a manager, nor their entries in the menu."""
    client = client_of(bob)
    before = page(client)
    assert "list-overdue" in before
    assert reverse("dealers:export") in before
    assert reverse("dealers:new") in before
    TerritoryAssignment.objects.filter(user=bob).update(role=Role.READ_ONLY)
    after = page(client)
    assert "list-overdue" not in after
    assert reverse("dealers:export") not in after
    assert reverse("dealers:new") not in after
    assert reverse("dealers:bin") not in after


def test_figures_of_one_territory_do_not_reach_whoever_may_see_them_in_another(client_of, bob, dealer, territories):
    """Mia's column of receivables is her own: it is neither shown to others nor taken from what was drawn for them."""
    mia = UserFactory(name="Mia", language="en")
    AssignmentFactory(user=mia, territory=territories["CN-EAST-1"], role=Role.READ_ONLY)
    AssignmentFactory(user=mia, territory=territories["JP"], role=Role.MANAGER)
    for _look in range(2):
        assert ">77<" in body(client_of(bob))
        assert "Lotus" in body(client_of(mia))
        assert ">77<" not in body(client_of(mia))
    by_overdue = 'sort=-overdue"'
    assert by_overdue in page(client_of(bob))
    assert by_overdue not in page(client_of(mia))


def test_each_language_has_its_own_rows_and_heads(client_of, bob, dealer):
    client = client_of(bob)
    english = page(client)
    bob.language = "ja"
    bob.save()
    japanese = page(client)
    bob.language = "en"
    bob.save()
    assert 'lang="ja"' in japanese
    assert 'lang="en"' in english
    heads = [text.partition("<thead>")[2].partition("</thead>")[0] for text in (english, japanese)]
    assert heads[0] != heads[1]
    assert body(client) == english.partition("<tbody data-rows>")[2].partition("</tbody>")[0]


def test_chosen_columns_count_at_once(client_of, bob, dealer):
    client = client_of(bob)
    assert 'class="list-status"' not in body(client)
    client.post(reverse("dealers:columns"), {"column": ["name", "status"], "query": ""})
    drawn = body(client)
    assert 'class="list-status"' in drawn
    assert "list-tier" not in drawn


def test_names_lead_back_to_the_list_that_they_stood_in(client_of, bob, dealer):
    client = client_of(bob)
    body(client)
    assert "list=tier%3DA" in body(client, f"{LIST}?tier=A")


def test_everybody_has_her_own_name_views_and_token(client_of, alice, bob, dealer):
    first, second = client_of(alice), client_of(bob)
    first.post(reverse("dealers:save_view"), {"name": "Alice's own", "query": "tier=A"})
    alices, bobs = page(first), page(second)
    assert "Alice&#x27;s own" in alices
    assert "Alice&#x27;s own" not in bobs
    assert str(alice) in alices
    assert str(alice) not in bobs.partition('<div id="results"')[0]
    token = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')
    assert set(token.findall(alices)).isdisjoint(token.findall(bobs))
    assert len(token.findall(bobs)) >= 5


def test_the_search_field_says_what_this_request_looks_for(client_of, bob, dealer):
    client = client_of(bob)
    for word in ("lotus", "peony"):
        drawn = page(client, f"{LIST}?q={word}")
        assert f'value="{word}"' in drawn
        assert f'name="next" value="{LIST}?q={word}"' in drawn


# --- The ways to a page ---------------------------------------------------------------------------------------------------


@pytest.fixture
def half(bob, territories, monkeypatch) -> list[int]:
    """Eight territories of Bob's and as many that he does not see, with some dealers each."""
    monkeypatch.setattr(merging, "_FEW_TERRITORIES", 4)
    for number in range(8):
        seen = TerritoryFactory(code=f"B{number}", name=f"B{number}", parent=territories["CN-EAST"])
        hidden = TerritoryFactory(code=f"H{number}", name=f"H{number}", parent=territories["JP"])
        for place in range(4):
            DealerFactory(territory=seen, name=f"Seen {place}", sales_12m=Decimal((number + place) % 7), tier="A")
            DealerFactory(territory=hidden, name=f"Hidden {place}", sales_12m=Decimal((number * place) % 9), tier="A")
    forget(bob)
    return list(Dealer.objects.visible_to(bob).values_list("pk", flat=True))


@pytest.mark.parametrize("query", ["", "sort=sales", "sort=name", "sort=-name", "tier=A&sort=-sales"])
@pytest.mark.parametrize("steps", [0, 1, 4])
def test_walking_and_merging_give_the_same_pages(query, steps, half, bob, monkeypatch):
    """With no step every page is merged; with many, those that are near are walked to."""
    monkeypatch.setattr(merging, "_WALK", steps)
    state = ListState.of_query(query)
    asked = Asked(bob, Company.get().today())
    ids, after = [], ""
    while True:
        merging._far.clear()
        found = read_page(state, asked, ["name", "territory__path"], after=after, size=7)
        ids += [row["pk"] for row in found.rows]
        after = found.after
        if not after:
            break
    key = (state.sort or "-sales").removeprefix("-")
    way = SORTS[key].expression
    seen = Dealer.objects.visible_to(bob, on=asked.on)
    expected = seen.order_by(way.asc(), "pk") if query.startswith(("sort=sales", "sort=name")) else seen.order_by(
        way.desc(), "-pk"
    )  # fmt: skip
    assert ids == list(expected.values_list("pk", flat=True))


def test_a_walk_that_did_not_reach_is_not_tried_again_at_once(half, bob, monkeypatch):
    """Bob's dealers all stand behind those that he does not see."""
    Dealer.objects.filter(name__startswith="Hidden").update(sales_12m=Decimal(1000))
    walks = []
    real = merging._Reading.walk
    monkeypatch.setattr(merging._Reading, "walk", lambda self, *args: walks.append(1) or real(self, *args))
    asked = Asked(bob, Company.get().today())
    pages = [read_page(ListState(), asked, ["name"], size=5).rows for _look in range(3)]
    assert pages[0] == pages[1] == pages[2]
    assert {row["name"][:4] for row in pages[0]} == {"Seen"}
    assert len(walks) == 1


@pytest.mark.parametrize("language", ["en", "zh-hans", "ja", "ko"])
def test_a_change_is_drawn_as_the_tag_draws_it(language):
    with override(language):
        drawing = Drawing()
        assert drawing.change(None) == crm.change(None)
        for permille in (-12_345_678, -1000, -999, -10, -1, 0, 1, 9, 10, 124, 99_999, 1_234_567):
            assert drawing.change(Decimal(permille) / 1000) == crm.change(Decimal(permille) / 1000)
