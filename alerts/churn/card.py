"""The score card: each figure of a dealer lies in a bin, each bin gives points, the points add up to 0 to 100.

No database and no clock: the night does the same in sql/churn_score.sql, and a test holds the two against each other.
docs/algorithms/churn.md explains figures and fit.
"""

from __future__ import annotations

import enum
import math
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Self

HIGHEST = 100


class Figure(enum.StrEnum):
    """What is asked of a dealer. Whole numbers: per cent, except TENURE in months."""

    SILENCE = "silence"  # days since the last order, of its usual interval
    BREAK = "break"  # the same, of its longest interval of a year
    PACE = "pace"  # its last three intervals and the open one, of the usual
    SPREAD = "spread"  # standard deviation of its intervals, of their mean
    VALUE = "value"  # its last three orders, of its usual order
    LINES = "lines"  # lines of its last six orders, of those of a year's orders
    MONTH = "month"  # the last closed month, of what it usually buys in such a month
    QUARTER = "quarter"  # three closed months, of the same three a year before
    HALF = "half"  # six closed months, of the six before
    YEAR = "year"  # twelve closed months, of the twelve before
    SIZE = "size"  # twelve closed months, of what a dealer buys on average
    TENURE = "tenure"  # closed months since its first sale


# Whether more of it is a worse sign (1) or a better one (-1): no bin may say otherwise.
DIRECTION: Mapping[Figure, int] = {
    Figure.SILENCE: 1, Figure.BREAK: 1, Figure.PACE: 1, Figure.SPREAD: 1, Figure.VALUE: -1, Figure.LINES: -1,
    Figure.MONTH: -1, Figure.QUARTER: -1, Figure.HALF: -1, Figure.YEAR: -1, Figure.SIZE: -1, Figure.TENURE: -1,
}  # fmt: skip

# These grow from day to day without anything happening.
MOVING = (Figure.SILENCE, Figure.BREAK, Figure.PACE)


@dataclass(frozen=True, slots=True)
class Scale:
    """Points of a figure: below the first edge `points[0]`, from the first edge on `points[1]` and so on; `unknown` where
    the figure cannot be told."""

    edges: tuple[int, ...] = ()
    points: tuple[int, ...] = (0,)
    unknown: int = 0

    def __post_init__(self) -> None:
        if len(self.points) != len(self.edges) + 1 or list(self.edges) != sorted(set(self.edges)):
            raise ValueError("a scale has one more bin than edges, and its edges rise")

    def of(self, value: int | None) -> int:
        return self.unknown if value is None else self.points[bisect_right(self.edges, value)]

    @property
    def highest(self) -> int:
        return max(*self.points, self.unknown)


@dataclass(frozen=True, slots=True)
class Card:
    """Scales by figure; `intercept` and `slope` give the chance of being lost behind a score, as a logit.

    `facts`: what it was fitted on, for the reader: dealers, rows, losses, first and last month.
    """

    scales: Mapping[Figure, Scale]
    intercept: float = 0.0
    slope: float = 0.0
    facts: Mapping[str, Any] = field(default_factory=dict)

    def points(self, values: Mapping[Figure, int | None]) -> dict[Figure, int]:
        """Of each figure of the card; one that is not among `values` is unknown."""
        return {figure: scale.of(values.get(figure)) for figure, scale in self.scales.items()}

    def score(self, values: Mapping[Figure, int | None]) -> int:
        """0 to 100."""
        return min(HIGHEST, sum(self.points(values).values()))

    def chance(self, score: int) -> float:
        """Which share, 0..1, of the dealers with this score was lost within the three months after, as fitted."""
        return 1 / (1 + math.exp(-(self.intercept + self.slope * score)))

    def parameters(self) -> dict[str, Any]:
        """What churn_score.sql asks for: of each figure its edges, and its points with those of the unknown first."""
        found: dict[str, Any] = {}
        for figure in Figure:
            scale = self.scales.get(figure, Scale())
            found[f"{figure}_edges"] = list(scale.edges)
            found[f"{figure}_points"] = [scale.unknown, *scale.points]
        return found

    def to_json(self) -> dict[str, Any]:
        return {
            "scales": {figure.value: asdict(scale) for figure, scale in self.scales.items()},
            "intercept": self.intercept, "slope": self.slope, "facts": dict(self.facts),
        }  # fmt: skip

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Raises ValueError and KeyError for what is no card."""
        scales = {
            Figure(name): Scale(tuple(each["edges"]), tuple(each["points"]), each["unknown"])
            for name, each in data["scales"].items()
        }
        return cls(scales, data["intercept"], data["slope"], data.get("facts", {}))
