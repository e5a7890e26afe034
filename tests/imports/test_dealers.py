"""Dealers and contacts, from the file to the row."""

from __future__ import annotations

import csv
import datetime as dt
import json
from pathlib import Path

import pytest
from django.db import connection

from accounts.scope import forget
from crm.base.models import Company
from crm.imports import actions, messages
from crm.imports.choices import ImportState
from dealers.choices import DealerKind, DealerStatus
from dealers.models import Contact, Dealer
from dealers.models.listing import DealerSearch
from tests.factories import DealerFactory
from tests.imports.conftest import counts

HEADER = "code,name,kind,sales territory,country"
TWO = f"{HEADER}\nD-1,Sunrise,AGENT,CN-EAST-1,CN\nD-2,Moon,retail outlet,CN-EAST-2,China\n"


def refusals(run) -> dict[int, list[tuple[str, str]]]:
    """Field and code of everything refused, by row."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT row, errors FROM imports_run_{run.pk}_checked WHERE verdict = 'R' ORDER BY row")
        return {
            row: [(error[0], error[1]) for error in (json.loads(errors) if isinstance(errors, str) else errors)]
            for row, errors in cursor.fetchall()
        }


def sentences(run) -> list[str]:
    batch = actions.as_checked(actions.batch_of(run, on=Company.get().today()))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT errors FROM {batch.checked} WHERE verdict = 'R' ORDER BY row")
        return [
            messages.sentence_of(batch, json.loads(errors) if isinstance(errors, str) else errors)
            for (errors,) in cursor.fetchall()
        ]


def test_new_dealers(bring, territories):
    run = bring("dealers", TWO)
    assert run.state == ImportState.DONE
    assert counts(run) == (2, 0, 0, 0)
    moon = Dealer.objects.get(code="D-2")
    assert (moon.name, moon.kind, moon.country) == ("Moon", DealerKind.RETAILER, "CN")
    assert moon.territory == territories["CN-EAST-2"]
    # What the file does not say is what the model says.
    assert moon.status == DealerStatus.ACTIVE
    assert (moon.address, moon.parent, moon.latitude, moon.sales_12m) == ("", None, None, 0)
    assert moon.created_at is not None


def test_the_same_file_twice_changes_nothing(bring):
    bring("dealers", TWO)
    before = list(Dealer.objects.order_by("pk").values())
    again = bring("dealers", TWO)
    assert counts(again) == (0, 0, 2, 0)
    assert list(Dealer.objects.order_by("pk").values()) == before


def test_what_was_imported_is_found_and_complete_to_its_degree(bring):
    bring("dealers", f"{HEADER},city,phone,address\nD-1,苏州阳光,AGENT,CN-EAST-1,CN,苏州,0512-5555-0101,人民路1号\n")
    dealer = Dealer.objects.get()
    assert "szyg" in DealerSearch.objects.get(dealer=dealer).text
    assert dealer.completeness > 0


def test_changed_rows_show_what_was(bring):
    bring("dealers", TWO)
    run = bring("dealers", TWO.replace("Moon", "New Moon").replace("CN-EAST-2", "CN-EAST-1"))
    assert counts(run) == (0, 1, 1, 0)
    assert Dealer.objects.get(code="D-2").name == "New Moon"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT old ->> 'name', name FROM imports_run_{run.pk}_checked WHERE verdict = 'C'")
        assert cursor.fetchall() == [("Moon", "New Moon")]


def test_columns_that_the_file_lacks_are_left_alone(bring):
    bring("dealers", f"{HEADER},city\nD-1,Sunrise,AGENT,CN-EAST-1,CN,Suzhou\n")
    run = bring("dealers", "code,city\nD-1,Wuxi\n")
    assert counts(run) == (0, 1, 0, 0)
    assert Dealer.objects.values_list("name", "city").get() == ("Sunrise", "Wuxi")


@pytest.mark.parametrize(("empty", "city"), [("KEEP", "Suzhou"), ("CLEAR", "")])
def test_an_empty_cell_keeps_or_clears(bring, empty, city):
    bring("dealers", f"{HEADER},city\nD-1,Sunrise,AGENT,CN-EAST-1,CN,Suzhou\n")
    bring("dealers", "code,city\nD-1,\n", profile={"columns": {"code": "code", "city": "city"}, "empty": empty})
    assert Dealer.objects.get().city == city


@pytest.mark.parametrize(
    ("column", "cell", "field", "code"),
    [
        ("name", "", "name", "REQUIRED"),
        ("name", "=SUM(A1)", "name", "FORMULA"),
        ("name", "#REF!", "name", "SPREADSHEET_ERROR"),
        ("name", "x" * 201, "name", "TOO_LONG"),
        ("kind", "kiosk", "kind", "CHOICE"),
        ("sales territory", "MARS", "territory", "UNKNOWN"),
        ("country", "Atlantis", "country", "TOO_LONG"),
        ("country", "c1", "country", "NO_COUNTRY"),
        ("latitude", "91", "latitude", "TOO_LARGE"),
        ("latitude", "north", "latitude", "LATITUDE"),
        ("latitude", "31.2", "longitude", "NO_LONGITUDE"),
        ("phone", "call me", "phone", "PHONE"),
        ("e-mail", "someone", "email", "EMAIL"),
        ("website", "not an address", "website", "URL"),
        ("employees", "many", "employees", "INTEGER"),
        ("employees", "2.5", "employees", "INTEGER"),
        ("employees", "-1", "employees", "TOO_SMALL"),
        ("dealer since", "2026-02-30", "customer_since", "DATE"),
        ("supplied by", "D-9", "parent", "UNKNOWN"),
        ("supplied by", "D-1", "parent", "OWN_PARENT"),
    ],
)
def test_refusals(bring, column, cell, field, code):
    row = {"code": "D-1", "name": "Sunrise", "kind": "AGENT", "sales territory": "CN-EAST-1", "country": "CN"}
    row[column] = cell
    run = bring("dealers", ",".join(row) + "\n" + ",".join(row.values()) + "\n")
    assert (field, code) in refusals(run)[2]
    assert not Dealer.objects.exists()
    # Every code has words of its own, with the cell in them or the field.
    (sentence,) = sentences(run)
    assert "cannot be taken" not in sentence
    assert "%(" not in sentence


def test_several_things_wrong_with_one_row(bring):
    run = bring("dealers", f"{HEADER},e-mail\nD-1,,kiosk,MARS,CN,nobody\n")
    assert {field for field, _code in refusals(run)[2]} == {"name", "kind", "territory", "email"}


def test_two_rows_with_one_code_name_each_other(bring):
    run = bring("dealers", f"{TWO}D-1,Other,AGENT,CN-EAST-1,CN\n")
    assert counts(run) == (1, 0, 0, 2)
    assert "row 4" in sentences(run)[0]
    assert "row 2" in sentences(run)[1]


def test_a_row_that_repeats_another_is_passed_over(bring):
    run = bring("dealers", f"{TWO}D-1,Sunrise,agent,CN-EAST-1,CN\n")
    assert counts(run) == (2, 0, 1, 0)


def test_refused_rows_hold_the_rest_back_unless_they_are_skipped(bring):
    bad = f"{TWO}D-3,,AGENT,CN-EAST-1,CN\n"
    run = bring("dealers", bad, skip_refused=False)
    assert run.state == ImportState.CHECKED
    assert not Dealer.objects.exists()
    assert bring("dealers", bad).state == ImportState.DONE
    assert Dealer.objects.count() == 2


def test_parents_come_with_the_same_file_in_any_order(bring):
    run = bring(
        "dealers",
        f"{HEADER},supplied by\nD-3,Leaf,RETAILER,CN-EAST-1,CN,D-2\nD-2,Branch,WHOLESALER,CN-EAST-1,CN,D-1\n"
        "D-1,Root,AGENT,CN-EAST-1,CN,\n",
    )
    assert counts(run) == (3, 0, 0, 0)
    assert dict(Dealer.objects.values_list("code", "parent__code")) == {"D-3": "D-2", "D-2": "D-1", "D-1": None}
    assert counts(bring("dealers", "code,supplied by\nD-3,D-2\nD-2,D-1\n")) == (0, 0, 2, 0)


def test_whoever_names_a_refused_row_goes_with_it(bring):
    run = bring(
        "dealers",
        f"{HEADER},supplied by\nD-3,Leaf,RETAILER,CN-EAST-1,CN,D-2\nD-2,Branch,WHOLESALER,CN-EAST-1,CN,D-1\n"
        "D-1,,AGENT,CN-EAST-1,CN,\n",
    )
    assert refusals(run) == {2: [("parent", "ORPHAN")], 3: [("parent", "ORPHAN")], 4: [("name", "REQUIRED")]}


def test_a_dealer_in_the_bin_is_not_brought_back_by_a_file(bring, territories):
    from django.utils import timezone

    DealerFactory(code="D-1", territory=territories["CN-EAST-1"], deleted_at=timezone.now())
    assert refusals(bring("dealers", TWO))[2] == [("code", "IN_BIN")]


def test_headers_in_four_languages(bring):
    for header in (
        "客户编码,客户名称,客户类型,销售区域,国家,城市",
        "取引先コード,店舗名,業態,販売地域,国,市区町村",
        "거래처 코드,상호,거래처 유형,판매 지역,국가,도시",
        "Customer Code,Company Name,Dealer Type,Territory Code,Country,Town",
    ):
        run = bring("dealers", f"{header}\nD-{header[:2]},Sunrise,代理商,CN-EAST-1,中国,Suzhou\n")
        assert counts(run) == (1, 0, 0, 0), (header, refusals(run))
    assert Dealer.objects.filter(kind=DealerKind.AGENT, country="CN", city="Suzhou").count() == 4


def test_day_first_and_month_first_show_in_the_column(bring):
    bring(
        "dealers", f"{HEADER},dealer since\nD-1,A,AGENT,CN-EAST-1,CN,03/04/2026\nD-2,B,AGENT,CN-EAST-1,CN,13/04/2026\n"
    )
    assert Dealer.objects.get(code="D-1").customer_since == dt.date(2026, 4, 3)
    bring("dealers", "code,dealer since\nD-1,03/04/2026\nD-2,04/13/2026\n")
    assert Dealer.objects.get(code="D-1").customer_since == dt.date(2026, 3, 4)


def test_dates_that_could_be_either_way_are_said_to_be(bring):
    run = bring("dealers", f"{HEADER},dealer since\nD-1,A,AGENT,CN-EAST-1,CN,03/04/2026\n")
    assert run.reading["ambiguous_dates"] == ["customer_since"]
    assert run.reading["date_order"] == "DMY"


def test_decimal_commas_show_in_the_column(bring):
    bring("dealers", f'{HEADER};latitude;longitude\nD-1;A;AGENT;CN-EAST-1;CN;31,2304;121,4737\n'.replace(",latitude", ";latitude").replace(HEADER, HEADER.replace(",", ";")))  # fmt: skip
    dealer = Dealer.objects.get()
    assert (dealer.latitude, dealer.longitude) == (31.2304, 121.4737)


def test_years_are_added_to_dates(bring):
    profile = {"columns": {"code": "code", "customer_since": "since"}, "add_years": 13}
    bring("dealers", TWO)
    bring("dealers", "code,since\nD-1,2012-02-29\nD-2,2013-11-29\n", profile=profile)
    assert list(Dealer.objects.order_by("code").values_list("customer_since", flat=True)) == [
        dt.date(2025, 2, 28),
        dt.date(2026, 11, 29),
    ]


def test_words_of_a_profile(bring):
    run = bring(
        "dealers",
        "id,title,sort\n1,Sunrise,Kiosk\n2,Moon,agent\n",
        profile={
            "columns": {"code": "id", "name": "title", "kind": "sort"},
            "values": {"kind": {"kiosk": "RETAILER"}},
            "constants": {"territory": "CN-EAST-1", "country": "CN"},
        },
    )
    assert counts(run) == (2, 0, 0, 0)
    assert list(Dealer.objects.order_by("code").values_list("kind", flat=True)) == ["RETAILER", "AGENT"]


def test_a_cell_short_or_too_many_refuses_its_row_only(bring):
    run = bring("dealers", f"{TWO}D-3,Short\n\nD-4,Long,AGENT,CN-EAST-1,CN,extra\n")
    assert counts(run) == (2, 0, 0, 2)
    assert refusals(run)[4][0] == ("", "CELLS")
    assert "2 cells" in sentences(run)[0]
    assert "6 cells" in sentences(run)[1]
    # Blank lines count, as they do where one looks for the row.
    assert list(refusals(run)) == [4, 6]


def test_guards_of_spreadsheets_are_taken_off(bring):
    bring("dealers", f'{HEADER},phone\n"=""0012""",\'+Plus,AGENT,CN-EAST-1,CN,\'+86 512 5555\n')
    assert Dealer.objects.values_list("code", "name", "phone").get() == ("0012", "+Plus", "+86 512 5555")


