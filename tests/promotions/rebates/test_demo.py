"""The rebates of the demo company: promised before its nights, settled after them by two people."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from accounts.models import Territory, User
from crm.demo import rebates
from promotions.models import RebateAccrual, RebateProgramme, RebateSettlement
from promotions.rebates.accrual import run_accruals, try_out
from promotions.rebates.choices import ProgrammeState
from tests.factories import DealerFactory
from tests.promotions.rebates.factories import bought

pytestmark = pytest.mark.django_db
ON = dt.date(2025, 12, 9)


def test_last_years_rebate_is_settled_and_this_years_accrues(
    territories: dict[str, Territory], dora: User, fay: User
) -> None:
    for user, email in ((dora, "director@company.example"), (fay, "finance@company.example")):
        User.objects.filter(pk=user.pk).update(email=email)
    for place in ("CN-EAST-1", "JP-KANTO-1"):
        bought(DealerFactory(territory=territories[place]), ("2024-05-01", 150_000), ("2025-05-01", 250_000))

    rebates.promise(on=ON)
    assert run_accruals(on=ON) > 0
    rebates.settle(on=ON, at=timezone.now())

    assert list(RebateSettlement.objects.order_by("pk").values_list("state", flat=True)) == ["PAID", "PROPOSED"]
    assert RebateAccrual.objects.filter(programme__starts_on=dt.date(2025, 1, 1), accrued_e4__gt=0).exists()
    draft = RebateProgramme.objects.get(state=ProgrammeState.DRAFT)
    assert sum(step.dealers for step in try_out(draft)) == 2
