"""How long and how far it is from every place to every other."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite


@dataclass(frozen=True, slots=True, eq=False)
class Travel:
    """Square matrices, `[from][to]`; `notice` says why road times were asked for and are not in them.

    `km` is None where only times matter.
    """

    minutes: tuple[tuple[float, ...], ...]
    km: tuple[tuple[float, ...], ...] | None = None
    notice: str = ""

    def __post_init__(self) -> None:
        for name, matrix in (("minutes", self.minutes), ("km", self.km)):
            if matrix is None:
                continue
            if len(matrix) != len(self.minutes) or any(len(row) != len(self.minutes) for row in matrix):
                raise ValueError(f"The matrix of {name} is not square")
            if not all(isfinite(cell) and cell >= 0 for row in matrix for cell in row):
                raise ValueError(f"The matrix of {name} holds something that is no distance")
