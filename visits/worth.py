"""What a planned visit is worth when its day is too short: which must be made, and which gives way first."""

from __future__ import annotations

from dealers.choices import Tier
from visits.choices import VisitKind, Why
from visits.models import Visit

# A visit that may be is worth more than any drive of a day: with time left, nothing is left out for being far away.
MORE_THAN_A_DRIVE = 1_440.0
# Beyond that, by tier; and what somebody asked for, prepared or confirmed.
BY_TIER = {Tier.A: 600.0, Tier.B: 300.0, Tier.C: 120.0, "": 100.0}
ASKED_FOR, PREPARED = 400.0, 200.0


def is_must(visit: Visit) -> bool:
    """Marked as such, agreed on with the dealer, or made together with somebody."""
    return visit.must or visit.fixed_at is not None or visit.kind == VisitKind.JOINT


def worth_of(visit: Visit) -> float:
    """Minutes of driving; of two visits that may be, the one with less gives way."""
    worth = MORE_THAN_A_DRIVE + BY_TIER.get(visit.dealer.tier or "", 100.0)
    if visit.why not in (Why.CYCLE, Why.OFF_PLAN):
        worth += ASKED_FOR
    if visit.confirmed_at is not None:
        worth += PREPARED
    return worth
