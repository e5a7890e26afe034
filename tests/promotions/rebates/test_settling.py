"""Settlements: by two people, once, and only of what is still owed."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import Territory, User
from promotions.models import RebateAccrual, RebateProgramme, RebateSettlement
from promotions.rebates.choices import SettlementState
from promotions.rebates.settling import SettlementRefused, decide, pay, propose, publish
from tests.factories import DealerFactory
from tests.promotions.rebates.factories import accrual, programme

pytestmark = pytest.mark.django_db
AFTER = dt.date(2026, 1, 5)


@pytest.fixture
def made(territories: dict[str, Territory]) -> RebateProgramme:
    found = programme()
    accrual(found, DealerFactory(territory=territories["CN-EAST-1"]))
    accrual(found, DealerFactory(territory=territories["JP-KANTO-1"]), accrued_e4=10_000)
    return found


def proposal(made: RebateProgramme, place: Territory, by: User) -> RebateSettlement:
    return propose(programme=made, territory=place, by=by, on=AFTER, at=timezone.now())


def test_from_proposal_to_credit(
    made: RebateProgramme, territories: dict[str, Territory], fay: User, dora: User
) -> None:
    settlement = proposal(made, territories["CN"], fay)
    assert (settlement.dealers, settlement.total) == (1, Decimal("4176.0000"))
    with pytest.raises(SettlementRefused):
        decide(settlement=settlement, by=fay, approve=True, reason="", at=timezone.now())
    with pytest.raises(SettlementRefused):
        pay(settlement=settlement, by=fay, at=timezone.now())

    decide(settlement=settlement, by=dora, approve=True, reason="", at=timezone.now())
    assert RebateAccrual.objects.get(dealer__territory=territories["CN-EAST-1"]).open == 0
    assert RebateAccrual.objects.get(dealer__territory=territories["JP-KANTO-1"]).open == 1
    with pytest.raises(SettlementRefused):
        decide(settlement=settlement, by=dora, approve=True, reason="", at=timezone.now())
    with pytest.raises(SettlementRefused):
        proposal(made, territories["CN"], fay)
    pay(settlement=settlement, by=fay, at=timezone.now())
    with pytest.raises(SettlementRefused):
        pay(settlement=settlement, by=fay, at=timezone.now())


def test_nothing_is_settled_before_the_end(made: RebateProgramme, territories: dict[str, Territory], fay: User) -> None:
    with pytest.raises(SettlementRefused):
        propose(programme=made, territory=territories["CN"], by=fay, on=dt.date(2025, 12, 31), at=timezone.now())


@pytest.mark.parametrize("place", ["ROOT", "CN", "CN-EAST-1"])
def test_the_same_debt_waits_for_one_approval(
    made: RebateProgramme, territories: dict[str, Territory], fay: User, place: str
) -> None:
    proposal(made, territories["CN-EAST"] if place != "ROOT" else territories["CN"], fay)
    with pytest.raises(SettlementRefused):
        proposal(made, territories[place], fay)
    # Elsewhere nobody is in the way.
    assert proposal(made, territories["JP"], fay).dealers == 1


def test_what_changed_since_is_proposed_anew(
    made: RebateProgramme, territories: dict[str, Territory], fay: User, dora: User
) -> None:
    settlement = proposal(made, territories["CN"], fay)
    RebateAccrual.objects.filter(dealer__territory=territories["CN-EAST-1"]).update(accrued_e4=41_750_000)
    with pytest.raises(SettlementRefused):
        decide(settlement=settlement, by=dora, approve=True, reason="", at=timezone.now())
    settlement.refresh_from_db()
    assert settlement.state == SettlementState.PROPOSED
    assert not RebateAccrual.objects.exclude(settled_e4=0).exists()

    decide(settlement=settlement, by=dora, approve=False, reason="Corrected meanwhile", at=timezone.now())
    assert proposal(made, territories["CN"], fay).total == 4175


def test_too_much_is_taken_back(
    made: RebateProgramme, territories: dict[str, Territory], fay: User, dora: User
) -> None:
    decide(settlement=proposal(made, territories["CN"], fay), by=dora, approve=True, reason="", at=timezone.now())
    RebateAccrual.objects.filter(dealer__territory=territories["CN-EAST-1"]).update(accrued_e4=40_000_000)
    assert proposal(made, territories["CN"], fay).total == -176


def test_the_database_lets_nobody_approve_her_own(
    made: RebateProgramme, territories: dict[str, Territory], fay: User
) -> None:
    settlement = proposal(made, territories["CN"], fay)
    settlement.decided_by, settlement.state = fay, SettlementState.APPROVED
    with pytest.raises(IntegrityError), transaction.atomic():
        settlement.save()


def test_margins_are_said_before_a_programme_is_published(dora: User) -> None:
    draft = programme(draft=True, sub_dealer_margin=None)
    with pytest.raises(SettlementRefused):
        publish(programme=draft, by=dora, at=timezone.now())
    draft.sub_dealer_margin = Decimal("0.1")
    draft.save()
    publish(programme=draft, by=dora, at=timezone.now())
    with pytest.raises(SettlementRefused):
        publish(programme=draft, by=dora, at=timezone.now())
