"""An independent solver agrees."""

import pytest

from tests.visits.routing.questions import line, plane
from visits.routing.day import order_day
from visits.routing.problem import Break, DayProblem, DayStop, Shift, Window
from visits.routing.second_opinion import second_day, second_fleet

PLACES = [((17 * k) % 41, (29 * k) % 37) for k in range(13)]


@pytest.mark.parametrize("ends_min", [1000, 640], ids=["room for all", "too short"])
def test_pyvrp_finds_the_same_day(ends_min):
    stops = tuple(
        DayStop(k, k, 10, (Window(540, 900),) if k % 3 == 0 else None, must=k % 4 == 0, value_min=40)
        for k in range(1, 13)
    )
    problem = DayProblem(plane(*PLACES), Shift(1, 0, 0, 480, ends_min), stops)
    ours = order_day(problem, seed=1, seconds=60, iterations=3000)
    theirs = second_day(problem, seed=1, seconds=0.3)

    def cost(answer):
        return answer.route.travel_min + 40 * len(answer.left_out)

    assert cost(ours) <= cost(theirs) + 0.01
    assert cost(theirs) == pytest.approx(cost(ours), rel=0.02)


@pytest.mark.parametrize(
    "problem",
    [
        DayProblem(line(0, 1), Shift(1, 0, 0, 480, 900, Break(30, 500, 600)), (DayStop(1, 1, 5),)),
        DayProblem(line(0, 1), Shift(1, 0, None), (DayStop(1, 1, 5),)),
        DayProblem(line(0, 1), Shift(1, 0, 0), (DayStop(1, 1, 5, (Window(1, 9), Window(10, 20))),)),
        DayProblem(line(0, 1), Shift(1, 0, 0, 480, 490), (DayStop(1, 1, 50),)),
    ],
    ids=["a break", "no way home", "two windows", "nothing that keeps the rules"],
)
def test_no_second_opinion(problem):
    assert second_day(problem, seed=1, seconds=0.05) is None


def test_vehicles_share_the_stops():
    shifts = [Shift(rep, 0, 0, max_load=2) for rep in range(2)]
    routes = second_fleet(line(0, 10, 11, -10), shifts, [(1, 1, 0), (2, 1, 0), (3, 1, 0)], seed=1, seconds=0.1)
    assert routes is not None
    assert sorted(sorted(route) for route in routes) == [[0, 1], [2]]
