from itertools import pairwise, permutations, product
from math import inf

import pytest
from hypothesis import given, settings

from tests.visits.routing.questions import line, periods, plane
from visits.routing.answer import Finding, PeriodPlan, Shortcoming
from visits.routing.check import faults_of_plan
from visits.routing.period import plan_period
from visits.routing.problem import Cadence, Lock, Patterns, PeriodProblem, Shift, Stop, Window, WorkDay


def solved(problem: PeriodProblem, iterations: int = 400, **asked) -> PeriodPlan:
    plan = plan_period(problem, **({"seed": 1, "seconds": 60, "iterations": iterations} | asked))
    assert faults_of_plan(problem, plan) == []
    return plan


def days_of(plan: PeriodPlan, key: int) -> list[int]:
    return [route.day for route in plan.routes for visit in route.visits if visit.stop == key]


def week(*numbers: int, ends_min: float = 1000, **limits) -> tuple[WorkDay, ...]:
    return tuple(WorkDay(number, (Shift(1, 0, 0, 480, ends_min, **limits),)) for number in numbers)


def tour_min(problem: PeriodProblem, keys: tuple[int, ...]) -> float:
    minutes = problem.travel.minutes
    nodes = [problem.stop(key).node for key in keys]
    if not nodes:
        return 0.0
    return min(
        minutes[0][order[0]] + sum(minutes[a][b] for a, b in pairwise(order)) + minutes[order[-1]][0]
        for order in permutations(nodes)
    )


def best_by_force(problem: PeriodProblem) -> float:
    """Every choice of patterns, every order; only the drive counts."""
    keys = [stop.key for stop in problem.stops]
    best = inf
    for chosen in product(*(stop.when.choices for stop in problem.stops)):
        by_day = [tuple(k for k, days in zip(keys, chosen, strict=True) if day in days) for day in range(4)]
        best = min(best, sum(tour_min(problem, today) for today in by_day))
    return best


@pytest.mark.parametrize("seed", range(4))
def test_patterns_and_routes_as_good_as_every_choice_tried(seed):
    places = [(0, 0), *(((17 * k * (seed + 1)) % 41, (29 * k + 7 * seed) % 37) for k in range(1, 6))]
    alternating, single = ((0, 2), (1, 3)), ((0,), (1,), (2,), (3,))
    stops = tuple(Stop(k, k, 5, Patterns(alternating if k % 2 else single)) for k in range(1, 6))
    problem = PeriodProblem(plane(*places), week(1, 2, 3, 4, ends_min=inf), stops)
    assert solved(problem).travel_min == pytest.approx(best_by_force(problem))


@settings(max_examples=80, deadline=None)
@given(problem=periods())
def test_every_visit_is_made_as_asked_or_told_and_nothing_locked_moves(problem):
    plan = solved(problem, iterations=60)
    again = solved(problem, iterations=60)
    assert plan.routes == again.routes
    for lock in problem.locks:
        planned = [route for route in plan.routes if route.day == lock.day and lock.stop in route.keys]
        assert bool(planned) is bool(problem.days[lock.day].shifts)


def test_gaps_are_kept_when_days_allow():
    stop = Stop(1, 1, 30, Cadence(4, min_gap_days=6, max_gap_days=8, last_visit=-4))
    numbers = [n for n in range(1, 29) if n % 7 not in (6, 0)]
    plan = solved(PeriodProblem(line(0, 10), week(*numbers), (stop,)))
    visited = [numbers[day] for day in days_of(plan, 1)]
    assert plan.findings == ()
    assert all(6 <= b - a <= 8 for a, b in zip([-4, *visited], [*visited, 29], strict=True))


def test_a_dealer_long_overdue_comes_first_and_is_told():
    stop = Stop(1, 1, 30, Cadence(1, max_gap_days=10, last_visit=-30))
    plan = solved(PeriodProblem(line(0, 10), week(1, 2, 3, 4, 5), (stop,)))
    assert days_of(plan, 1) == [0]
    assert plan.findings == (Finding(Shortcoming.GAP_TOO_LONG, 21, stop=1, day=0),)


