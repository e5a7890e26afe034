"""Paid claims that are looked at in the field: drawn at random, by the claim's number alone."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable
from decimal import Decimal
from functools import cache

from promotions.choices import FAILED, ClaimState
from promotions.models import Claim, ClaimAudit, PromotionTerms
from promotions.terms import terms_on

# What was paid longer ago is not drawn any more: little of it is to be seen.
LOOK_BACK = 30
# So long a failed audit is told with the dealer's next claims and promotions.
REMEMBERED = 365


def is_drawn(claim_id: int, share: Decimal) -> bool:
    """Whoever draws again draws the same; nobody can tell which without the program."""
    digest = hashlib.sha256(f"audit of claim {claim_id}".encode()).digest()
    return int.from_bytes(digest[:8], "big") < share * (1 << 64)


def draw(*, on: dt.date) -> int:
    """Draw from the claims paid in the last days, each by the terms of the day on which it was paid; how many are new."""

    @cache
    def terms(day: dt.date) -> PromotionTerms:
        return terms_on(day)

    paid = Claim.objects.filter(
        state=ClaimState.SETTLED, settled_on__gt=on - dt.timedelta(days=LOOK_BACK), settled_on__lte=on, audit=None
    )
    rows = [
        ClaimAudit(claim_id=pk, drawn_on=on, due_on=on + dt.timedelta(days=terms(day).audit_days))
        for pk, day in paid.order_by("pk").values_list("pk", "settled_on")
        if is_drawn(pk, terms(day).audit_share)
    ]
    ClaimAudit.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def failed_at(dealer_ids: Iterable[int], *, on: dt.date) -> list[ClaimAudit]:
    """Failed audits of the last year at these dealers, the latest first."""
    since = on - dt.timedelta(days=REMEMBERED)
    rows = ClaimAudit.objects.filter(claim__dealer__in=list(dealer_ids), result__in=FAILED, drawn_on__gt=since)
    return list(rows.select_related("claim__dealer", "claim__promotion").order_by("-found_at", "-pk"))
