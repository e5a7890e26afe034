"""Whether dealers bought what they promised for the support that they got."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from django.db.models import Sum

from promotions.models import SupportRequest
from promotions.support.choices import CommitmentState, SupportState
from sales.models import SalesRecord


def check_commitments(*, on: dt.date) -> int:
    """Judge the commitments of granted support whose last day is over; how many."""
    due = SupportRequest.objects.filter(
        commitment=CommitmentState.OPEN, buys_by__lt=on, state__in=(SupportState.GRANTED, SupportState.RETURNED)
    ).order_by("pk")
    count = 0
    for request in due:
        sold = SalesRecord.objects.filter(
            dealer=request.dealer_id, kind="SELL_IN", on__gte=request.starts_on, on__lte=request.buys_by
        ).aggregate(amount=Sum("amount"))["amount"]
        request.bought_amount = Decimal(sold or 0).quantize(Decimal("0.01"))
        kept = request.bought_amount >= request.buys_amount
        request.commitment = CommitmentState.KEPT if kept else CommitmentState.MISSED
        request.save(update_fields=["bought_amount", "commitment"])
        count += 1
    return count
