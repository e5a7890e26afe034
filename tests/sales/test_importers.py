"""Sheets of sales: what each verdict writes, what follows in the sums, and how it is taken back."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts.models import User
from crm.base.models import Company
from crm.imports import actions
from crm.imports.choices import ImportState
from crm.imports.models import ImportRun
from sales import figures
from sales.models import (
    Brand,
    DealerFigures,
    Product,
    Receivable,
    SalesRecord,
    SalesTarget,
    StockCount,
)
from tests.factories import DealerFactory
from tests.sales.factories import ProductFactory
from tests.sales.test_rollups import months, people, people_of_the_records
from tests.sales.test_rollups import territories as territory_sums

pytestmark = pytest.mark.django_db

TODAY = dt.date(2024, 5, 17)


@pytest.fixture(autouse=True)
def today(monkeypatch, settings, tmp_path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    monkeypatch.setattr(Company, "today", lambda self, **_: TODAY)
    figures.rebuild_figures(TODAY)


@pytest.fixture
def dealers(territories):
    return [
        DealerFactory(code="D1", territory=territories["CN-EAST-1"]),
        DealerFactory(code="D2", territory=territories["JP-KANTO-1"]),
    ]


@pytest.fixture
def product():
    return ProductFactory(code="HAT")


def load(tmp_path: Path, importer: str, text: str, *, user: User | None = None, **constants: str) -> ImportRun:
    """Import a small CSV file; rows refused are skipped."""
    path = tmp_path / f"{importer}.csv"
    path.write_text(text, encoding="utf-8")
    return actions.import_file(
        path, importer, profile=None, constants=constants, user=user, at=timezone.now(), check_only=False,
        skip_refused=True,
    )  # fmt: skip


def counts(run: ImportRun) -> tuple[int, int, int, int]:
    return run.rows_new, run.rows_changed, run.rows_same, run.rows_refused


def refusals(run: ImportRun) -> list[tuple[str, str]]:
    """(field, code) of every fault, row by row."""
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT errors FROM "imports_run_{run.pk}_checked" WHERE errors IS NOT NULL ORDER BY row')
        return [(fault[0], fault[1]) for (errors,) in cursor.fetchall() for fault in _parsed(errors)]


def _parsed(errors):
    import json

    return json.loads(errors) if isinstance(errors, str) else errors


def take_back(run: ImportRun) -> ImportRun:
    run.refresh_from_db()
    actions.ask_undo(run)
    actions.undo(run.pk, at=timezone.now())
    run.refresh_from_db()
    assert run.state == ImportState.UNDONE, run.problem
    return run


SALES = """dealer code,date,product code,quantity,amount,order
D1,2024-04-30,HAT,2,20.5000,SO1/1
D1,2024-04-30,HAT,1,10,SO1/2
D1,2024-03-31,,1,5,SO0/1
D2,2024-04-02,HAT,7,70,SO2/1
"""


def test_sales_lines_are_loaded_corrected_and_taken_back(tmp_path, dealers, product):
    first = load(tmp_path, "sales", SALES)
    assert counts(first) == (4, 0, 0, 0), refusals(first)
    assert SalesRecord.objects.count() == 4
    loaded = months()
    assert [(row[0], row[2], row[4]) for row in loaded] == [
        (dealers[0].pk, dt.date(2024, 3, 1), 50000),
        (dealers[0].pk, dt.date(2024, 4, 1), 305000),
        (dealers[1].pk, dt.date(2024, 4, 1), 700000),
    ]
    assert DealerFigures.objects.get(pk=dealers[0].pk).sales_12m_e4 == 355000
    sums = territory_sums()

    again = load(tmp_path, "sales", SALES)
    assert counts(again) == (0, 0, 4, 0)

    corrected = load(tmp_path, "sales", SALES.replace("20.5000", "21") + "D2,2024-05-02,HAT,1,9,SO3/1\n")
    assert counts(corrected) == (1, 1, 3, 0)
    dealers[0].refresh_from_db()
    assert dealers[0].sales_12m == Decimal("36.00")
    assert DealerFigures.objects.get(pk=dealers[1].pk).last_order_on == dt.date(2024, 5, 2)

    take_back(corrected)
    assert (months(), territory_sums()) == (loaded, sums)
    take_back(first)
    # The corrected line was written by the second import since; it stays.
    assert SalesRecord.objects.count() == 1


def test_an_import_taken_back_leaves_nothing(tmp_path, dealers, product):
    run = take_back(load(tmp_path, "sales", SALES))
    assert (SalesRecord.objects.count(), months(), run.rows_kept) == (0, [], 0)
    assert DealerFigures.objects.get(pk=dealers[0].pk).sales_12m_e4 == 0


def test_a_line_without_order_or_product_has_its_place(tmp_path, dealers):
    text = "dealer code,date,quantity,amount\nD1,2024-04-01,1,10\nD1,2024-04-02,1,20\n"
    assert counts(load(tmp_path, "sales", text)) == (2, 0, 0, 0)
    assert counts(load(tmp_path, "sales", text.replace("20\n", "21\n"))) == (0, 1, 1, 0)
    # Another kind of sale on the same day is another line.
    assert counts(load(tmp_path, "sales", text, kind="SELL_OUT")) == (2, 0, 0, 0)


def test_empty_cells_of_kind_and_order_mean_the_usual(tmp_path, dealers, product):
    text = "dealer code,date,product code,kind of sale,order,quantity,amount\nD1,2024-04-01,,,,1,10\nD1,2024-04-01,HAT,sell-out,,1,10\n"
    assert counts(load(tmp_path, "sales", text)) == (2, 0, 0, 0)
    assert counts(load(tmp_path, "sales", text)) == (0, 0, 2, 0)
    assert sorted(SalesRecord.objects.values_list("kind", "product", "reference")) == [
        ("SELL_IN", None, ""), ("SELL_OUT", product.pk, ""),
    ]  # fmt: skip


def test_months_by_their_name(tmp_path, dealers):
    text = "客户编码,月份,数量,金额\nD1,2024年3月,480,6000\nD1,2024年4月,500,6100\n"
    assert counts(load(tmp_path, "sales_months", text)) == (2, 0, 0, 0)
    assert counts(load(tmp_path, "sales_months", text)) == (0, 0, 2, 0)
    record = SalesRecord.objects.latest("on")
    assert (record.on, record.by_month, record.quantity) == (dt.date(2024, 4, 1), True, 500)
    assert DealerFigures.objects.get(pk=dealers[0].pk).last_order_on == dt.date(2024, 4, 30)


def test_what_is_wrong_is_refused_and_named(tmp_path, dealers, product):
    run = load(
        tmp_path,
        "sales",
        "dealer code,date,product code,quantity,amount,currency\n"
        "NOBODY,2024-04-01,HAT,1,10,USD\n"
        "D1,someday,HAT,1,10,USD\n"
        "D1,2024-04-01,COAT,1,10,USD\n"
        "D1,2024-04-02,HAT,1,10,EUR\n"
        "D1,2024-04-03,HAT,1.0001,10,USD\n"
        "D1,2024-04-04,HAT,1,10,usd\n",
    )
    assert counts(run) == (1, 0, 0, 5)
    assert refusals(run) == [
        ("dealer", "UNKNOWN"), ("on", "DATE"), ("product", "UNKNOWN"), ("currency", "CURRENCY"), ("quantity", "DIGITS"),
    ]  # fmt: skip


def test_a_day_that_is_none_does_not_hide_what_is_there(tmp_path, dealers):
    text = "dealer code,date,quantity,amount\nD1,2024-04-01,1,10\nD1,2024-05-31,1,20\nD1,2023-01-02,1,30\n"
    assert counts(load(tmp_path, "sales", text)) == (3, 0, 0, 0)
    for nonsense in ("soon-ab", "2024-13-01", "0000-00-00", "2024-02-31"):
        assert counts(load(tmp_path, "sales", f"{text}D2,{nonsense},1,10\n")) == (0, 0, 3, 1)


def test_days_in_the_readers_own_way_are_found_again(tmp_path, dealers):
    text = "dealer code,date,quantity,amount\nD1,2024-04-01,1,10\nD1,2023年12月31日,1,20\nD1,20220131,1,30\n"
    assert counts(load(tmp_path, "sales", text)) == (3, 0, 0, 0)
    assert counts(load(tmp_path, "sales", text)) == (0, 0, 3, 0)


def test_two_lines_with_one_key_refuse_each_other(tmp_path, dealers, product):
    text = "dealer code,date,product code,quantity,amount\nD1,2024-04-01,HAT,1,10\nD1,2024-04-01,HAT,1,10\n"
    assert counts(load(tmp_path, "sales", text)) == (0, 0, 0, 2)


def test_charlie_cannot_load_sales_of_alices_dealer(tmp_path, dealers, product, charlie):
    run = load(tmp_path, "sales", SALES, user=charlie)
    assert ("dealer", "SCOPE") in refusals(run)
    assert not SalesRecord.objects.filter(dealer=dealers[0]).exists()


RECEIVABLES = """dealer code,invoice,issued,due date,amount,open amount
D1,R1,2024-01-01,2024-02-01,100,100
D1,R2,2024-04-01,2024-06-01,50,50
D2,R1,2024-04-01,2024-05-01,70,30
"""


def test_receivables_reach_balance_and_overdue(tmp_path, dealers):
    assert counts(load(tmp_path, "receivables", RECEIVABLES)) == (3, 0, 0, 0)
    assert counts(load(tmp_path, "receivables", RECEIVABLES)) == (0, 0, 3, 0)
    dealers[0].refresh_from_db()
    assert (dealers[0].balance, dealers[0].overdue_amount) == (150, 100)
    row = DealerFigures.objects.get(pk=dealers[1].pk)
    assert (row.balance_e4, row.overdue_e4, row.oldest_due_on) == (300000, 300000, dt.date(2024, 5, 1))


def test_a_complete_list_closes_what_it_leaves_out(tmp_path, dealers):
    load(tmp_path, "receivables", RECEIVABLES)
    shorter = "\n".join(RECEIVABLES.splitlines()[:2]) + "\n"
    assert counts(load(tmp_path, "receivables", shorter)) == (0, 0, 1, 0)
    assert Receivable.objects.open().count() == 3
    run = load(tmp_path, "receivables", shorter, complete="yes")
    assert list(Receivable.objects.open().values_list("number", "dealer__code")) == [("R1", "D1")]
    dealers[1].refresh_from_db()
    assert (dealers[1].balance, dealers[1].overdue_amount) == (0, 0)

    take_back(run)
    assert Receivable.objects.open().count() == 3
    dealers[1].refresh_from_db()
    assert dealers[1].balance == 30


def test_stock_counts(tmp_path, dealers, product):
    text = "dealer code,product code,date,quantity,aged quantity\nD1,HAT,2024-05-10,9,2\nD1,HAT,2024-05-01,5,6\n"
    assert counts(load(tmp_path, "stock", text)) == (1, 0, 0, 1)
    assert StockCount.objects.get().aged_quantity == 2
    row = DealerFigures.objects.get(pk=dealers[0].pk)
    assert (row.stock_e3, row.stock_on) == (9000, dt.date(2024, 5, 10))


def test_targets_of_dealers_territories_and_people(tmp_path, dealers, alice):
    User.objects.filter(pk=alice.pk).update(staff_code="S1")
    head = "from,last day,target"
    for text in (f"dealer code,{head}\nD1,2024-01-01,2024-03-31,1000\n",
                 f"territory,{head}\nCN-EAST-1,2024-01-01,2024-03-31,5000\n",
                 f"staff number,{head}\nS1,2024-01-01,2024-03-31,700\n"):  # fmt: skip
        run = load(tmp_path, "targets", text)
        assert counts(run) == (1, 0, 0, 0), refusals(run)
        assert counts(load(tmp_path, "targets", text)) == (0, 0, 1, 0)
    assert SalesTarget.objects.count() == 3
    assert set(SalesTarget.objects.values_list("period_start", "period_end")) == {
        (dt.date(2024, 1, 1), dt.date(2024, 4, 1))
    }


def test_products_with_brand_and_unit(tmp_path):
    load(tmp_path, "brands", "code,name\nHY,Haiyue\n")
    load(tmp_path, "units", "code,name\nPCS,pieces\n")
    text = "product code,product name,brand,category,unit,list price\nP1,Fan,Haiyue,Air,PCS,12.5\nP2,Lamp,Other,Light,PCS,3\n"
    assert counts(load(tmp_path, "products", text)) == (1, 0, 0, 1)
    found = Product.objects.get()
    assert (found.brand, found.unit.code, found.category, found.list_price) == (
        Brand.objects.get(), "PCS", "Air", Decimal("12.5"),
    )  # fmt: skip


@pytest.mark.parametrize("many_dealers", [0, 20_000])
def test_a_month_that_is_mostly_corrected_is_written_anew(tmp_path, dealers, product, monkeypatch, many_dealers):
    monkeypatch.setattr("sales.importers.records.MANY_CORRECTIONS", 0)
    monkeypatch.setattr("sales.figures.MANY_DEALERS", many_dealers)
    load(tmp_path, "sales", SALES)
    before = dict(SalesRecord.objects.values_list("reference", "pk"))
    second = load(
        tmp_path, "sales",
        SALES.replace("HAT,2,20.5000", "HAT,3,30.5").replace("HAT,7,70", "HAT,8,80") + "D1,2024-04-09,HAT,5,50,SO3/1\n",
    )  # fmt: skip
    assert counts(second) == (1, 2, 2, 0), refusals(second)
    assert {row: before.get(row) for row in before} == dict(
        SalesRecord.objects.exclude(reference="SO3/1").values_list("reference", "pk")
    )
    assert dict(SalesRecord.objects.values_list("reference", "quantity")) == {
        "SO1/1": 3, "SO1/2": 1, "SO0/1": 1, "SO2/1": 8, "SO3/1": 5,
    }  # fmt: skip
    assert dict(SalesRecord.objects.filter(import_run=second.pk).values_list("reference", "quantity")) == {
        "SO1/1": 3, "SO2/1": 8, "SO3/1": 5,
    }  # fmt: skip
    april = dt.date(2024, 4, 1)
    sums = [(row[0], row[4]) for row in months() if row[2] == april]
    assert sums == [(dealers[0].pk, 905000), (dealers[1].pk, 800000)]
    with pytest.raises(IntegrityError), transaction.atomic():
        SalesRecord.objects.create(
            dealer=dealers[0], on=dt.date(2024, 4, 9), product=product, quantity=1, amount=1, reference="SO3/1"
        )
    take_back(second)
    assert dict(SalesRecord.objects.values_list("reference", "quantity")) == {
        "SO1/1": 2, "SO1/2": 1, "SO0/1": 1, "SO2/1": 7,
    }  # fmt: skip
    sums = [(row[0], row[4]) for row in months() if row[2] == april]
    assert sums == [(dealers[0].pk, 305000), (dealers[1].pk, 700000)]


@pytest.mark.parametrize("column", ["dealer_id", "product_id", "sold_by_id"])
def test_a_month_written_at_once_is_held_to_its_foreign_keys(tmp_path, dealers, product, column):
    load(tmp_path, "sales", SALES)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(DISTINCT i.inhrelid), count(*) FROM pg_inherits i JOIN pg_constraint c ON c.conrelid = i.inhrelid "
            "WHERE i.inhparent = 'sales_salesrecord'::regclass AND c.contype = 'f' AND c.convalidated AND c.conparentid <> 0"
        )
        assert cursor.fetchone() == (2, 6)
        with pytest.raises(IntegrityError), transaction.atomic():
            cursor.execute(f"UPDATE sales_salesrecord SET {column} = -1; SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.parametrize("many_corrections", [0, 10_000])
def test_sums_of_people_follow_a_correction_and_its_undo(
    tmp_path, dealers, product, alice, bob, monkeypatch, many_corrections
):
    monkeypatch.setattr("sales.importers.records.MANY_CORRECTIONS", many_corrections)
    sold = f"""dealer code,date,product code,quantity,amount,order,sold by
