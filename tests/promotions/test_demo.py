"""The demo company's promotions, on a company of two patches."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from accounts.choices import Role
from crm.demo import promotions
from promotions import ledger
from promotions.choices import ClaimState, PromotionState
from promotions.models import Claim, Promotion
from sales.models import Product
from tests.factories import AssignmentFactory, DealerFactory, TerritoryFactory
from tests.promotions.factories import sell_every_day

pytestmark = pytest.mark.django_db

DAY = dt.date(2026, 6, 15)


def test_every_state_is_there(settings, tmp_path) -> None:
    """A plan of each state, money claimed and waiting, and a ledger that holds."""
    settings.MEDIA_ROOT = tmp_path
    root = TerritoryFactory(code="WORLD", name="World")
    country = TerritoryFactory(code="CN", name="China", parent=root)
    patch = TerritoryFactory(code="CN-1", name="Patch", parent=country)
    for role, place in (
        (Role.DIRECTOR, root), (Role.FINANCE, root), (Role.MANAGER, country), (Role.REPRESENTATIVE, patch),
    ):  # fmt: skip
        AssignmentFactory(role=role, territory=place)
    for category in ("Laundry", "Kitchen", "Television"):
        product = Product.objects.create(code=category, name=category, category=category, list_price=Decimal(300))
    for number in range(3):
        dealer = DealerFactory(territory=patch, sales_12m=Decimal(90_000 - number))
        for product in Product.objects.all():
            sell_every_day(dealer, first=dt.date(2025, 3, 1), until=DAY, amount=100, product=product)
    assert promotions.make(on=DAY) == 7
    states = set(Promotion.objects.values_list("state", flat=True))
    assert states >= set(PromotionState) - {PromotionState.REJECTED, PromotionState.CANCELLED}
    assert set(Claim.objects.values_list("state", flat=True)) == {
        ClaimState.SUBMITTED, ClaimState.APPROVED, ClaimState.SETTLED,
    }  # fmt: skip
    assert ledger.check().holds
