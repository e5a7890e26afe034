"""Stock is loaded ahead as the exception only: M-03 to M-07."""

from __future__ import annotations

import datetime as dt

import pytest

from promotions.actions import plan
from promotions.choices import Mechanic, PromotionState
from promotions.refusals import PlanIncomplete
from sales.models import Product, StockCount
from tests.factories import DealerFactory
from tests.promotions import factories

pytestmark = pytest.mark.django_db

PLAN = {
    "digestion_plan": "Six weeks, two evenings each, four people", "sell_out_by": dt.date(2026, 6, 1),
    "outlet_plan": "Two village shops",
}  # fmt: skip


@pytest.mark.parametrize(
    ("fields", "consent", "said"),
    [
        ({}, "", "needs a plan how it is sold"),
        ({**PLAN, "outlet_plan": ""}, "", "needs outlets"),
        ({**PLAN, "sell_out_by": factories.START - dt.timedelta(days=1)}, "", "before it is loaded"),
        (PLAN, "", "More stock than 60 days"),
        (PLAN, "Mr Wang, 2 February", ""),
    ],
)
def test_loading_is_the_exception(fields, consent: str, said: str, territories, alice) -> None:
    place = territories["CN-EAST-1"]
    dealer = DealerFactory(territory=place)
    product = Product.objects.create(code="P", name="Fan")
    factories.sell_every_day(dealer, first=dt.date(2025, 9, 1), until=factories.PLANNED, amount=100, product=product)
    # One a day goes out; 90 are there.
    StockCount.objects.create(dealer=dealer, product=product, on=dt.date(2026, 1, 31), quantity=90)
    promotion = factories.drafted(territory=place, by=alice, dealers=[dealer], mechanic=Mechanic.PRE_LOAD, **fields)
    row = promotion.participants.get()
    assert row.cover_days in (89, 90, 91)
    plan.estimate(promotion_id=promotion.pk, estimates={}, consents={row.pk: consent}, by=alice)
    submit = {
        "promotion_id": promotion.pk,
        "by": alice,
        "at": factories.moment(factories.PLANNED),
        "on": factories.PLANNED,
    }
    if said:
        with pytest.raises(PlanIncomplete, match=said):
            plan.submit(**submit)
    else:
        assert plan.submit(**submit).state == PromotionState.SUBMITTED
