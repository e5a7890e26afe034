"""How well scores tell who will be lost."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import groupby


def area_under_curve(scores: Sequence[float], lost: Sequence[bool]) -> float | None:
    """The chance that of one lost and one kept dealer the lost one has the higher score, equal ones counting half.

    None unless there are both.
    """
    kept_below = kept = losses = 0
    found = 0.0
    for _score, group in groupby(sorted(zip(scores, lost, strict=True)), key=lambda pair: pair[0]):
        outcomes = [outcome for _score, outcome in group]
        here = sum(outcomes)
        kept_here = len(outcomes) - here
        found += here * (kept_below + kept_here / 2)
        kept_below += kept_here
        losses += here
        kept += kept_here
    return found / (losses * kept) if losses and kept else None


def precision_at(scores: Sequence[float], lost: Sequence[bool], share: float) -> float | None:
    """Which share of those with the highest scores was lost; of those that tie at the border, as many as fit count, as if
    drawn. None for nobody."""
    places = math.ceil(len(scores) * share)
    if not places:
        return None
    left, found = places, 0.0
    ranked = sorted(zip(scores, lost, strict=True), key=lambda pair: -pair[0])
    for _score, group in groupby(ranked, key=lambda pair: pair[0]):
        outcomes = [outcome for _score, outcome in group]
        taken = min(left, len(outcomes))
        found += sum(outcomes) * taken / len(outcomes)
        left -= taken
        if not left:
            break
    return found / places
