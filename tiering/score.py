"""Scores of a dealer, 0 to 100, as weighted means of components. docs/algorithms/tiering.md, docs/practice.md sections 2 and 4.

The night computes the same for all dealers in sql/scores.sql; a test holds the two against each other.
"""

from __future__ import annotations

from collections.abc import Sequence

# Satisfaction of 2 of 5 or less caps loyalty here, whatever else speaks for the dealer.
DISSATISFIED = 40
LOYALTY_CAP = 59


def weighted(values: Sequence[int | None], weights: Sequence[int]) -> int | None:
    """The mean of the known values by their weights, halves up; None when nothing that weighs is known.

    What is unknown leaves the weights of the others as they are to one another, as if it had not been asked.
    """
    known = [(value, weight) for value, weight in zip(values, weights, strict=True) if value is not None]
    total = sum(weight for _value, weight in known)
    if total == 0:
        return None
    return (2 * sum(value * weight for value, weight in known) + total) // (2 * total)


def known_share(values: Sequence[int | None], weights: Sequence[int]) -> int:
    """How much of the weights, in per cent, rests on known values."""
    total = sum(weights)
    known = sum(weight for value, weight in zip(values, weights, strict=True) if value is not None)
    return round(100 * known / total) if total else 0


def capped_loyalty(loyalty: int | None, survey: int | None) -> int | None:
    """Loyalty after the cap for a dealer that said it is dissatisfied."""
    if loyalty is None or survey is None or survey > DISSATISFIED:
        return loyalty
    return min(loyalty, LOYALTY_CAP)
