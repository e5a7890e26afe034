"""Whom a search finds, against a filter in Python over the same dealers."""

from __future__ import annotations

import random

import pytest
from django.http import QueryDict
from django.urls import reverse

from dealers.filters import Asked, ListState
from dealers.found import candidates, first, sort_into_bands
from dealers.listing import COUNT_LIMIT, count, neighbours, read_page
from dealers.models import Band, Dealer, DealerSearch
from dealers.search import refresh_search_text, terms_of
from tests.factories import ContactFactory, DealerFactory

pytestmark = pytest.mark.django_db

NAMES = (
    "华泰贸易", "泰华超市", "长乐装饰", "庄氏商行", "Bike World", "World of Wheels", "O’Brien & Søn", "Große Straße",
    "東京商店", "さくら屋", "삼성전자", "명성 마트", "7-Eleven 华", "Bike 自行车行", "xi'an 西安百货", "ひがし薬局",
)  # fmt: skip
CITIES = ("上海", "São Paulo", "大阪", "부천", "Northburg", "")
QUERIES = (
    "h", "hu", "hua", "huat", "huatai", "uat", "zhuang", "uang", "huang", "shang", "ang", "shanghai", "b", "bik", "ike",
    "ikewo", "wor", "world", "o", "obrien", "son", "strasse", "华", "泰华", "华泰贸", "商", "商店", "さ", "さくら", "sakura",
    "ㅅ", "ㅅㅅ", "삼", "삼성", "성전자", "ㅁㅅㅁ", "ㅁㅅㅁㅌ", "d", "d00", "d001", "d0012", "0012", "138", "1380", "7734", "wang",
    "wangwu", "ww", "bike 华", "b w", "world wheels", "htmy", "tmy", "西安", "xian", "an", "zzz",
)  # fmt: skip


def asked(user) -> Asked:
    from crm.base.models import Company

    return Asked(user, Company.get().today())


def state(query: str = "", **more: str) -> ListState:
    return ListState(q=query, **more)


@pytest.fixture
def sample(territories) -> list[Dealer]:
    """Sixty dealers with names of all scripts over three territories, in bands as by chance; some lie in the bin."""
    chance = random.Random(11)
    codes = ("CN-EAST-1", "CN-EAST-2", "JP-KANTO-1")
    dealers = []
    for n in range(60):
        dealer = DealerFactory(
            code=f"D{n:04}", name=chance.choice(NAMES), city=chance.choice(CITIES), territory=territories[codes[n % 3]],
            country="JP" if n % 3 == 2 else "CN", phone=f"+86 138 0013 {7700 + n}", sales_12m=chance.randrange(5000),
        )  # fmt: skip
        ContactFactory(dealer=dealer, name=chance.choice(("王五", "Wanda Wood", "김동성")), phone="", mobile="")
        dealers.append(dealer)
    refresh_search_text([dealer.pk for dealer in dealers])
    for dealer in dealers:
        DealerSearch.objects.filter(pk=dealer.pk).update(band=chance.choice((0, 1, 2, 3, 3, 3)))
    for dealer in dealers[::9]:
        dealer.deleted_at = dealer.created_at
        dealer.save(update_fields=["deleted_at"])
    return dealers


def filtered(query: str, territory_ids: list[int] | None) -> set[int]:
    """The same by reading everything."""
    found = set()
    for row in DealerSearch.objects.filter(dealer__deleted_at=None):
        here = territory_ids is None or row.territory_id in territory_ids
        if here and all(
            (not term.key or term.key in row.keys)
            and (not term.pieces or any(each in row.text for each in term.pieces))
            for term in terms_of(query)
        ):
            found.add(row.dealer_id)
    return found


def among_many(territory_ids: list[int]) -> list[int]:
    """So many that what the small bands hold decides by which index the others are read."""
    return [*territory_ids, *range(10**6, 10**6 + 20)]


@pytest.mark.parametrize("query", QUERIES)
def test_finds_what_a_filter_of_all_finds(query, sample, territories):
    few = [territories["CN-EAST-1"].pk, territories["JP-KANTO-1"].pk]
    for within in (None, few, few[:1], [], among_many(few)):
        expected = filtered(query, within)
        assert set(candidates(terms_of(query), within, 1000)) == expected
        found = first(terms_of(query), within, size=1000, limit=1000)
        assert (set(found.ids), found.number) == (expected, len(expected))


def test_the_sample_tells_the_queries_apart(sample):
    """Nearly every query finds some and not all."""
    sizes = [len(filtered(query, None)) for query in QUERIES]
    assert sum(0 < size < len(sample) for size in sizes) > len(QUERIES) * 0.8


@pytest.mark.parametrize(("size", "limit"), [(1, 1), (3, 5), (5, 5), (7, 30), (50, 1001)])
def test_the_first_are_read_whole_and_the_others_counted_up_to_the_limit(
    size, limit, sample, territories, django_assert_num_queries
):
    few = [territories["CN-EAST-1"].pk, territories["JP-KANTO-1"].pk]
    for query, within in (("d", None), ("d", few), ("d", among_many(few)), ("1380", None), ("1380", few), ("b w", few)):
        everything = filtered(query, within)
        order = sorted(
            DealerSearch.objects.filter(pk__in=everything).values_list("band", "dealer__sales_12m", "pk"),
            key=lambda row: (row[0], -row[1], -row[2]),
        )
        with django_assert_num_queries(1):
            found = first(terms_of(query), within, size=size, limit=limit)
        assert {pk for _band, _sales, pk in order[:size]} <= set(found.ids) <= everything
        assert min(found.number, limit) == min(len(everything), limit)


