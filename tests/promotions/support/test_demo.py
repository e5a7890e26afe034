"""People and vehicles of the demo company: every state, promises kept and not kept."""

from __future__ import annotations

import datetime as dt

import pytest

from accounts.choices import Role
from crm.demo import support
from dealers.models import Dealer
from promotions.models import SupportBooking, SupportRequest
from promotions.support.choices import CommitmentState, SupportState
from sales.models import Receivable
from tests.factories import AssignmentFactory, DealerFactory, TerritoryFactory
from tests.promotions.rebates.factories import bought

pytestmark = pytest.mark.django_db
ON = dt.date(2025, 12, 9)


def test_every_state_is_there() -> None:
    root = TerritoryFactory(code="WORLD")
    country = TerritoryFactory(code="CN", parent=root)
    patch = TerritoryFactory(code="CN-1", parent=country)
    AssignmentFactory(role=Role.MANAGER, territory=country)
    AssignmentFactory(role=Role.REPRESENTATIVE, territory=patch)
    dealers = [DealerFactory(territory=patch) for _number in range(36)]
    for dealer in dealers[:12:3]:
        bought(dealer, ("2025-10-05", 20_000), ("2025-11-05", 20_000))
        Receivable.objects.create(
            dealer=dealer, number="1", kind="INVOICE", issued_on=dt.date(2025, 10, 5), due_on=dt.date(2025, 12, 5),
            amount=20_000, open_amount=1_000,
        )  # fmt: skip
    for number, dealer in enumerate(dealers):
        Dealer.objects.filter(pk=dealer.pk).update(sales_12m=500_000 - number)
    assert support.make(on=ON) == 12
    assert set(SupportRequest.objects.values_list("state", flat=True)) == set(SupportState.values)
    for field in ("commitment", "payment"):
        assert set(SupportRequest.objects.values_list(field, flat=True)) == set(CommitmentState.values)
    assert SupportBooking.objects.filter(period__contains=ON).count() == 2
