"""Whether dealers bought and paid what they promised for the support that they got."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from django.db.models import Q, Sum

from promotions.models import SupportRequest
from promotions.support.choices import CommitmentState, SupportState
from sales.choices import ReceivableKind, SalesKind
from sales.models import Receivable, SalesRecord

_GIVEN = (SupportState.GRANTED, SupportState.RETURNED)
NOTHING = Decimal(0)


def check_commitments(*, on: dt.date) -> int:
    """Judge the commitments of granted support whose last day is over; how many."""
    return _purchases(on) + _payments(on)


def paid_by(dealer_id: int) -> Decimal:
    """What the dealer has paid by now of all invoices that are on file: their sum less what it still owes. What it pays
    from now on is what this grows by. Orders are no debt yet, and a bill not yet cleared is no payment."""
    sums = Receivable.objects.filter(dealer=dealer_id).aggregate(
        billed=Sum("amount", filter=Q(kind=ReceivableKind.INVOICE), default=NOTHING),
        owed=Sum("open_amount", filter=~Q(kind=ReceivableKind.ORDER), default=NOTHING),
    )
    return Decimal(sums["billed"] - sums["owed"]).quantize(Decimal("0.01"))


def _purchases(on: dt.date) -> int:
    due = SupportRequest.objects.filter(commitment=CommitmentState.OPEN, buys_by__lt=on, state__in=_GIVEN).order_by(
        "pk"
    )
    for request in due:
        sold = SalesRecord.objects.filter(
            dealer=request.dealer_id, kind=SalesKind.SELL_IN, on__gte=request.starts_on, on__lte=request.buys_by
        ).aggregate(amount=Sum("amount", default=NOTHING))["amount"]
        request.bought_amount = Decimal(sold).quantize(Decimal("0.01"))
        request.commitment = _judged(request.bought_amount, request.buys_amount)
        request.save(update_fields=["bought_amount", "commitment"])
    return len(due)


def _payments(on: dt.date) -> int:
    """By the account as it stands in the first night after the day."""
    due = SupportRequest.objects.filter(
        payment=CommitmentState.OPEN, pays_by__lt=on, paid_before__isnull=False, state__in=_GIVEN
    ).order_by("pk")
    for request in due:
        request.paid_amount = max(paid_by(request.dealer_id) - (request.paid_before or NOTHING), NOTHING)
        request.payment = _judged(request.paid_amount, request.pays_amount)
        request.save(update_fields=["paid_amount", "payment"])
    return len(due)


def _judged(came: Decimal, promised: Decimal | None) -> CommitmentState:
    return CommitmentState.KEPT if promised is not None and came >= promised else CommitmentState.MISSED
