"""Brand portfolios from files: one row a dealer, day and brand."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.db import connection
from django.utils import timezone

from accounts.choices import Role
from crm.base.models import Company
from crm.imports import actions
from dealers.actions.refreshing import refresh
from dealers.models import BrandShare
from tests.factories import AssignmentFactory, DealerFactory, UserFactory
from tests.imports.conftest import counts
from tests.imports.test_dealers import refusals, sentences

HEADER = "dealer code,as of,brand,our brand,share of sales,share of funds"
DAY = dt.date(2026, 3, 31)


@pytest.fixture
def dealer(territories):
    return DealerFactory(code="D-1", territory=territories["CN-EAST-1"])


def shares(dealer) -> dict[str, tuple[Decimal | None, Decimal | None]]:
    rows = BrandShare.objects.filter(dealer=dealer).order_by("brand")
    return {row.brand: (row.sales_share, row.fund_share) for row in rows}


def test_the_portfolio_of_a_day(bring, dealer):
    run = bring("portfolio", f"{HEADER}\nD-1,2026-03-31,Haiyue,yes,35%,40%\nD-1,2026-03-31,Gree,no,50%,\n")
    assert counts(run) == (2, 0, 0, 0)
    assert shares(dealer) == {
        "Gree": (Decimal("0.5"), None),
        "Haiyue": (Decimal("0.35"), Decimal("0.4")),
    }
    row = BrandShare.objects.get(brand="Haiyue")
    assert (row.on, row.ours, row.category, row.positioning) == (DAY, True, "", "")


# docs/imports.md, "How shares are written"
SHARES = [
    ("35%", "0.35"),
    ("35", "0.35"),
    ("0.35", "0.35"),
    ("35.25 %", "0.3525"),
    ("33.333%", "0.3333"),
    ("0.333333333333", "0.3333"),
    ("0.5%", "0.005"),
    ("1%", "0.01"),
    ("1", "1"),
    ("100", "1"),
    ("100%", "1"),
    ("0", "0"),
    ("35％", "0.35"),
]


@pytest.mark.parametrize(("written", "share"), SHARES)
def test_shares_are_understood_as_people_and_spreadsheets_write_them(bring, dealer, written, share):
    text = f"{HEADER}\nD-1,2026-03-31,Haiyue,yes,{written},\n"
    assert counts(bring("portfolio", text)) == (1, 0, 0, 0)
    assert shares(dealer)["Haiyue"][0] == Decimal(share)
    assert counts(bring("portfolio", text)) == (0, 0, 1, 0)


@pytest.mark.parametrize(
    ("written", "code"), [("101%", "TOO_LARGE"), ("-5", "TOO_SMALL"), ("a third", "DECIMAL"), ("5%%", "DECIMAL")]
)
def test_what_is_no_share_is_refused(bring, dealer, written, code):
    run = bring("portfolio", f"{HEADER}\nD-1,2026-03-31,Haiyue,yes,{written},\n")
    assert refusals(run) == {2: [("sales_share", code)]}


def test_a_changed_share_keeps_what_the_file_does_not_tell(bring, dealer):
    BrandShare.objects.create(
        dealer=dealer, on=DAY, brand="Haiyue", ours=True, positioning="MAIN", sales_share=Decimal("0.2"),
        planned_investment=Decimal(5000),
    )  # fmt: skip
    run = bring("portfolio", "dealer code,date,brand,share of sales\nD-1,2026-03-31,Haiyue,30\n")
    assert counts(run) == (0, 1, 0, 0)
    row = BrandShare.objects.get()
    assert (row.sales_share, row.positioning, row.planned_investment, row.ours) == (Decimal("0.3"), "MAIN", 5000, True)


def test_one_brand_in_two_categories(bring, dealer):
    header = "dealer code,as of,brand,category,positioning,share of sales"
    rows = "D-1,2026-03-31,Haiyue,Air,主推,30\nD-1,2026-03-31,Haiyue,Heat,traffic brand,20\nD-1,2026-03-31,Haiyue,,,5\n"
    assert counts(bring("portfolio", f"{header}\n{rows}")) == (3, 0, 0, 0)
    assert set(BrandShare.objects.values_list("category", "positioning")) == {
        ("Air", "MAIN"),
        ("Heat", "TRAFFIC"),
        ("", ""),
    }
    # A file without categories is about the brand that has none.
    run = bring("portfolio", "dealer code,as of,brand,share of sales\nD-1,2026-03-31,Haiyue,6\n")
    assert counts(run) == (0, 1, 0, 0)
    assert BrandShare.objects.get(category="").sales_share == Decimal("0.06")


# (brands stored of that day, brands of the file, refused): shares of sales
SUMS = [
    ({}, {"A": 60, "B": 40}, {}),
    ({}, {"A": 60, "B": 41}, {2: "101", 3: "101"}),
    ({"A": 60}, {"B": 41}, {2: "101"}),
    ({"A": 60}, {"A": 59, "B": 41}, {}),
    ({"A": 60, "C": 40}, {"A": 61}, {2: "101"}),
]


@pytest.mark.parametrize(("stored", "file", "refused"), SUMS)
def test_the_shares_of_one_day_are_at_most_the_whole(bring, dealer, stored, file, refused):
    for brand, percent in stored.items():
        BrandShare.objects.create(dealer=dealer, on=DAY, brand=brand, sales_share=Decimal(percent) / 100)
    # Another day of the same dealer counts for itself.
    BrandShare.objects.create(dealer=dealer, on=dt.date(2025, 3, 31), brand="Old", sales_share=1)
    rows = "".join(f"D-1,2026-03-31,{brand},no,{percent},\n" for brand, percent in file.items())
    run = bring("portfolio", f"{HEADER}\n{rows}")
    assert refusals(run) == {row: [("sales_share", "SALES_EXCEED")] for row in refused}
    assert all(
        f"add up to {total} %, more than 100 %" in sentence
        for total, sentence in zip(refused.values(), sentences(run), strict=True)
    )


def test_mending_one_brand_makes_the_others_of_its_day_fit(company, dealer, tmp_path):
    path = tmp_path / "file.csv"
    path.write_text(f"{HEADER}\nD-1,2026-03-31,A,no,70,\nD-1,2026-03-31,B,no,70,\n")
    run = actions.import_file(path, "portfolio", check_only=True, at=timezone.now())
    assert counts(run) == (0, 0, 0, 2)
    actions.mend_cell(run=run, row=3, column=5, text="30", on=Company.get().today())
    assert counts(run) == (2, 0, 0, 0)


def test_a_portfolio_counts_for_completeness_and_can_be_undone(bring, dealer):
    refresh([dealer.pk])
    dealer.refresh_from_db()
    before = dealer.completeness
    run = bring("portfolio", f"{HEADER}\nD-1,2026-03-31,Haiyue,yes,35%,40%\n")
    dealer.refresh_from_db()
    assert dealer.completeness > before
    actions.ask_undo(run)
    actions.undo(run.pk, at=timezone.now())
    dealer.refresh_from_db()
    assert (dealer.completeness, BrandShare.objects.count()) == (before, 0)


def test_a_director_of_one_region_brings_portfolios_of_that_region_only(bring, dealer, territories):
    DealerFactory(code="D-2", territory=territories["JP-KANTO-1"])
    eve = UserFactory()
    AssignmentFactory(user=eve, territory=territories["CN-EAST"], role=Role.DIRECTOR)
    run = bring("portfolio", f"{HEADER}\nD-1,2026-03-31,A,no,1%,\nD-2,2026-03-31,A,no,1%,\n", user=eve)
    assert refusals(run) == {3: [("dealer", "SCOPE")]}


@pytest.mark.parametrize(
    "titles",
    [
        "经销商编码,截止日期,品牌,销售占比,资金占用率",
        "特約店コード,基準日,ブランド,売上構成比,資金構成比",
        "대리점 코드,기준일,브랜드,매출 비중,자금 비중",
    ],
)
def test_titles_of_four_languages(bring, dealer, titles):
    assert counts(bring("portfolio", f"{titles}\nD-1,2026-03-31,A,35,40\n")) == (1, 0, 0, 0)
    assert shares(dealer) == {"A": (Decimal("0.35"), Decimal("0.4"))}


def test_every_change_is_in_the_history(bring, dealer):
    bring("portfolio", f"{HEADER}\nD-1,2026-03-31,A,no,30,\n")
    bring("portfolio", f"{HEADER}\nD-1,2026-03-31,A,no,31,\n")
    with connection.cursor() as cursor:
        cursor.execute("SELECT sales_share FROM dealers_brandshareevent ORDER BY pgh_id")
        assert [share for (share,) in cursor.fetchall()] == [Decimal("0.3"), Decimal("0.31")]
