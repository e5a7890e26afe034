"""What OR-Tools makes of a day's routes, where it is installed: `uv pip install --group bench`."""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from math import inf

from visits.routing.problem import Shift
from visits.routing.travel import Travel

# It counts in whole numbers: this many to a minute or to a unit of load.
GRAIN = 1000
_NO_LIMIT = 2**40


def is_there() -> bool:
    return importlib.util.find_spec("ortools") is not None


def fleet(
    travel: Travel, shifts: Sequence[Shift], stops: Sequence[tuple[int, float, float]], *, seed: int, seconds: float
) -> list[list[int]] | None:
    """Orders of positions of `stops` (node, load, service in minutes) for shifts that are all alike, without windows:
    the cheapest arc first, then guided local search until the time is over. None when it finds no start.

    `seed` is taken for the sake of those who call any solver alike: the search draws nothing.
    """
    from ortools.constraint_solver import pywrapcp, routing_enums_pb2

    shift = shifts[0]
    nodes = [shift.start_node, *(node for node, _load, _service in stops)]
    drive = [[_whole(travel.minutes[a][b]) for b in nodes] for a in nodes]
    work = [0, *(_whole(service) for _node, _load, service in stops)]
    loads = [0, *(_whole(load) for _node, load, _service in stops)]
    places = pywrapcp.RoutingIndexManager(len(nodes), len(shifts), 0)
    model = pywrapcp.RoutingModel(places)

    def driven(a: int, b: int) -> int:
        return drive[places.IndexToNode(a)][places.IndexToNode(b)]

    def worked(a: int, b: int) -> int:
        return driven(a, b) + work[places.IndexToNode(b)]

    model.SetArcCostEvaluatorOfAllVehicles(model.RegisterTransitCallback(driven))
    model.AddDimension(model.RegisterTransitCallback(worked), 0, _whole(shift.max_work_min), True, "work")
    loaded = model.RegisterUnaryTransitCallback(lambda at: loads[places.IndexToNode(at)])
    model.AddDimension(loaded, 0, _whole(shift.max_load), True, "load")
    manner = pywrapcp.DefaultRoutingSearchParameters()
    manner.first_solution_strategy = routing_enums_pb2.FirstSolutionStrategy.PATH_CHEAPEST_ARC
    manner.local_search_metaheuristic = routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
    manner.time_limit.FromMilliseconds(max(1, round(1000 * seconds)))
    found = model.SolveWithParameters(manner)
    if found is None:
        return None
    routes = []
    for vehicle in range(len(shifts)):
        at, route = model.Start(vehicle), []
        while not model.IsEnd(at):
            if node := places.IndexToNode(at):
                route.append(node - 1)
            at = found.Value(model.NextVar(at))
        if route:
            routes.append(route)
    return routes


def _whole(amount: float) -> int:
    return _NO_LIMIT if amount == inf else round(amount * GRAIN)
