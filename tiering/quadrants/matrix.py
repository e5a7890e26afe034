"""Loyalty against strength: in which of the four quadrants a dealer is. docs/algorithms/quadrants.md has the table.

Pure; tiering/sql/quadrants.sql says the same for all dealers at once.
"""

from __future__ import annotations

from dataclasses import dataclass

from tiering.choices import LOYAL, STRONG, Quadrant


@dataclass(frozen=True, slots=True)
class Cut:
    """From how many of 100 points on a dealer is loyal, and strong; who is on one side of a cut changes only
    `hysteresis` points beyond it, so that nobody goes to and fro each night."""

    loyalty: int = 60
    strength: int = 60
    hysteresis: int = 5


def is_high(value: int, cut: int, hysteresis: int, was_high: bool | None) -> bool:
    """On the upper side of the cut; `was_high` is None for who was on neither."""
    if was_high is None:
        return value >= cut
    return value >= (cut - hysteresis if was_high else cut + hysteresis)


def quadrant_of(loyalty: int | None, strength: int | None, cut: Cut, was: str | None = None) -> Quadrant | None:
    """The quadrant for these scores of somebody who `was` in another; None unless both are known."""
    if loyalty is None or strength is None:
        return None
    loyal = is_high(loyalty, cut.loyalty, cut.hysteresis, None if was is None else was in LOYAL)
    strong = is_high(strength, cut.strength, cut.hysteresis, None if was is None else was in STRONG)
    if loyal:
        return Quadrant.CORE if strong else Quadrant.DEVELOP
    return Quadrant.NEGOTIATE if strong else Quadrant.PHASE_OUT
