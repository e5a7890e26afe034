"""Pages by keys: every dealer once, in order, forwards and back, whatever the order and the ties."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from dealers.filters import Asked, ListState
from dealers.listing import neighbours, read_page
from dealers.models import Dealer
from dealers.sorting import SORTS, BadCursor
from tests.factories import DealerFactory

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 6, 1)


@pytest.fixture
def many(territories) -> list[Dealer]:
    """Twenty-three of Alice's with many ties and gaps, and some of her colleague's and of Charlie's."""
    made = []
    for n in range(23):
        made.append(
            DealerFactory(
                territory=territories["CN-EAST-1" if n % 2 else "CN-EAST-2"], name=f"Dealer {n % 5}", city=f"C{n % 3}",
                sales_12m=Decimal(n % 4), sales_prior_12m=Decimal(n % 3), tier="ABC"[n % 3] if n % 4 else None,
                last_contact_on=TODAY - dt.timedelta(days=n) if n % 3 else None, overdue_amount=n % 2,
            )
        )  # fmt: skip
    DealerFactory.create_batch(4, territory=territories["JP-KANTO-1"])
    return made


def walk(state: ListState, asked: Asked, size: int) -> list[int]:
    """Through all pages and back again; the ids on the way out."""
    pages = [read_page(state, asked, ["name"], size=size)]
    while pages[-1].after:
        pages.append(read_page(state, asked, ["name"], after=pages[-1].after, size=size))
    back = pages[-1]
    for page in reversed(pages[:-1]):
        back = read_page(state, asked, ["name"], before=back.before, size=size)
        assert [row["pk"] for row in back.rows] == [row["pk"] for row in page.rows]
    assert not back.before
    return [row["pk"] for page in pages for row in page.rows]


@pytest.mark.parametrize("key", [*SORTS, *(f"-{key}" for key in SORTS)])
@pytest.mark.parametrize("who", ["bob", "dora"])
def test_every_dealer_once_and_in_order(who, key, many, request):
    asked = Asked(request.getfixturevalue(who), TODAY)
    state = ListState(sort=key)
    ids = walk(state, asked, 5)
    seen = Dealer.objects.visible_to(asked.user, on=TODAY)
    assert sorted(ids) == sorted(seen.values_list("pk", flat=True))
    way = SORTS[key.removeprefix("-")].expression
    expected = seen.order_by(way.desc(), "-pk") if key.startswith("-") else seen.order_by(way.asc(), "pk")
    assert ids == list(expected.values_list("pk", flat=True))


@pytest.mark.parametrize("query", ["", "sort=name", "tier=A&sort=-sales", "tier=A,NONE&sort=name", "overdue=1"])
def test_merging_territories_gives_what_one_query_gives(query, many, bob, territories):
    asked = Asked(bob, TODAY)
    state = ListState.of_query(query)
    narrowed = ListState.of_query(f"{query}&territory={territories['CN-EAST'].pk}")
    assert walk(state, asked, 4) == walk(narrowed, asked, 7)
    assert set(walk(state, asked, 4)) == set(state.rows(asked).values_list("pk", flat=True))


def test_one_territory_may_fill_the_page(territories, bob):
    """The best hundred are all in one of the territories, so its few first rows do not do."""
    best = [DealerFactory(territory=territories["CN-EAST-1"], sales_12m=1000 + n) for n in range(30)]
    DealerFactory.create_batch(30, territory=territories["CN-EAST-2"], sales_12m=1)
    page = read_page(ListState(), Asked(bob, TODAY), ["name"], size=25)
    assert [row["pk"] for row in page.rows] == [dealer.pk for dealer in reversed(best[5:])]


def test_neighbours_follow_the_list(many, bob):
    asked = Asked(bob, TODAY)
    state = ListState.of_query("sort=-sales")
    ids = walk(state, asked, 50)
    for place, pk in enumerate(ids):
        beside = neighbours(asked, state, Dealer.objects.get(pk=pk))
        assert (beside.previous or (None,))[0] == (ids[place - 1] if place else None)
        assert (beside.next or (None,))[0] == (ids[place + 1] if place + 1 < len(ids) else None)


@pytest.mark.parametrize("cursor", ["x", "W10", "WzEsMl1d", "WyJhIiwiYiJd", "é", "WyIxIiw5OTk5OTk5OTk5OTk5OTk5OTk5OV0"])
def test_a_foreign_cursor_is_refused(cursor, bob):
    with pytest.raises(BadCursor):
        read_page(ListState(), Asked(bob, TODAY), ["name"], after=cursor)
