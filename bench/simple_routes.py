"""Routes as somebody makes them by hand: days first, evenly filled and near to each other, then always the nearest stop."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from visits.routing.problem import Patterns, PeriodProblem, Stop
from visits.routing.travel import Travel


def greedy_days(problem: PeriodProblem) -> list[list[int]]:
    """Keys by day: the most frequent first, each on the pattern whose days are emptiest and whose tours it makes least
    longer. The tours begin and end at place 0; loads have a limit."""
    room = [sum(shift.max_load for shift in day.shifts) for day in problem.days]
    tours: list[list[int]] = [[0, 0] for _ in problem.days]
    by_day: list[list[int]] = [[] for _ in problem.days]
    loads = [0.0] * len(problem.days)
    minutes = problem.travel.minutes
    farthest = max(minutes[0])

    def place(node: int, tour: Sequence[int]) -> tuple[float, int]:
        return min(
            (minutes[a][node] + minutes[node][b] - minutes[a][b], at) for at, (a, b) in enumerate(pairwise(tour), 1)
        )

    def cost(stop: Stop, days: Sequence[int]) -> float:
        full = [(loads[day] + stop.load) / room[day] for day in days]
        longer = sum(place(stop.node, tours[day])[0] for day in days)
        return longer + farthest * sum(full) + 1e6 * sum(share > 1 for share in full)

    def patterns(stop: Stop) -> tuple[tuple[int, ...], ...]:
        assert isinstance(stop.when, Patterns)
        return stop.when.choices

    for stop in sorted(problem.stops, key=lambda stop: (-len(patterns(stop)[0]), -stop.load)):
        for day in min(patterns(stop), key=lambda days: cost(stop, days)):
            tours[day].insert(place(stop.node, tours[day])[1], stop.node)
            by_day[day].append(stop.key)
            loads[day] += stop.load
    return by_day


def nearest_neighbour(problem: PeriodProblem, day: int, keys: Sequence[int]) -> list[list[int]]:
    """Places of one vehicle after the other while load and work allow; more vehicles than there are, if need be. A stop
    that is too far for any day is driven to all the same, alone."""
    shift, minutes = problem.days[day].shifts[0], problem.travel.minutes
    left = set(keys)
    routes: list[list[int]] = []
    while left:
        at, load, work = 0, 0.0, 0.0
        route: list[int] = []
        while left:
            able = [
                k
                for k in left
                if load + problem.stop(k).load <= shift.max_load
                and work + minutes[at][problem.stop(k).node] + problem.stop(k).service_min
                + minutes[problem.stop(k).node][0] <= shift.max_work_min
            ]  # fmt: skip
            if not able:
                break
            key = min(able, key=lambda k: (minutes[at][problem.stop(k).node], k))
            stop = problem.stop(key)
            work += minutes[at][stop.node] + stop.service_min
            load, at = load + stop.load, stop.node
            route.append(at)
            left.discard(key)
        if not route:
            route = [problem.stop(left.pop()).node]
        routes.append(route)
    return routes


def length(travel: Travel, nodes: Sequence[int]) -> float:
    """Minutes from place 0 by these places and back."""
    return sum(travel.minutes[a][b] for a, b in pairwise([0, *nodes, 0]))
