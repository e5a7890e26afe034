"""Who waits for support, the greatest need first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Sum

from promotions.choices import PromotionState
from promotions.models import Participant, SupportRequest
from promotions.support.choices import SupportState
from promotions.support.need import Need, need
from sales.models import SalesRecord, SalesTarget


@dataclass(frozen=True, slots=True)
class Waiting:
    request: SupportRequest
    need: Need


def ranked(requests: Iterable[SupportRequest], *, on: dt.date) -> list[Waiting]:
    """By need, then by who asked first. Three queries for all of them, and one for each that has a running target."""
    those = list(requests)
    dealers = [request.dealer_id for request in those]
    promoted = set(
        Participant.objects.filter(dealer__in=dealers, promotion__state=PromotionState.RUNNING).values_list(
            "dealer", flat=True
        )
    )
    pace = _pace(dealers, on)
    rows = [
        Waiting(
            request,
            need(tier=request.dealer.tier, promoted=request.dealer_id in promoted, **_of(pace, request.dealer_id)),
        )
        for request in those
    ]
    return sorted(rows, key=lambda row: (-row.need.score, row.request.requested_at, row.request.pk))


def before(request: SupportRequest, *, on: dt.date) -> Sequence[Waiting]:
    """Who waits for the same kind at the same time in the same country and needs it more."""
    others = SupportRequest.objects.filter(
        state=SupportState.REQUESTED, kind=request.kind, starts_on__lt=request.ends_on, ends_on__gt=request.starts_on,
        dealer__country=request.dealer.country, dealer__deleted_at=None,
    ).select_related("dealer")  # fmt: skip
    rows = ranked(others, on=on)
    own = next((row.need.score for row in rows if row.request.pk == request.pk), 0)
    return [row for row in rows if row.need.score > own]


def _of(pace: dict[int, tuple[float, float]], dealer: int) -> dict[str, float | None]:
    reached, elapsed = pace.get(dealer, (None, None))
    return {"reached": reached, "elapsed": elapsed}


def _pace(dealers: list[int], on: dt.date) -> dict[int, tuple[float, float]]:
    """Of each dealer's shortest running target in amounts, the shares that are reached and over."""
    found: dict[int, tuple[float, float]] = {}
    targets = SalesTarget.objects.filter(
        dealer__in=dealers, kind="SELL_IN", amount__gt=0, period_start__lt=on, period_end__gt=on
    )
    for target in sorted(targets, key=lambda row: row.period_end - row.period_start, reverse=True):
        sold = SalesRecord.objects.filter(
            dealer=target.dealer_id, kind="SELL_IN", on__gte=target.period_start, on__lt=on
        ).aggregate(amount=Sum("amount"))["amount"]
        elapsed = (on - target.period_start) / (target.period_end - target.period_start)
        if target.dealer_id is not None and target.amount:
            found[target.dealer_id] = (float((sold or 0) / target.amount), elapsed)
    return found
