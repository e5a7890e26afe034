"""Fit a score card: bins by quantile that rise or fall one way, weight of evidence, ridge logistic regression, points.

Needs scikit-learn (`pip install "dealer-crm[fit]"`); scoring does not. The same rows give the same card.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from alerts.churn.card import DIRECTION, MOVING, Card, Figure, Scale
from alerts.churn.history import Asked

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    # Edges, evidence by bin, and the bin of each row.
    _Columns = dict[Figure, tuple[list[int], NDArray[np.float64], NDArray[np.int64]]]

# Quantiles that bins begin at; finer where the risk is, which is at the upper end of what is turned that way. Silence has
# a long tail that tells; of the rest the utmost few are too few and too strange.
_QUANTILES = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.88, 0.94, 0.98)
_TAIL = (0.992,)
# So many dealers of average risk are added to each bin: small bins say little.
_SMOOTHING = 40
# A figure that adds less than this to the others' evidence, or speaks against its direction, is left out.
_LEAST_WEIGHT = 0.05
# Points are scaled so that this share of the rows, those most at risk, has so many or more.
ENDANGERED_SHARE = 0.02
ENDANGERED_FROM = 60


class TooLittleHistory(ValueError):
    """Not enough dealers or losses to fit on: `rows`, `losses`."""

    def __init__(self, rows: int, losses: int) -> None:
        super().__init__(f"{rows} rows with {losses} losses")
        self.rows, self.losses = rows, losses


def fit(asked: Sequence[Asked], *, least_rows: int = 5_000, least_losses: int = 200) -> Card:
    """A card for these dealers and months. Raises TooLittleHistory, and ImportError without scikit-learn."""
    import numpy as np

    lost = np.array([each.lost for each in asked], dtype=bool)
    if len(lost) < least_rows or lost.sum() < least_losses:
        raise TooLittleHistory(len(lost), int(lost.sum()))
    columns: _Columns = {}
    for place, figure in enumerate(Figure):
        raw = np.array([np.nan if each.values[place] is None else each.values[place] for each in asked], dtype=float)
        quantiles = _QUANTILES + _TAIL if figure in MOVING else _QUANTILES
        edges = _edges(raw, lost, DIRECTION[figure], quantiles)
        if edges:
            bins = _bins(raw, edges)
            columns[figure] = edges, _evidence(bins, lost, len(edges) + 2), bins
    weights = _weights({figure: evidence[bins] for figure, (_edges_, evidence, bins) in columns.items()}, lost)
    card = Card(_scales(columns, weights), facts=_facts(asked))
    intercept, slope = _chance(np.array([card.score(each.by_figure()) for each in asked], dtype=float), lost)
    return replace(card, intercept=round(intercept, 4), slope=round(slope, 5))


def _edges(raw: NDArray[np.float64], lost: NDArray[np.bool_], direction: int, quantiles: Sequence[float]) -> list[int]:
    """Where bins begin, whole numbers; neighbours whose risk does not go the way of the figure become one."""
    import numpy as np
    from sklearn.isotonic import IsotonicRegression

    known = ~np.isnan(raw)
    x, y = raw[known], lost[known]
    if not len(x):
        return []
    places = np.array(quantiles) if direction > 0 else 1 - np.array(quantiles[::-1])
    found = np.unique(np.quantile(x, places, method="higher")).astype(int)
    bins = np.searchsorted(found, x, side="right")
    count = np.bincount(bins, minlength=len(found) + 1)
    losses = np.bincount(bins, weights=y, minlength=len(found) + 1)
    filled = np.flatnonzero(count)
    rates = (losses[filled] + _SMOOTHING * y.mean()) / (count[filled] + _SMOOTHING)
    monotone = IsotonicRegression(increasing=direction > 0).fit_transform(
        np.arange(len(filled)), rates, sample_weight=count[filled]
    )
    return [
        int(found[later - 1])
        for later, rate, before in zip(filled[1:], monotone[1:], monotone, strict=False)
        if abs(rate - before) > 1e-9
    ]


def _bins(raw: NDArray[np.float64], edges: Sequence[int]) -> NDArray[np.int64]:
    """0: unknown; 1: below the first edge."""
    import numpy as np

    return np.where(np.isnan(raw), 0, np.searchsorted(edges, np.nan_to_num(raw), side="right") + 1)


def _evidence(bins: NDArray[np.int64], lost: NDArray[np.bool_], size: int) -> NDArray[np.float64]:
    """By how much each bin raises the logit of being lost, one figure alone."""
    import numpy as np

    base = lost.mean()
    count = np.bincount(bins, minlength=size)
    losses = np.bincount(bins, weights=lost, minlength=size)
    rate = (losses + _SMOOTHING * base) / (count + _SMOOTHING)
    return np.log(rate / (1 - rate)) - np.log(base / (1 - base))


def _weights(evidence: dict[Figure, NDArray[np.float64]], lost: NDArray[np.bool_]) -> dict[Figure, float]:
    """What each figure's evidence counts for beside the others', none below _LEAST_WEIGHT."""
    import numpy as np
    from sklearn.linear_model import LogisticRegression

    left = list(evidence)
    while left:
        matrix = np.column_stack([evidence[figure] for figure in left])
        found = LogisticRegression(C=1.0, max_iter=1_000).fit(matrix, lost).coef_[0]
        least = int(np.argmin(found))
        if found[least] >= _LEAST_WEIGHT:
            return dict(zip(left, map(float, found), strict=True))
        del left[least]
    return {}


def _scales(columns: _Columns, weights: dict[Figure, float]) -> dict[Figure, Scale]:
    """Evidence as points: the best bin of a figure has none, and the riskiest 2 % begin at 60."""
    import numpy as np

    parts = {figure: weight * columns[figure][1] for figure, weight in weights.items()}
    raised = {figure: part - part[1:].min() for figure, part in parts.items()}
    risk = sum(raised[figure][columns[figure][2]] for figure in parts)
    unit = ENDANGERED_FROM / float(np.quantile(risk, 1 - ENDANGERED_SHARE)) if parts else 0.0
    scales = {}
    for figure, part in raised.items():
        edges = columns[figure][0]
        unknown, *points = (int(point) for point in np.rint(part * unit))
        if max(points) == 0:
            continue
        # Bins that differ by less than half a point are one.
        kept = [place for place in range(len(edges)) if points[place] != points[place + 1]]
        scales[figure] = Scale(
            tuple(edges[place] for place in kept),
            (points[0], *(points[place + 1] for place in kept)),
            min(max(unknown, 0), max(points)),
        )
    return scales


def _chance(scores: NDArray[np.float64], lost: NDArray[np.bool_]) -> tuple[float, float]:
    """Intercept and slope of the logit over the score."""
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=1e6, max_iter=1_000).fit(scores.reshape(-1, 1), lost)
    return float(model.intercept_[0]), float(model.coef_[0][0])


def _facts(asked: Sequence[Asked]) -> dict[str, Any]:
    ends = [each.month_end for each in asked]
    return {
        "dealers": len({each.dealer_id for each in asked}), "rows": len(asked),
        "losses": sum(each.lost for each in asked), "first": min(ends).isoformat(), "last": max(ends).isoformat(),
    }  # fmt: skip
