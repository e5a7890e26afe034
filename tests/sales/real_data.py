"""Real data beside the repository, where somebody put it: never part of it."""

from __future__ import annotations

import csv
import datetime as dt
import gzip
from decimal import Decimal
from pathlib import Path

import pytest

from accounts.models import Territory
from dealers.choices import DealerKind, DealerStatus
from dealers.models import Dealer
from sales.records import Line, record_sales

DATA = Path(__file__).resolve().parents[2].parent / "shared" / "data"
ADVENTUREWORKS = DATA / "adventureworks"
IOWA = DATA / "iowa"

needs_adventureworks = pytest.mark.skipif(
    not ADVENTUREWORKS.is_dir(), reason="the AdventureWorks sample is not beside the repository (../shared/data)"
)
needs_iowa = pytest.mark.skipif(
    not IOWA.is_dir(), reason="the liquor sales of Iowa are not beside the repository (../shared/data)"
)


def load_iowa(folder: Path = IOWA) -> dict[str, int]:
    """Make every store a franchisee in one territory, with its bottles and dollars by month; ids by store number."""
    with (folder / "stores.csv").open(encoding="utf-8") as file:
        stores = list(csv.DictReader(file))
    territory = Territory.objects.create(code="US-IA", name="Iowa", country="US")
    Dealer.objects.bulk_create(
        Dealer(
            code=store["store"], name=store["name"], kind=DealerKind.FRANCHISEE, status=DealerStatus.ACTIVE,
            territory=territory, country="US", region="Iowa", city=store["city"], address=store["address"],
        )
        for store in stores
    )  # fmt: skip
    ids = dict(Dealer.objects.filter(territory=territory).values_list("code", "pk"))
    with gzip.open(folder / "sales_store_month_2012_2018.csv.gz", "rt", encoding="utf-8") as file:
        record_sales(
            Line(
                ids[row["store"]], dt.date.fromisoformat(f"{row['month']}-01"), Decimal(row["bottles"]),
                Decimal(row["usd"]), by_month=True,
            )
            for row in csv.DictReader(file)
        )  # fmt: skip
    return ids
