"""What PyVRP makes of the same question, to compare with: an independent solver of single days and of small fleets.

It knows neither breaks nor two windows on a day; such questions have no second opinion.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import inf

from visits.routing.answer import DayRoute
from visits.routing.day import time_day
from visits.routing.problem import DayProblem, Shift
from visits.routing.timing import starts_within
from visits.routing.travel import Travel

# PyVRP counts in whole numbers: this many to a minute.
GRAIN = 1000
_NO_LIMIT = 2**40


def second_day(problem: DayProblem, *, seed: int, seconds: float) -> DayRoute | None:
    """None when PyVRP cannot be asked or finds nothing that keeps every rule."""
    shift = problem.shift
    windows = {
        stop.key: ((stop.fixed_min, stop.fixed_min),)
        if stop.fixed_min is not None
        else starts_within(stop.hours, stop.service_min)
        for stop in problem.stops
    }
    limited = shift.max_stops is not None or shift.max_work_min < inf
    if shift.break_ is not None or limited or shift.end_node is None or any(len(w) != 1 for w in windows.values()):
        return None
    # PyVRP takes a second of a process's start, and only comparisons need it.
    from pyvrp import Model
    from pyvrp.stop import MaxRuntime

    model = Model()
    places = {node: model.add_location(0, 0) for node in {shift.start_node, shift.end_node}}
    depots = {node: model.add_depot(place) for node, place in places.items()}
    model.add_vehicle_type(
        start_depot=depots[shift.start_node],
        end_depot=depots[shift.end_node],
        tw_early=_whole(shift.starts_min),
        tw_late=_whole(shift.ends_min),
    )
    spots = list(places.items())
    for stop in problem.stops:
        place = model.add_location(0, 0)
        spots.append((stop.node, place))
        ((opens, last),) = windows[stop.key]
        model.add_client(
            place,
            service_duration=_whole(stop.service_min),
            tw_early=_whole(opens),
            tw_late=_whole(last),
            prize=0 if stop.must else _whole(stop.value_min),
            required=stop.must,
        )
    for a, one in spots:
        for b, other in spots:
            minutes = _whole(problem.travel.minutes[a][b])
            model.add_edge(one, other, distance=minutes, duration=minutes)
    result = model.solve(MaxRuntime(seconds), seed=seed, display=False)
    if not result.is_feasible():
        return None
    keys = [stop.key for stop in problem.stops]
    order = [keys[at] for route in result.best.routes() for at in _clients(route)]
    return time_day(problem, order)


def second_fleet(
    travel: Travel, shifts: Sequence[Shift], stops: Sequence[tuple[int, float, float]], *, seed: int, seconds: float
) -> list[list[int]] | None:
    """Orders of positions of `stops` (node, load, service in minutes) for shifts that are all alike, without windows.

    None when PyVRP finds nothing within the limits.
    """
    from pyvrp import Model
    from pyvrp.stop import MaxRuntime

    shift = shifts[0]
    model = Model()
    home = model.add_location(0, 0)
    depot = model.add_depot(home)
    model.add_vehicle_type(
        num_available=len(shifts),
        capacity=[_whole(shift.max_load)],
        start_depot=depot,
        end_depot=depot,
        shift_duration=_whole(shift.max_work_min),
    )
    spots = [(shift.start_node, home)]
    for node, load, service in stops:
        place = model.add_location(0, 0)
        spots.append((node, place))
        model.add_client(place, delivery=[_whole(load)], service_duration=_whole(service))
    for a, one in spots:
        for b, other in spots:
            minutes = _whole(travel.minutes[a][b])
            model.add_edge(one, other, distance=minutes, duration=minutes)
    result = model.solve(MaxRuntime(seconds), seed=seed, display=False)
    return [_clients(route) for route in result.best.routes()] if result.is_feasible() else None


def _whole(minutes: float) -> int:
    return _NO_LIMIT if minutes == inf else round(minutes * GRAIN)


def _clients(route: object) -> list[int]:
    return [activity.idx for activity in route if activity.is_client()]  # type: ignore[attr-defined]