def test_bob_finds_in_his_territories_only(sample, bob, charlie, territories, client_of):
    for user, codes in ((bob, ("CN-EAST-1", "CN-EAST-2")), (charlie, ("JP-KANTO-1",))):
        pks = [territories[code].pk for code in codes]
        for query in ("d", "d00", "d001", "1380", "华", "hua"):
            page = read_page(state(query), asked(user), ["name"])
            assert {row["pk"] for row in page.rows} == filtered(query, pks)
            assert count(state(query), asked(user)) == len(filtered(query, pks))


@pytest.mark.parametrize("query", ["d", "d00", "hua", "1380"])
def test_pages_forwards_and_backwards_are_one_order(query, sample, dora):
    who, listed = asked(dora), []
    page = read_page(state(query), who, ["name"], size=7)
    pages = [page]
    while page.after:
        page = read_page(state(query), who, ["name"], after=page.after, size=7)
        pages.append(page)
    listed = [row["pk"] for each in pages for row in each.rows]
    expected = DealerSearch.objects.filter(pk__in=filtered(query, None)).values_list("band", "dealer__sales_12m", "pk")
    assert listed == [pk for *_, pk in sorted(expected, key=lambda row: (row[0], -row[1], -row[2]))]
    for earlier, later in zip(reversed(pages[:-1]), reversed(pages[1:]), strict=True):
        back = read_page(state(query), who, ["name"], before=later.before, size=7)
        assert [row["pk"] for row in back.rows] == [row["pk"] for row in earlier.rows]
    for n, pk in enumerate(listed):
        beside = neighbours(who, state(query), Dealer.objects.get(pk=pk))
        assert (beside.previous or [None])[0] == (listed[n - 1] if n else None)
        assert (beside.next or [None])[0] == (listed[n + 1] if n + 1 < len(listed) else None)


@pytest.mark.parametrize("sort", ["name", "-code", "-sales"])
def test_a_search_sorted_otherwise_has_the_same_dealers(sort, sample, dora):
    page = read_page(state("hua", sort=sort), asked(dora), ["name"])
    assert {row["pk"] for row in page.rows} == filtered("hua", None)


def test_counts_are_right_up_to_the_limit_and_beyond_say_more(dora, territories, client_of):
    template = DealerFactory(name="Limit", territory=territories["CN-EAST-1"])
    DealerSearch.objects.all().delete()
    others = [
        Dealer(
            code=f"L{n}", name="Limit", territory=template.territory, kind=template.kind, status=template.status,
            country=template.country, sales_12m=n,
        )
        for n in range(COUNT_LIMIT - 1)
    ]  # fmt: skip
    pks = [template.pk, *(dealer.pk for dealer in Dealer.objects.bulk_create(others))]
    refresh_search_text(pks)
    DealerSearch.objects.filter(pk__in=pks[:400]).update(band=Band.SECOND)
    assert count(state("lim"), asked(dora)) == COUNT_LIMIT
    refresh_search_text([DealerFactory(name="Limit", territory=territories["CN-EAST-1"]).pk])
    assert count(state("lim"), asked(dora)) == COUNT_LIMIT + 1
    refresh_search_text([DealerFactory(name="Limit", territory=territories["CN-EAST-1"]).pk])
    assert count(state("lim"), asked(dora)) == COUNT_LIMIT + 1
    answer = client_of(dora).get(reverse("dealers:list"), QueryDict("q=lim"))
    assert answer.status_code == 200


def test_the_bin_is_not_found_and_what_comes_back_is(dora, territories):
    dealer = DealerFactory(name="Binford", territory=territories["CN-EAST-1"])
    refresh_search_text([dealer.pk])
    for deleted_at, found in ((dealer.created_at, []), (None, [dealer.pk])):
        Dealer.with_bin.filter(pk=dealer.pk).update(deleted_at=deleted_at)
        assert candidates(terms_of("binf"), None, 9) == found
        refresh_search_text([dealer.pk])
        assert candidates(terms_of("bin"), None, 9) == found


def test_who_moves_is_found_in_the_new_territory(territories):
    dealer = DealerFactory(name="Mover", territory=territories["CN-EAST-1"])
    refresh_search_text([dealer.pk])
    here, there = territories["CN-EAST-1"].pk, territories["JP-KANTO-1"].pk
    assert candidates(terms_of("mov"), [here], 9) == [dealer.pk]
    Dealer.objects.filter(pk=dealer.pk).update(territory=there)
    assert candidates(terms_of("mov"), [here], 9) == []
    assert candidates(terms_of("mov"), [there], 9) == candidates(terms_of("mover"), [there], 9) == [dealer.pk]


def test_bands_follow_the_sales_with_some_slack(territories, monkeypatch):
    from dealers import found

    monkeypatch.setattr(found, "_WORTH_BANDS", 10)
    monkeypatch.setattr(found, "_ONE_IN", {Band.TOP: 40, Band.FIRST: 20, Band.SECOND: 10, Band.THIRD: 2})
    dealers = [DealerFactory(territory=territories["CN-EAST-1"], sales_12m=1000 - n) for n in range(40)]
    refresh_search_text([dealer.pk for dealer in dealers])

    def bands() -> list[int]:
        kept = dict(DealerSearch.objects.values_list("pk", "band"))
        return [kept[dealer.pk] for dealer in dealers]

    # The bands end at 1, 2, 4 and 20 of 40; who stands within a sixth of the edge stays below it.
    assert sort_into_bands() == 17
    assert bands() == [-1, 0, 1, 1, *[2] * 13, *[3] * 23]
    assert sort_into_bands() == 0
    Dealer.objects.filter(pk=dealers[39].pk).update(sales_12m=5000)
    sort_into_bands()
    assert bands()[39] == -1
    # Too few to be worth it: all in one again.
    monkeypatch.setattr(found, "_WORTH_BANDS", 1000)
    sort_into_bands()
    assert set(bands()) == {3}
