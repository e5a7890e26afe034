"""The whole sample by the shipped profiles: the known counts and the known total, and a second time nothing."""

from __future__ import annotations

import datetime as dt
import io
from collections import Counter
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Sum

from accounts.choices import Role
from accounts.models import Territory, TerritoryAssignment, User
from crm.base.money import round_money
from crm.imports.models import ImportRun
from dealers.models import Contact, Dealer
from sales.models import DealerMonth, Product, SalesRecord, SalesTarget
from tests.sales.real_data import ADVENTUREWORKS, needs_adventureworks


@pytest.mark.django_db
@pytest.mark.slow
@needs_adventureworks
def test_everything_is_loaded_and_a_second_time_changes_nothing(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    call_command("import_adventureworks", ADVENTUREWORKS, stdout=io.StringIO())

    assert Dealer.objects.count() == 701
    assert not Dealer.objects.filter(latitude__isnull=True).exists()
    assert Counter(Dealer.objects.values_list("kind", flat=True)) == {
        "AGENT": 238, "DISTRIBUTOR": 232, "FRANCHISEE": 231,
    }  # fmt: skip
    assert Contact.objects.count() == 753
    assert Product.objects.count() == 606
    assert SalesTarget.objects.count() == 163
    assert SalesRecord.objects.count() == 60_855
    total = SalesRecord.objects.aggregate(total=Sum("amount"))["total"]
    assert round_money(total, "USD") == Decimal("80450596.98")
    assert DealerMonth.objects.aggregate(total=Sum("amount_e4"))["total"] == total.scaleb(4)
    assert SalesRecord.objects.values("dealer").distinct().count() == 701 - 66

    representatives = SalesRecord.objects.values_list("sold_by__staff_code", flat=True).distinct()
    assert set(representatives) == {"272", *(str(key) for key in range(281, 297))}
    jae = User.objects.get(staff_code="291")
    assert (jae.name, jae.manager.name, jae.manager.manager.name) == ("Jae Pak", "Amy Alberts", "Brian Welcker")
    left = TerritoryAssignment.objects.get(user__staff_code="288", territory__name="Canada", role=Role.REPRESENTATIVE)
    assert (left.period.lower, left.period.upper) == (dt.date(2010, 12, 29), dt.date(2011, 11, 30))
    assert Territory.objects.get(name="Northwest").parent.parent.name == "North America"
    assert not Dealer.objects.filter(note__contains="&amp;").exists()
    assert Dealer.objects.filter(note__contains="&").exists()
    assert Dealer.objects.filter(code="AW00000001", region="Washington").exists()

    before = SalesRecord.objects.aggregate(Sum("pk"), Sum("amount"))
    first = ImportRun.objects.count()
    call_command("import_adventureworks", ADVENTUREWORKS, stdout=io.StringIO())
    assert SalesRecord.objects.aggregate(Sum("pk"), Sum("amount")) == before
    for run in ImportRun.objects.order_by("pk")[first:]:
        assert (run.rows_new, run.rows_changed, run.rows_refused) == (0, 0, 0), run.importer


@pytest.mark.slow
@needs_adventureworks
def test_files_for_the_browser_are_the_same_each_time_and_move_by_years(tmp_path):
    call_command("import_adventureworks", ADVENTUREWORKS, prepare_only=tmp_path / "one", stdout=io.StringIO())
    call_command("import_adventureworks", ADVENTUREWORKS, prepare_only=tmp_path / "two", stdout=io.StringIO())
    call_command(
        "import_adventureworks", ADVENTUREWORKS, prepare_only=tmp_path / "later", shift_years=12, stdout=io.StringIO()
    )
    names = [path.name for path in sorted((tmp_path / "one").iterdir())]
    assert names == [
        "1-territories.csv", "2-users.csv", "3-assignments.csv", "4-dealers.csv", "5-contacts.csv", "6-products.csv",
        "7-sales.csv.gz", "8-targets.csv",
    ]  # fmt: skip
    for name in names:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
    assert "281,2010-12-29," in (tmp_path / "one" / "8-targets.csv").read_text()
    assert "281,2022-12-29," in (tmp_path / "later" / "8-targets.csv").read_text()


def test_another_folder_is_refused_by_the_name_of_what_is_missing(tmp_path):
    with pytest.raises(CommandError, match=r"DimGeography\.csv is missing"):
        call_command("import_adventureworks", tmp_path)