def test_full_width_codes_meet_half_width_ones(bring):
    bring("dealers", TWO)
    assert counts(bring("dealers", "code,city\nＤ－１,Wuxi\n")) == (0, 1, 0, 0)


# --- Whose dealers ---


@pytest.fixture
def dora_of_the_east(bob, territories):
    """A director of CN-EAST only."""
    bob.assignments.update(role="DIRECTOR")
    forget(bob)
    return bob


def test_rows_outside_ones_territories_are_refused(bring, dora_of_the_east, territories):
    DealerFactory(code="D-9", territory=territories["JP-KANTO-1"])
    run = bring(
        "dealers",
        f"{TWO}D-3,Far,AGENT,JP-KANTO-1,JP\nD-9,Taken,AGENT,CN-EAST-1,CN\n",
        user=dora_of_the_east,
    )
    assert counts(run) == (2, 0, 0, 2)
    assert refusals(run) == {4: [("territory", "SCOPE")], 5: [("code", "SCOPE")]}
    assert Dealer.objects.get(code="D-9").territory == territories["JP-KANTO-1"]


def test_contacts_of_dealers_outside_are_refused(bring, dora_of_the_east, territories):
    DealerFactory(code="D-9", territory=territories["JP-KANTO-1"])
    run = bring("contacts", "dealer code,name\nD-9,Sato\n", user=dora_of_the_east)
    assert refusals(run) == {2: [("dealer", "SCOPE")]}


