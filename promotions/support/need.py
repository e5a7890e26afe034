"""How much a dealer needs support: 0 to 100, by which the queue is ordered. docs/algorithms/support.md has the numbers."""

from __future__ import annotations

from dataclasses import dataclass

TIER_POINTS = {"A": 40, "B": 25, "C": 10}
MOST_FOR_GAP, FOR_PROMOTION = 40, 20


@dataclass(frozen=True, slots=True)
class Need:
    """Points for the tier, for what is missing of the target's pace, and for a promotion that runs."""

    tier: int
    gap: int
    promotion: int

    @property
    def score(self) -> int:
        return self.tier + self.gap + self.promotion


def need(*, tier: str | None, reached: float | None, elapsed: float | None, promoted: bool) -> Need:
    """`reached` of the running target and `elapsed` of its days, shares; None without a target. Who is behind by all that
    should be sold by now has all points for the gap."""
    gap = 0
    if reached is not None and elapsed:
        gap = round(MOST_FOR_GAP * min(1.0, max(0.0, 1 - reached / elapsed)))
    return Need(TIER_POINTS.get(tier or "", 0), gap, FOR_PROMOTION if promoted else 0)
