"""Rebates in the ledger: a fund for each programme that follows what is owed, approved, credited and taken back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Territory, User
from crm.base.jobs import Silent
from promotions import ledger
from promotions.models import RebateAccrual, RebateProgramme, RebateSettlement
from promotions.rebates.nightly import rebates
from promotions.rebates.posting import Reconciled, bring_up, reconciled
from promotions.rebates.settling import SettlementRefused, decide, pay, propose
from tests.factories import DealerFactory
from tests.promotions.rebates.factories import TODAY, accrual, bought, programme

pytestmark = pytest.mark.django_db
AFTER = dt.date(2026, 1, 5)


@pytest.fixture
def made(territories: dict[str, Territory]) -> RebateProgramme:
    """4,176 owed in China, 100 in Japan."""
    found = programme()
    accrual(found, DealerFactory(territory=territories["CN-EAST-1"]))
    accrual(found, DealerFactory(territory=territories["JP-KANTO-1"]), accrued_e4=1_000_000)
    return found


def stands(made: RebateProgramme) -> Reconciled:
    (row,) = reconciled(RebateProgramme.objects.filter(pk=made.pk).select_related("earmark__budget"))
    assert ledger.check().holds
    return row


def held(made: RebateProgramme) -> tuple[int, int, int]:
    """Owed, approved and credited, which the ledger holds as well."""
    row = stands(made)
    assert row.agrees
    return int(row.owed), int(row.approved), int(row.credited)


def settled(made: RebateProgramme, place: Territory, by: User, approver: User) -> RebateSettlement:
    settlement = propose(programme=made, territory=place, by=by, on=AFTER, at=timezone.now())
    decide(settlement=settlement, by=approver, approve=True, reason="", at=timezone.now())
    return settlement


def test_what_is_owed_approved_and_credited_stands_in_the_ledger(
    made: RebateProgramme, territories: dict[str, Territory], fay: User, dora: User
) -> None:
    assert not stands(made).agrees
    bring_up(made.pk, at=timezone.now(), on=AFTER)
    assert bring_up(made.pk, at=timezone.now(), on=AFTER) == 0
    assert held(made) == (4276, 0, 0)
    settlement = settled(made, territories["CN"], fay, dora)
    assert held(made) == (100, 4176, 0)
    pay(settlement=settlement, by=fay, at=timezone.now())
    assert held(made) == (100, 0, 4176)


def test_what_was_too_much_goes_back_to_the_company(
    made: RebateProgramme, territories: dict[str, Territory], fay: User, dora: User
) -> None:
    """A dealer's debt to us is none of the money that another is owed; it comes back when the credit is taken back."""
    first = settled(made, territories["CN"], fay, dora)
    RebateAccrual.objects.filter(dealer__territory=territories["CN-EAST-1"]).update(accrued_e4=40_000_000)
    bring_up(made.pk, at=timezone.now(), on=AFTER)
    assert held(made) == (100, 4176, 0)
    assert stands(made).owed_back == -176
    second = settled(made, territories["CN"], fay, dora)
    assert second.total == -176
    with pytest.raises(SettlementRefused, match="before it first"):
        pay(settlement=second, by=fay, at=timezone.now())
    pay(settlement=first, by=fay, at=timezone.now())
    pay(settlement=second, by=fay, at=timezone.now())
    assert held(made) == (100, 0, 4000)
    assert stands(made).owed_back == 0
    source = ledger.Account.objects.get(kind="SOURCE")
    assert source.balance == Decimal(-4100)


def test_the_night_lets_the_ledger_follow_and_the_report_says_that_it_agrees(
    client_of: Callable[[User], Client], territories: dict[str, Territory], dora: User, alice: User
) -> None:
    made, dealer = programme(), DealerFactory(territory=territories["CN-EAST-1"])
    bought(dealer, ("2025-03-01", 50_000))
    assert rebates(on=TODAY, job=Silent()) == 1
    assert held(made) == (500, 0, 0)
    url = reverse("promotions:rebate_liability")
    assert "agrees" in client_of(dora).get(url).content.decode()
    # Who sees a part of the dealers is not told what all of them are owed.
    assert "agrees" not in client_of(alice).get(url).content.decode()
