"""Giving and return: everybody sees that of her territories."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from django.utils import timezone

from accounts.models import Territory
from crm.base.models import Company
from dealers.models import Dealer
from promotions.models import SupportRequest
from tests.factories import DealerFactory, UserFactory
from tests.permissions import EVERYBODY, Row
from tests.permissions.promotions import promotion_of


def supported_dealer(place: Territory) -> Dealer:
    dealer = DealerFactory(territory=place, name=f"Supported in {place.code}")
    on = Company.get().today()
    SupportRequest.objects.create(
        dealer=dealer, kind="VEHICLE", purpose="p", starts_on=on, ends_on=on + dt.timedelta(days=2), cost_travel=Decimal(9),
        consent_by="c", consent_on=on, buys_amount=Decimal(9), buys_by=on, requested_by=UserFactory(),
        requested_at=timezone.now(), state="GRANTED",
    )  # fmt: skip
    return dealer


def active_dealer(place: Territory) -> Dealer:
    """It takes part in a joint activity."""
    promotion = promotion_of(place, "RUNNING")
    promotion.mechanic = "JOINT_ACTIVITY"
    promotion.save()
    return promotion.participants.get().dealer


THINGS = {"supported_dealer": supported_dealer, "active_dealer": active_dealer}

ROWS = {
    "promotions:returns": Row(get=EVERYBODY, lists=("supported_dealer",)),
    "promotions:joint_activities": Row(get=EVERYBODY, lists=("active_dealer",)),
    "promotions:returns_panel": Row(get=EVERYBODY, args=("supported_dealer",)),
}
