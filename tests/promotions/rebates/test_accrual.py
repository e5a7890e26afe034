"""The night's rebates from the tables of sales: who takes part, what is corrected, what is tried out."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from accounts.models import Territory
from dealers.choices import DealerKind
from promotions.models import RebateAccrual, RebatePoints, RebateProgramme
from promotions.rebates.accrual import run_accruals, try_out
from sales.models import Brand, FiguresState, Product, Receivable, SalesRecord, SalesTarget
from sales.rollups import rebuild
from tests.factories import DealerFactory
from tests.promotions.rebates.factories import TODAY, bought, programme

pytestmark = pytest.mark.django_db


def owed(made: RebateProgramme) -> dict[int, int]:
    """Whole units of the currency, by dealer."""
    return {row.dealer_id: int(row.owed) for row in RebateAccrual.objects.filter(programme=made)}


def test_what_was_bought_in_the_period_counts_and_nothing_else() -> None:
    programme()
    dealer = DealerFactory()
    bought(dealer, ("2024-12-31", 900_000), ("2025-01-01", 100_000), ("2025-12-05", 158_800))

    assert run_accruals(on=TODAY) == 1

    row = RebateAccrual.objects.get()
    # 1 per cent of 100,000 and 2 of the rest; 41,200 short of 300,000.
    assert (row.owed, row.step, row.short) == (1000 + 3176, 2, 4_120_000)


def test_the_same_night_again_writes_nothing_and_a_correction_corrects() -> None:
    made, dealer = programme(), DealerFactory()
    bought(dealer, ("2025-03-01", 50_000), ("2025-04-01", 50_000))
    run_accruals(on=TODAY)
    assert run_accruals(on=TODAY + dt.timedelta(days=1)) == 0
    assert RebateAccrual.objects.get().changed_on == TODAY

    SalesRecord.objects.filter(dealer=dealer, on="2025-04-01").update(amount=20_000)
    rebuild(TODAY)
    assert run_accruals(on=TODAY) == 1
    assert owed(made) == {dealer.pk: 700}

    SalesRecord.objects.filter(dealer=dealer).delete()
    rebuild(TODAY)
    run_accruals(on=TODAY)
    assert owed(made) == {dealer.pk: 0}


def test_sales_are_corrected_after_the_period_too() -> None:
    made, dealer = programme(), DealerFactory()
    bought(dealer, ("2025-03-01", 50_000))
    run_accruals(on=dt.date(2026, 5, 1))
    assert owed(made) == {dealer.pk: 500}
    bought(dealer, ("2025-03-02", 10_000), reference="late")
    run_accruals(on=dt.date(2026, 9, 1))
    assert owed(made) == {dealer.pk: 600}
    bought(dealer, ("2025-03-03", 10_000), reference="too-late")
    assert run_accruals(on=dt.date(2027, 9, 1)) == 0


def test_kinds_territories_and_products_say_who_takes_part(territories: dict[str, Territory]) -> None:
    shop = DealerFactory(territory=territories["CN-EAST-1"], kind=DealerKind.FRANCHISEE)
    agent = DealerFactory(territory=territories["CN-EAST-2"], kind=DealerKind.AGENT)
    far = DealerFactory(territory=territories["JP-KANTO-1"], kind=DealerKind.FRANCHISEE)
    good, other = Product.objects.create(code="1", name="Good"), Product.objects.create(code="2", name="Other")
    for dealer in (shop, agent, far):
        bought(dealer, ("2025-03-01", 10_000), product=good)
        bought(dealer, ("2025-03-01", 5_000), product=other)
    bands = ("0", "0.01")
    kinds = programme(bands, dealer_kinds=["FRANCHISEE"])
    place = programme(bands, territory=territories["CN"])
    some = programme(bands)
    some.products.add(good)

    run_accruals(on=TODAY)

    assert owed(kinds) == {shop.pk: 150, far.pk: 150}
    assert owed(place) == {shop.pk: 150, agent.pk: 150}
    assert owed(some) == {shop.pk: 100, agent.pk: 100, far.pk: 100}


def test_a_programme_of_a_brand_pays_for_its_products_alone() -> None:
    """Also for those that come to the brand later; of a brand without products nothing is bought."""
    dealer = DealerFactory()
    ours, empty = Brand.objects.create(code="HY", name="Haiyue"), Brand.objects.create(code="X", name="None yet")
    good = Product.objects.create(code="1", name="Good", brand=ours)
    other = Product.objects.create(code="2", name="Other")
    bought(dealer, ("2025-03-01", 10_000), product=good)
    bought(dealer, ("2025-03-01", 5_000), product=other)
    bought(dealer, ("2025-03-01", 700), reference="untold")
    bands = ("0", "0.01")
    made, none = programme(bands, brand=ours), programme(bands, brand=empty)
    run_accruals(on=TODAY)
    assert owed(made) == {dealer.pk: 100}
    assert owed(none) == {}
    Product.objects.filter(pk=other.pk).update(brand=ours)
    run_accruals(on=TODAY)
    assert owed(made) == {dealer.pk: 150}


def test_the_figures_of_a_closed_year_say_what_its_months_say() -> None:
    """They are read instead of the months; marked stale they are not."""
    grown, lost = DealerFactory(), DealerFactory()
    bought(grown, ("2024-05-01", 100_000), ("2025-05-01", 120_000), ("2026-01-02", 5))
    bought(lost, ("2024-05-01", 100_000), ("2025-05-01", -10))
    bands = ("0.1", "0.01")
    made = programme(), programme(("1", "0.5"), basis="QUANTITY"), programme(bands, basis="GROWTH")
    on = dt.date(2026, 1, 10)
    rebuild(on)
    assert run_accruals(on=on) == 6
    assert [owed(each)[grown.pk] for each in made] == [1400, 0, 1200]
    assert owed(made[2]) == {grown.pk: 1200, lost.pk: 0}
    FiguresState.objects.update(stale=True)
    assert run_accruals(on=on) == 0


def test_gate_points_growth_and_debts() -> None:
    dealer, late = DealerFactory(), DealerFactory()
    for each in (dealer, late):
        bought(each, ("2024-05-01", 100_000), ("2025-05-01", 110_000))
    for each, amount in ((dealer, 120_000), (late, 130_000)):
        SalesTarget.objects.create(
            dealer=each, period_start=dt.date(2025, 1, 1), period_end=dt.date(2026, 1, 1), amount=amount
        )
    # 20 days of the last twelve months' 110,000.
    Receivable.objects.create(
        dealer=late, number="1", kind="INVOICE", issued_on=dt.date(2025, 11, 1), due_on=dt.date(2026, 2, 1), amount=6027,
        open_amount=6027,
    )  # fmt: skip
    rebuild(TODAY)
    gated = programme(("0", "0.01"), gate_share="0.9")
    speed = programme(("0", "0.01"), speed_days=[15, 30], speed_percents=[100, 80])
    growth = programme(("0.1", "0.01"), ("0.2", "0.02"), basis="GROWTH")
    conduct = programme(("60", "0.005"), basis="POINTS")
    RebatePoints.objects.create(
        programme=conduct, dealer=late, points=70, note="Display checked", given_at=dt.datetime.now(dt.UTC)
    )

    run_accruals(on=dt.date(2025, 12, 31))

    # 110,000 are 91.7 per cent of 120,000 and 84.6 of 130,000.
    assert owed(gated) == {dealer.pk: 1100, late.pk: 0}
    assert owed(speed) == {dealer.pk: 1100, late.pk: 880}
    assert owed(growth) == {dealer.pk: 1100, late.pk: 1100}
    assert owed(conduct) == {dealer.pk: 0, late.pk: 550}


def test_drafts_and_programmes_to_come_accrue_nothing() -> None:
    dealer = DealerFactory()
    bought(dealer, ("2025-03-01", 10_000))
    programme(draft=True)
    programme(starts_on=dt.date(2026, 1, 1), ends_on=dt.date(2027, 1, 1))
    assert run_accruals(on=TODAY) == 0
    assert not RebateAccrual.objects.exists()


def test_a_programme_is_tried_out_on_the_year_before_and_nothing_is_written() -> None:
    small, large = DealerFactory(), DealerFactory()
    bought(small, ("2024-02-01", 50_000), ("2025-02-01", 1))
    bought(large, ("2024-02-01", 400_000))
    draft = programme(draft=True)

    steps = try_out(draft)

    assert [(step.step, step.dealers, step.accrued_e4 // 10_000) for step in steps] == [(1, 1, 500), (3, 1, 9_000)]
    assert not RebateAccrual.objects.exists()


def test_the_database_asks_for_margins_whole_months_and_pairs() -> None:
    for wrong in (
        {"agent_margin": None}, {"starts_on": dt.date(2025, 1, 2)}, {"ends_on": dt.date(2025, 1, 1)}, {"speed_days": [15]},
        {"gate_share": "1.5"},
    ):  # fmt: skip
        with pytest.raises(IntegrityError), transaction.atomic():
            programme(**wrong)
