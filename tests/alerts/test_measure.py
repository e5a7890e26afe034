"""The narrow row, measured from the tables of sales: worked numbers."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection

from alerts.models import DealerStanding
from dealers.models import CreditProfile, Dealer
from sales import rollups
from sales.models import Product, Receivable, SalesRecord, SalesTarget, StockCount
from sales.partitions import RECORDS
from tests.alerts.factories import TODAY, night
from tests.factories import DealerFactory

pytestmark = pytest.mark.django_db


def sold(dealer: Dealer, rows: list[tuple[str, int]], kind: str = "SELL_IN", **fields: Any) -> None:
    """Days and quantities, ten of the currency each."""
    records = [
        SalesRecord(
            dealer=dealer, kind=kind, on=dt.date.fromisoformat(day), quantity=quantity, amount=quantity * 10,
            reference=f"{kind}-{number}", **fields,
        )
        for number, (day, quantity) in enumerate(rows)
    ]  # fmt: skip
    with connection.cursor() as cursor:
        RECORDS.ensure(cursor, sorted({record.on.replace(day=1) for record in records}))
    SalesRecord.objects.bulk_create(records)


def measured(dealer: Dealer, on: dt.date = TODAY) -> DealerStanding:
    rollups.rebuild(on)
    night(on)
    return DealerStanding.objects.get(dealer=dealer)


def test_the_usual_interval_is_the_median_of_the_year_up_to_the_last_order() -> None:
    dealer = DealerFactory()
    # The gap of the long pause before lies out of the year; of 10, 20, 30, 12 the median is 16. Two lines of a day are one.
    days = ["2024-06-01", "2025-12-01", "2025-12-11", "2025-12-31", "2026-01-30", "2026-02-11", "2026-02-11"]
    sold(dealer, [(day, 5) for day in days])
    row = measured(dealer)
    assert (row.interval_e1, row.last_order_on) == (160, dt.date(2026, 2, 11))


def test_two_orders_make_no_rhythm() -> None:
    dealer = DealerFactory()
    sold(dealer, [("2026-01-10", 5), ("2026-02-10", 5)])
    assert measured(dealer).interval_e1 is None


def test_sales_told_by_month_have_a_rhythm_of_months() -> None:
    dealer = DealerFactory()
    sold(dealer, [("2025-11-01", 5), ("2025-12-01", 5), ("2026-01-01", 5)], by_month=True)
    # Told on the last days: 30 November, 31 December, 31 January.
    assert measured(dealer).interval_e1 == 310


def test_a_rhythm_is_told_for_two_years_after_the_last_order() -> None:
    dealer = DealerFactory()
    sold(dealer, [("2024-01-05", 5), ("2024-02-05", 5), ("2024-03-05", 5)])
    for on, told in (("2026-03-11", 300), ("2026-03-31", 300), ("2026-04-01", None)):
        assert measured(dealer, dt.date.fromisoformat(on)).interval_e1 == told


def test_volume_and_growth_of_closed_months() -> None:
    dealer = DealerFactory()
    # December to February: 60 after 100. September to February: 60 + 90 after 100 + 50.
    sold(
        dealer,
        [
            ("2024-10-05", 50), ("2024-12-05", 40), ("2025-02-05", 60), ("2025-10-05", 90), ("2025-12-05", 10),
            ("2026-02-05", 50), ("2026-03-02", 999),
        ],
    )  # fmt: skip
    row = measured(dealer)
    assert (row.volume_e4, row.half_e4) == (6000, 0)


def test_stock_loading_and_age() -> None:
    dealer = DealerFactory()
    sold(dealer, [("2025-12-05", 60), ("2026-01-05", 60)])
    sold(dealer, [("2026-01-01", 90)], kind="SELL_OUT", by_month=True)
    old, new = Product.objects.create(code="1", name="Old"), Product.objects.create(code="2", name="New")
    for product, quantity, aged in ((old, 30, 20), (new, 20, 0)):
        StockCount.objects.create(
            dealer=dealer, product=product, on=dt.date(2026, 2, 28), quantity=quantity, aged_quantity=aged
        )
    row = measured(dealer)
    # 50 pieces at 90 in 90 days; 20 of 50; 120 over 90.
    assert (row.cover_days, row.aged_e4, row.loading_e4) == (50, 4000, 13333)


def test_credit_counts_orders_and_what_is_paid_already() -> None:
    dealer = DealerFactory()
    CreditProfile.objects.create(dealer=dealer, credit_limit=1000, deposit=100, credit_term_days=30)
    sold(dealer, [("2026-01-05", 730)])
    for number, (kind, amount) in enumerate((("INVOICE", 900), ("BILL", 200), ("ORDER", 300), ("RECEIPT", -100))):
        Receivable.objects.create(
            dealer=dealer, number=str(number), kind=kind, issued_on=dt.date(2026, 2, 1), due_on=dt.date(2026, 6, 1),
            amount=amount, open_amount=amount,
        )  # fmt: skip
    row = measured(dealer)
    # 900 + 200 + 300 - 100 - 100 of 1,000. Owed are 1,000 of 7,300 in twelve months: 50 days, 20 beyond the term.
    assert (row.credit_use_e4, row.dso_over_days) == (12_000, 20)


@pytest.mark.parametrize(
    ("start", "end", "reached"),
    [
        ("2026-01-01", "2027-01-01", 0.60),
        # The shorter one counts, from within a month: 40 of February from the 10th on, and 10 of March.
        ("2026-02-10", "2026-05-01", 0.50),
    ],
)
def test_what_is_reached_of_the_target(start: str, end: str, reached: float) -> None:
    dealer = DealerFactory()
    sold(dealer, [("2026-01-05", 7), ("2026-02-05", 3), ("2026-02-12", 40), ("2026-03-05", 10), ("2026-03-11", 500)])
    SalesTarget.objects.create(
        dealer=dealer, period_start=dt.date.fromisoformat(start), period_end=dt.date.fromisoformat(end), quantity=100
    )
    row = measured(dealer)
    assert row.reached_e4 == round(reached * 10_000)
