"""Earlier cases like this one, and what helped."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Case as When
from django.db.models import Count, IntegerField, Value
from django.db.models import When as If

from accounts.models import User
from alerts.choices import CaseState
from alerts.models import Case

MOST = 5


@dataclass(frozen=True, slots=True)
class WhatHelped:
    """`solved` cases of the kind that the reader sees were verified; `causes` are the most frequent ones, with counts."""

    solved: int
    causes: list[tuple[str, int]]
    cases: list[Case]


def what_helped(case: Case, user: User) -> WhatHelped:
    """Verified cases of the same kind: the same dealer's first, then those with the same cause, then the latest."""
    verified = Case.objects.visible_to(user).filter(kind=case.kind, state=CaseState.VERIFIED).exclude(pk=case.pk)
    near = [If(dealer=case.dealer_id, then=Value(0))] if case.dealer_id else []
    near += [If(cause=case.cause_id, then=Value(1))] if case.cause_id else []
    nearness = When(*near, default=Value(2), output_field=IntegerField()) if near else Value(2)
    rows = verified.exclude(resolution="").annotate(nearness=nearness).order_by("nearness", "-ended_at", "-pk")
    counted = (
        verified.filter(cause__isnull=False)
        .order_by()
        .values("cause")
        .annotate(found=Count("pk"))
        .order_by("-found")[:3]
    )
    names = {
        each.cause_id: str(each.cause)
        for each in verified.filter(cause__in=[row["cause"] for row in counted]).select_related("cause")
    }
    return WhatHelped(
        solved=verified.count(),
        causes=[(names[row["cause"]], row["found"]) for row in counted],
        cases=list(rows.select_related("dealer", "cause")[:MOST]),
    )
