"""Cordeau's instances of the periodic vehicle routing problem, and the values published for them.

A file begins with `type vehicles customers days`, then a line `longest_route largest_load` per day (0: no limit), then
the depot and the customers: `number x y service demand visits combinations bit_mask...`, where the first of the bits is
the first day. Cordeau, Gendreau, Laporte (1997), "A tabu search heuristic for periodic and multi-depot vehicle routing
problems", Networks 30. A `.res` beside it begins with the best value its author knew.
"""

from __future__ import annotations

from math import hypot, inf
from pathlib import Path

from visits.routing.problem import Patterns, PeriodProblem, Shift, Stop, WorkDay
from visits.routing.travel import Travel

FOLDER = Path(__file__).resolve().parents[2] / "shared" / "data" / "pvrp"
PERIODIC = 1
# Better than what the `.res` of the same name has, from papers since.
PUBLISHED_LATER = {"p06": 835.26, "p11": 770.89, "pr02": 3767.50}


def names(folder: Path = FOLDER) -> list[str]:
    """The instances there are; none when the folder is missing."""
    return sorted(path.stem for path in folder.glob("*.txt"))


def best_known(name: str, folder: Path = FOLDER) -> float:
    first = (folder / f"{name}.res").read_text(encoding="ascii").split(maxsplit=1)[0]
    return min(float(first), PUBLISHED_LATER.get(name, inf))


def read(name: str, folder: Path = FOLDER) -> PeriodProblem:
    lines = [line.split() for line in (folder / f"{name}.txt").read_text(encoding="ascii").splitlines() if line.strip()]
    kind, vehicles, customers, days = (int(word) for word in lines[0][:4])
    if kind != PERIODIC:
        raise ValueError(f"{name} is no periodic instance")
    limits = [(float(longest) or inf, float(load) or inf) for longest, load, *_ in lines[1 : 1 + days]]
    rows = lines[1 + days : 2 + days + customers]
    places = [(float(row[1]), float(row[2])) for row in rows]
    minutes = tuple(tuple(hypot(x - u, y - v) for u, v in places) for x, y in places)
    return PeriodProblem(
        travel=Travel(minutes),
        days=tuple(
            WorkDay(day, tuple(Shift(rep, 0, 0, max_load=load, max_work_min=longest) for rep in range(vehicles)))
            for day, (longest, load) in enumerate(limits)
        ),
        stops=tuple(_stop(node, row, days) for node, row in enumerate(rows) if node and int(row[5])),
    )


def _stop(node: int, row: list[str], days: int) -> Stop:
    masks = [int(word) for word in row[7 : 7 + int(row[6])]]
    choices = tuple(tuple(day for day in range(days) if mask >> (days - 1 - day) & 1) for mask in masks)
    return Stop(node, node, float(row[3]), Patterns(choices), load=float(row[4]))
