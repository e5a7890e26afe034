"""Rows of rebates for tests."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone

from dealers.models import Dealer
from promotions.models import RebateAccrual, RebateBand, RebateProgramme
from promotions.rebates.choices import ProgrammeState
from sales.models import SalesRecord
from sales.partitions import RECORDS
from sales.rollups import rebuild

# The programmes of tests run through 2025; this is a day in it.
TODAY = dt.date(2025, 12, 9)


def programme(*bands: tuple[str, str], draft: bool = False, **fields: Any) -> RebateProgramme:
    """Published, of the whole of 2025, with bands (from, rate); by the amount unless `basis` says otherwise."""
    values: dict[str, Any] = {
        "name": "Year 2025", "starts_on": dt.date(2025, 1, 1), "ends_on": dt.date(2026, 1, 1), "agent_margin": "0.08",
        "sub_dealer_margin": "0.12",
    }  # fmt: skip
    if not draft:
        values |= {"state": ProgrammeState.PUBLISHED, "published_at": timezone.now()}
    made = RebateProgramme.objects.create(**(values | fields))
    for start, rate in bands or (("0", "0.01"), ("100000", "0.02"), ("300000", "0.04")):
        RebateBand.objects.create(programme=made, starts_at=start, rate=rate)
    return RebateProgramme.objects.get(pk=made.pk)


def bought(dealer: Dealer, *rows: tuple[str, int], reference: str = "", **fields: Any) -> None:
    """Days and amounts, a unit each; sums and figures follow."""
    from django.db import connection

    days = [dt.date.fromisoformat(day) for day, _amount in rows]
    with connection.cursor() as cursor:
        RECORDS.ensure(cursor, sorted({day.replace(day=1) for day in days}))
    SalesRecord.objects.bulk_create(
        SalesRecord(
            dealer=dealer, kind="SELL_IN", on=day, quantity=1, amount=amount, reference=f"{reference}{number}", **fields
        )
        for number, (day, (_text, amount)) in enumerate(zip(days, rows, strict=True))
    )
    rebuild(TODAY)


def accrual(made: RebateProgramme, dealer: Dealer, **fields: Any) -> RebateAccrual:
    values = {
        "amount_e4": 2_588_000_000, "quantity_e3": 0, "before_e4": 0, "step": 2, "short": 4_120_000, "earned_e4": 41_760_000,
        "accrued_e4": 41_760_000, "changed_on": TODAY,
    }  # fmt: skip
    return RebateAccrual.objects.create(programme=made, dealer=dealer, **(values | fields))