# --- Contacts ---


def test_contacts_by_number_or_by_name(bring):
    bring("dealers", TWO)
    run = bring(
        "contacts", "dealer code,contact number,name,role,e-mail\nD-1,C1,Li Na,buyer,LI@X.CN\nD-2,C1,Wu,店长,\n"
    )
    assert counts(run) == (2, 0, 0, 0)
    assert Contact.objects.get(dealer__code="D-1").email == "li@x.cn"
    assert Contact.objects.get(dealer__code="D-2").role == "STORE_MANAGER"
    assert counts(bring("contacts", "dealer code,name,interests\nD-1,Li Na,tea; calligraphy、go\n")) == (0, 1, 0, 0)
    assert Contact.objects.get(dealer__code="D-1").interests == ["tea", "calligraphy", "go"]
    assert counts(bring("contacts", "dealer code,name,interests\nD-1,Li Na,tea; calligraphy、go\n")) == (0, 0, 1, 0)


# --- Real data ---

RESTAURANTS = Path(__file__).parents[3] / "shared" / "data" / "japan_stores" / "restaurants.csv"
real = pytest.mark.skipif(not RESTAURANTS.exists(), reason="../shared/data/japan_stores is not on this machine")


@real
def test_japanese_restaurants(bring, territories):
    known = ["東京都", "神奈川県", "福岡県"]
    bring("territories", "code,name,part of\n" + "".join(f"JP-P{at},{name},JP\n" for at, name in enumerate(known)))
    text = RESTAURANTS.read_bytes()
    run = bring("dealers", text, profile="japan-restaurants")
    # Those of the three prefectures; the others say that their prefecture is not known.
    with RESTAURANTS.open(encoding="utf-8-sig", newline="") as file:
        elsewhere = sum(row["prefecture"].strip() not in known for row in csv.DictReader(file))
    assert (run.rows, run.rows_refused) == (6162, elsewhere)
    everywhere = bring("dealers", text, profile="japan-restaurants", constants={"territory": "JP"})
    # Two of the 6,162 rows are one restaurant, letter by letter.
    assert everywhere.rows_refused == 0
    assert Dealer.objects.filter(kind=DealerKind.RETAILER, country="JP").count() == 6161
    assert counts(bring("dealers", text, profile="japan-restaurants", constants={"territory": "JP"})) == (0, 0, 6162, 0)
    lapausa = Dealer.objects.get(name="ラパウザ厚別通店")
    assert lapausa.name_kana == "ラパウザアツベツドオリテン"
    assert lapausa.opening_hours == "11:00~23:00"
    assert (lapausa.latitude, lapausa.longitude) == (43.0534724, 141.4457633)
