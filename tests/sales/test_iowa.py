"""The sums of real monthly sales equal those made from the raw file without the program."""

from __future__ import annotations

import csv
import datetime as dt
import gzip
from collections import defaultdict
from decimal import Decimal

import pytest

from sales import figures
from sales.models import DealerFigures
from tests.sales.real_data import IOWA, load_iowa, needs_iowa


@pytest.mark.django_db
@pytest.mark.slow
@needs_iowa
def test_figures_of_every_store_equal_the_raw_file():
    stores = load_iowa()
    assert len(stores) == 2_103
    figures.rebuild_figures(dt.date(2018, 7, 10))

    bottles: dict[str, dict[str, Decimal]] = defaultdict(dict)
    dollars: dict[str, dict[str, Decimal]] = defaultdict(dict)
    with gzip.open(IOWA / "sales_store_month_2012_2018.csv.gz", "rt") as file:
        for row in csv.DictReader(file):
            bottles[row["store"]][row["month"]] = Decimal(row["bottles"])
            dollars[row["store"]][row["month"]] = Decimal(row["usd"])
    rolling = [f"2017-{month:02}" for month in range(7, 13)] + [f"2018-{month:02}" for month in range(1, 7)]
    rows = {row.dealer_id: row for row in DealerFigures.objects.all()}
    for store, pk in stores.items():
        of_year = {
            year: sum((value for month, value in bottles[store].items() if month.startswith(year)), Decimal(0))
            for year in ("2017", "2016", "2015")
        }
        row = rows[pk]
        assert (row.year, row.quantity_e3, row.quantity_1_e3, row.quantity_2_e3) == (
            2017, of_year["2017"] * 1000, of_year["2016"] * 1000, of_year["2015"] * 1000
        ), store  # fmt: skip
        assert row.sales_12m_e4 == sum(dollars[store].get(month, Decimal(0)) for month in rolling) * 10_000
        bought = sorted(month for month, value in bottles[store].items() if value > 0 and month < "2018-07")
        first = dt.date.fromisoformat(f"{bought[0]}-01") if bought else None
        assert row.first_sale_month == first