@pytest.mark.parametrize(
    ("stop", "reason"),
    [
        (Stop(1, 1, 30, Cadence(2), hours=((),) * 3), Shortcoming.NEVER_OPEN),
        (Stop(1, 1, 30, Cadence(2), hours=((Window(540, 550),),) * 3), Shortcoming.NEVER_OPEN),
        (Stop(1, 1, 900, Cadence(2)), Shortcoming.NO_ROOM),
        (Stop(1, 1, 30, Cadence(2), must=False, value_min=15), Shortcoming.LEFT_OUT),
    ],
)
def test_why_a_dealer_is_not_visited(stop, reason):
    plan = solved(PeriodProblem(line(0, 10), week(1, 2, 3), (stop,)))
    kept = () if reason is not Shortcoming.NO_ROOM else plan.findings
    assert plan.routes == ()
    assert plan.findings == (Finding(reason, 2, stop=1),) or kept == (Finding(reason, 2, stop=1),)


def test_nobody_works():
    problem = PeriodProblem(line(0, 10), (WorkDay(1, ()), WorkDay(2, ())), (Stop(1, 1, 30, Cadence(1)),), (Lock(1, 0),))
    plan = solved(problem)
    assert set(plan.findings) == {
        Finding(Shortcoming.NOBODY_WORKS, 1, stop=1, day=0),
        Finding(Shortcoming.NOBODY_WORKS, 1, stop=1),
    }


def test_too_much_for_the_days_is_told_and_not_dropped_in_silence():
    stops = tuple(Stop(key, key, 60, Cadence(1)) for key in range(1, 9))
    places = [(0, 0), *((key, 0) for key in range(1, 9))]
    plan = solved(PeriodProblem(plane(*places), week(1, 2, max_stops=3), stops))
    assert sum(len(route.visits) for route in plan.routes) == 6
    assert [finding.kind for finding in plan.findings] == [Shortcoming.NO_ROOM] * 2


def test_preferred_days_are_chosen_when_the_drive_is_the_same():
    stop = Stop(1, 1, 30, Cadence(1), day_cost_min=(5, 5, 0, 5))
    assert days_of(solved(PeriodProblem(line(0, 10), week(1, 2, 3, 4), (stop,))), 1) == [2]


def test_balance_evens_the_days_for_some_more_driving():
    places = [(0, 0), *((30 + key % 3, key // 3) for key in range(6))]
    stops = tuple(Stop(key, key, 50, Cadence(1)) for key in range(1, 7))
    days = week(1, 2)
    together = solved(PeriodProblem(plane(*places), days, stops))
    even = solved(PeriodProblem(plane(*places), days, stops, balance=1.0))
    assert len(together.routes) == 1
    assert [len(route.visits) for route in even.routes] == [3, 3]


def test_vehicles_share_a_day_within_their_loads():
    stops = tuple(Stop(key, key, 0, Patterns(((0,),)), load=2) for key in range(1, 5))
    day = WorkDay(1, tuple(Shift(rep, 0, 0, max_load=4) for rep in range(2)))
    plan = solved(PeriodProblem(plane((0, 0), (10, 0), (11, 0), (-10, 0), (-11, 0)), (day,), stops))
    assert sorted(sorted(route.keys) for route in plan.routes) == [[1, 2], [3, 4]]
    assert plan.travel_min == 44


def test_threads_and_seeds():
    stops = tuple(Stop(key, key, 20, Cadence(2, min_gap_days=2)) for key in range(1, 21))
    places = [(0, 0), *((13 * key % 31, 7 * key % 29) for key in range(1, 21))]
    problem = PeriodProblem(plane(*places), week(1, 2, 3, 4, 5, ends_min=900), stops)
    one, two = (solved(problem, iterations=200, threads=threads) for threads in (1, 2))
    assert two.travel_min <= one.travel_min
    assert two.routes == solved(problem, iterations=200, threads=2).routes


def test_the_clock_ends_the_search():
    stops = tuple(Stop(key, key, 20, Cadence(1)) for key in range(1, 31))
    problem = PeriodProblem(line(*range(31)), week(*range(1, 6)), stops)
    plan = solved(problem, iterations=None, seconds=0.2)
    assert plan.iterations > 0
    assert plan.findings == ()