D1,2024-04-30,HAT,2,20.5000,SO1/1,{alice.email}
D1,2024-04-30,HAT,1,10,SO1/2,{bob.email}
D1,2024-04-02,,1,5,SO0/1,
D2,2024-04-02,HAT,7,70,SO2/1,{alice.email}
"""
    load(tmp_path, "sales", sold)
    before, april = people(), dt.date(2024, 4, 1)
    assert before == sorted([
        (alice.pk, dealers[0].territory_id, "SELL_IN", april, 2000, 205000, 1),
        (alice.pk, dealers[1].territory_id, "SELL_IN", april, 7000, 700000, 1),
        (bob.pk, dealers[0].territory_id, "SELL_IN", april, 1000, 100000, 1),
    ])  # fmt: skip
    corrected = load(
        tmp_path, "sales",
        sold.replace(f"SO1/2,{bob.email}", f"SO1/2,{alice.email}").replace("7,70", "8,80").replace("20.5000", "21"),
    )  # fmt: skip
    assert counts(corrected) == (0, 3, 1, 0), refusals(corrected)
    assert people() == people_of_the_records() == sorted([
        (alice.pk, dealers[0].territory_id, "SELL_IN", april, 3000, 310000, 2),
        (alice.pk, dealers[1].territory_id, "SELL_IN", april, 8000, 800000, 1),
    ])  # fmt: skip
    take_back(corrected)
    assert people() == people_of_the_records() == before


def test_nothing_is_written_anew_over_a_row_that_changed_since_the_check(tmp_path, dealers, product, monkeypatch):
    monkeypatch.setattr("sales.importers.records.MANY_CORRECTIONS", 0)
    load(tmp_path, "sales", SALES)
    path = tmp_path / "again.csv"
    path.write_text(SALES.replace("HAT,2,20.5000", "HAT,3,30.5").replace("HAT,7,70", "HAT,8,80"))
    run = actions.import_file(path, "sales", at=timezone.now(), check_only=True)
    SalesRecord.objects.filter(reference="SO2/1").update(quantity=9)
    actions.confirm(run)
    actions.load(run.pk, at=timezone.now())
    run.refresh_from_db()
    assert (run.state, run.problem["code"]) == (ImportState.CHECKED, "OUTDATED")
    assert dict(SalesRecord.objects.values_list("reference", "quantity")) == {
        "SO1/1": 2, "SO1/2": 1, "SO0/1": 1, "SO2/1": 9,
    }  # fmt: skip
