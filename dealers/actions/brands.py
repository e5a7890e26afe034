"""The brand portfolio of a dealer as of a day, written as a whole."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from dealers import brands
from dealers.actions.refreshing import refresh
from dealers.models import BrandShare, Dealer


class SharesExceedWhole(Exception):
    """The shares of one day add up to more than 1; `totals` are the sums."""

    def __init__(self, totals: brands.Totals) -> None:
        super().__init__(f"sales {totals.sales}, funds {totals.funds}")
        self.totals = totals


@transaction.atomic
def replace_portfolio(*, dealer: Dealer, on: dt.date, rows: Sequence[Mapping[str, Any]]) -> int:
    """Make these brands the portfolio of that day; returns how many. Rows that stay the same are not touched.

    Raises SharesExceedWhole.
    """
    Dealer.objects.select_for_update().get(pk=dealer.pk)
    totals = brands.totals(
        brands.Share(row["brand"], row["ours"], row["sales_share"], row["fund_share"]) for row in rows
    )
    if totals.sales > brands.WHOLE or totals.funds > brands.WHOLE:
        raise SharesExceedWhole(totals)
    there = {(row.brand, row.category): row for row in BrandShare.objects.filter(dealer=dealer, on=on)}
    for row in rows:
        values = {
            name: row[name] for name in ("ours", "positioning", "sales_share", "fund_share", "planned_investment")
        }
        old = there.pop((row["brand"], row["category"]), None)
        if old is None:
            BrandShare.objects.create(dealer=dealer, on=on, brand=row["brand"], category=row["category"], **values)
        elif any(getattr(old, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(old, name, value)
            old.save()
    BrandShare.objects.filter(pk__in=[row.pk for row in there.values()]).delete()
    refresh([dealer.pk])
    return len(rows)
