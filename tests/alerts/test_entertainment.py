"""Hospitality alone: the share of entertainment in what was spent on a dealer becomes a case."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from accounts.models import Territory, User
from alerts.models import Case
from alerts.reasons import sentence
from dealers.models import Dealer
from tests.alerts.factories import TODAY, night, noon, rule, standing
from tests.factories import DealerFactory
from visits.expenses import entertainment_share
from visits.models import Expense

pytestmark = pytest.mark.django_db


def spent(
    dealer: Dealer, by: User, category: str, amount: int, *, days_ago: int = 5, currency: str = "CNY", **fields: Any
) -> None:
    on = TODAY - dt.timedelta(days=days_ago)
    guests = {"guests": 2} if category == "ENTERTAINMENT" else {}
    Expense.objects.create(
        user=by, dealer=dealer, on=on, category=category, amount=Decimal(amount), currency=currency, purpose="Visit",
        created_at=noon(on), **guests, **fields,
    )  # fmt: skip


def test_a_dealer_on_whom_mostly_dinners_were_spent(alice: User, fay: User, territories: dict[str, Territory]) -> None:
    rule("entertainment", tiers=["A"])
    dined, driven, once, abroad = (DealerFactory(territory=territories["CN-EAST-1"]) for _number in range(4))
    Dealer.objects.filter(pk__in=[each.pk for each in (dined, driven, once, abroad)]).update(tier="A")
    for dealer in (dined, driven, once, abroad):
        dealer.refresh_from_db()
        standing(dealer)
    spent(dined, alice, "ENTERTAINMENT", 60)
    spent(dined, alice, "TRANSPORT", 20)
    spent(dined, alice, "MEAL", 20)
    # Not counted: too long ago, and refused.
    spent(dined, alice, "TRANSPORT", 900, days_ago=91)
    spent(
        dined,
        alice,
        "TRANSPORT",
        900,
        state="REFUSED",
        decision_note="Not ours",
        decided_at=noon(TODAY),
        decided_by=fay,
    )
    # Exactly the limit is still within it.
    spent(driven, alice, "ENTERTAINMENT", 10)
    spent(driven, alice, "TRANSPORT", 45)
    spent(driven, alice, "LODGING", 45)
    spent(once, alice, "ENTERTAINMENT", 100)
    # Most was written in yen, and of that nothing is entertainment.
    spent(abroad, alice, "ENTERTAINMENT", 100)
    for _number in range(3):
        spent(abroad, alice, "TRANSPORT", 10, currency="JPY")

    night()

    case = Case.objects.get(kind="entertainment")
    assert (case.dealer, case.severity) == (dined, 2)
    assert sentence(case) == "Entertainment is 60% of the 3 expenses for this dealer; this level begins above 50%."
    told = entertainment_share(start=TODAY - dt.timedelta(days=89), until=TODAY + dt.timedelta(days=1), dealer=dined)
    assert told is not None
    assert told.share == Decimal(str(case.evidence["figure"]))
