from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone

from accounts.models import Territory, User
from dealers.models import Dealer
from promotions.models import SupportRequest, SupportResource


def van(place: Territory, name: str = "Van 1") -> SupportResource:
    return SupportResource.objects.create(kind="VEHICLE", name=name, territory=place)


def wanted(dealer: Dealer, by: User, **fields: Any) -> SupportRequest:
    """A vehicle from the next day on for ten days."""
    today = timezone.now().date()
    values = {
        "kind": "VEHICLE", "purpose": "Deliver for the festival", "starts_on": today + dt.timedelta(days=1),
        "ends_on": today + dt.timedelta(days=11), "cost_travel": 400, "consent_by": "Mr Li", "consent_on": today,
        "buys_amount": 50_000, "buys_by": today + dt.timedelta(days=60), "requested_by": by, "requested_at": timezone.now(),
    }  # fmt: skip
    return SupportRequest.objects.create(dealer=dealer, **(values | fields))
