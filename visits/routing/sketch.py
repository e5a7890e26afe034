"""A day's first answer without compiled code: cheapest insertion, then ruin and recreate while there is time.

Python alone, so that a web process answers at once; a worker's compiled search is better and a hundred times as fast.
"""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from math import inf
from time import monotonic

from visits.routing.problem import Shift
from visits.routing.timing import Task
from visits.routing.tour import Tour
from visits.routing.travel import Travel

# Mean number of visits taken out at once.
REMOVED = 5.0
# A recreate passes over the best position this often, so that it does not always build the same.
BLINK = 0.02
# Temperatures in mean drives between neighbours.
HOT, COLD = 0.6, 0.01


def sketch(
    travel: Travel,
    shift: Shift,
    fixed: Sequence[Task],
    optional: Sequence[Task],
    values: dict[int, float],
    *,
    seed: int,
    seconds: float,
    iterations: int | None = None,
    stood: Sequence[Task] = (),
) -> tuple[list[Task], int]:
    """The order found and the iterations made. `fixed` come in their order and stay; `values` says what a visit left
    out costs, in minutes of driving. The answer is never worse than the order that `stood` before, where that keeps
    every rule."""
    until = monotonic() + seconds
    chance = random.Random(seed)
    tour, absent = _begun(travel, shift, fixed, optional, values, stood)
    best, best_cost = list(tour.tasks), _cost(tour, absent, values)
    everything = [*fixed, *optional]
    near = {
        task.key: sorted(everything, key=lambda other: travel.minutes[task.node][other.node]) for task in everything
    }
    scale = _scale(travel, everything)
    pinned = {task.key for task in fixed}
    current, current_absent, current_cost = best, absent, best_cost
    made, began = 0, monotonic()
    while optional and (made < iterations if iterations is not None else monotonic() < until):
        done = made / iterations if iterations else (monotonic() - began) / max(until - began, 1e-9)
        heat = scale * HOT * (COLD / HOT) ** min(1.0, done)
        # Every second time room is made for somebody who has none.
        middle = chance.choice(current_absent if current_absent and chance.random() < 0.2 else everything)
        out = _ruin(near[middle.key], pinned, chance)
        tour.keep(task for task in current if task.key not in out)
        waiting = list(current_absent) + [task for task in current if task.key in out]
        _shuffle(waiting, chance, travel, shift, values)
        absent = _insert(tour, waiting, values, chance)
        cost = _cost(tour, absent, values)
        if cost < current_cost - heat * math.log(chance.random() or 1e-12):
            current, current_absent, current_cost = list(tour.tasks), absent, cost
            if cost < best_cost - 1e-9:
                best, best_cost = current, cost
        made += 1
    return best, made


def _scale(travel: Travel, tasks: Sequence[Task]) -> float:
    """The mean drive to the nearest other visit, in minutes."""
    nearest = [min((travel.minutes[a.node][b.node] for b in tasks if b is not a), default=0.0) for a in tasks]
    return max(sum(nearest) / max(1, len(nearest)), 1e-6)


def _begun(
    travel: Travel,
    shift: Shift,
    fixed: Sequence[Task],
    optional: Sequence[Task],
    values: dict[int, float],
    stood: Sequence[Task],
) -> tuple[Tour, list[Task]]:
    """The best of a few first tours: as it stood; with those first that close first, are open least, are farthest or
    nearest."""
    home = travel.minutes[shift.start_node]
    begun = []
    before = _as_it_stood(travel, shift, fixed, stood)
    if before is not None:
        begun.append((before, _insert(before, _without(optional, before), values, None)))
    for first in (
        lambda task: task.starts[-1][1],
        lambda task: sum(last - opens for opens, last in task.starts),
        lambda task: -home[task.node],
        lambda task: home[task.node],
    ):
        tour = Tour(travel, shift, fixed)
        absent = _insert(
            tour, sorted(optional, key=lambda task: (-values[task.key], first(task), task.key)), values, None
        )
        begun.append((tour, absent))
    return min(begun, key=lambda one: _cost(one[0], one[1], values))


def _as_it_stood(travel: Travel, shift: Shift, fixed: Sequence[Task], stood: Sequence[Task]) -> Tour | None:
    """The order that stood before; None where it breaks a rule or lacks somebody fixed."""
    tour = Tour(travel, shift, stood)
    pinned = {task.key for task in fixed}
    kept = [task.key for task in stood if task.key in pinned] == [task.key for task in fixed]
    room = shift.max_stops is None or len(tour) <= shift.max_stops
    short = tour.travel_min + tour.service_min <= shift.max_work_min + 1e-7
    return tour if stood and kept and room and short and tour.in_time else None


def _without(tasks: Sequence[Task], tour: Tour) -> list[Task]:
    there = {task.key for task in tour.tasks}
    return [task for task in tasks if task.key not in there]


def _ruin(around: Sequence[Task], pinned: set[int], chance: random.Random) -> set[int]:
    many = 1 + int(chance.random() * 2 * REMOVED)
    out: set[int] = set()
    for task in around:
        if len(out) >= many:
            break
        if task.key not in pinned and chance.random() < 0.8:
            out.add(task.key)
    return out


def _shuffle(
    waiting: list[Task], chance: random.Random, travel: Travel, shift: Shift, values: dict[int, float]
) -> None:
    """Random, or the most constrained, the most valuable or the farthest first."""
    pick = chance.random()
    if pick < 0.5:
        chance.shuffle(waiting)
    elif pick < 0.7:
        waiting.sort(key=lambda task: sum(last - opens for opens, last in task.starts))
    elif pick < 0.85:
        waiting.sort(key=lambda task: -values[task.key])
    else:
        waiting.sort(key=lambda task: -travel.minutes[shift.start_node][task.node])


def _insert(tour: Tour, waiting: Sequence[Task], values: dict[int, float], chance: random.Random | None) -> list[Task]:
    """Inserts what fits and is worth it; returns the rest."""
    shift, absent = tour.shift, []
    service = tour.service_min
    for task in waiting:
        room = shift.max_stops is None or len(tour) < shift.max_stops
        place = tour.cheapest(task, min(values[task.key], inf)) if room else None
        if place is not None and shift.max_work_min < inf:
            work = tour.travel_min + service + place.cost_min + task.service_min
            place = place if work <= shift.max_work_min + 1e-7 else None
        if place is None or (chance is not None and chance.random() < BLINK):
            absent.append(task)
            continue
        tour.insert(task, place.at)
        service += task.service_min
    return absent


def _cost(tour: Tour, absent: Sequence[Task], values: dict[int, float]) -> float:
    return tour.travel_min + sum(values[task.key] for task in absent)
