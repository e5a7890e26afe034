from itertools import permutations
from math import inf

import pytest
from hypothesis import given, settings

from tests.visits.routing.questions import days, line, plane
from visits.routing.answer import DayRoute, Finding, Shortcoming
from visits.routing.check import faults_of_day
from visits.routing.day import order_day, time_day
from visits.routing.problem import Break, DayProblem, DayStop, ProblemInvalid, Shift, Window

ENGINES = [pytest.param(False, id="python"), pytest.param(True, id="compiled")]


def solved(problem: DayProblem, compiled: bool, iterations: int = 300) -> DayRoute:
    return order_day(problem, seed=1, seconds=60, iterations=iterations, compiled=compiled)


def cost(problem: DayProblem, answer: DayRoute) -> tuple[int, float]:
    """Stops that must be and are not; driving and the worth of what is left out."""
    absent = [stop for stop in problem.stops if stop.key in answer.left_out]
    return (
        sum(stop.must for stop in absent),
        answer.route.travel_min + sum(stop.value_min for stop in absent if not stop.must),
    )


def best_by_force(problem: DayProblem) -> tuple[int, float]:
    """Every subset in every order."""
    keys = [stop.key for stop in problem.stops]
    best = (len(keys) + 1, inf)
    for size in range(len(keys) + 1):
        for order in permutations(keys, size):
            answer = time_day(problem, order)
            if all(finding.stop in answer.left_out for finding in answer.findings):
                best = min(best, cost(problem, answer))
    return best


@pytest.mark.parametrize("compiled", ENGINES)
@pytest.mark.parametrize(
    ("case", "stops", "shift", "order", "ends"),
    [
        ("there and back along a line", [(1, 10, None), (2, 30, None), (3, 20, None)], {}, None, 570.0),
        ("a shop that closes early comes first", [(1, 10, None), (2, 30, (480, 520))], {}, (2, 1), 560.0),
        ("a wait for a shop that opens late", [(1, 10, (600, 700))], {}, (1,), 620.0),
        ("no way home counted", [(1, 10, None), (2, 30, None)], {"end_node": None}, (1, 2), 530.0),
        (
            "lunch on the road",
            [(1, 10, None), (2, 30, None)],
            {"break_": Break(60, 485, 495)},
            None,
            620.0,
        ),
    ],
)
def test_orders_that_hands_can_find(compiled, case, stops, shift, order, ends):
    travel = line(0, *(place for _, place, _ in stops))
    problem = DayProblem(
        travel,
        Shift(**{"rep": 1, "start_node": 0, "end_node": 0, "starts_min": 480, "ends_min": 1000} | shift),
        tuple(
            DayStop(key, node, 10, None if hours is None else (Window(*hours),))
            for node, (key, _, hours) in enumerate(stops, 1)
        ),
    )
    answer = solved(problem, compiled)
    assert faults_of_day(problem, answer) == []
    assert answer.findings == ()
    assert answer.route.ends_min == pytest.approx(ends)
    if order:
        assert answer.route.keys == order


@pytest.mark.parametrize("compiled", ENGINES)
@settings(max_examples=25, deadline=None)
@given(problem=days(most=4))
def test_small_days_are_as_good_as_every_order_tried(compiled, problem):
    answer = solved(problem, compiled)
    assert faults_of_day(problem, answer) == []
    if not any(stop.fixed_min is not None for stop in problem.stops):
        assert cost(problem, answer) == pytest.approx(best_by_force(problem))


@pytest.mark.parametrize("compiled", ENGINES)
@settings(max_examples=60, deadline=None)
@given(problem=days(most=9))
def test_a_day_keeps_the_rules_or_tells(compiled, problem):
    answer = solved(problem, compiled, iterations=40)
    assert faults_of_day(problem, answer) == []
    assert answer.route.keys == solved(problem, compiled, iterations=40).route.keys


@settings(max_examples=40, deadline=None)
@given(problem=days(most=8))
def test_without_any_time_the_answer_is_no_worse_than_what_stood(problem):
    best = solved(problem, compiled=True, iterations=60)
    answer = order_day(problem, seed=1, seconds=60, iterations=0, compiled=False, stood=best.route.keys)
    assert faults_of_day(problem, answer) == []
    (missing, costs), (missing_then, costs_then) = cost(problem, answer), cost(problem, best)
    assert missing < missing_then or (missing == missing_then and costs <= costs_then + 1e-6)


def test_two_appointments_at_one_moment_are_both_kept_and_told():
    problem = DayProblem(
        line(0, 10, 20), Shift(1, 0, 0, 480, 1000), (DayStop(1, 1, 30, fixed_min=540), DayStop(2, 2, 30, fixed_min=540))
    )
    for compiled in (False, True):
        answer = solved(problem, compiled)
        assert set(answer.route.keys) == {1, 2}
        assert answer.findings == (Finding(Shortcoming.LATE, 40.0, stop=answer.route.keys[1], day=0),)


def test_an_appointment_after_the_shift_is_overtime():
    problem = DayProblem(line(0, 10), Shift(1, 0, 0, 480, 600), (DayStop(1, 1, 30, fixed_min=590),))
    answer = solved(problem, compiled=True)
    assert answer.findings == (Finding(Shortcoming.OVERTIME, 30.0, day=0),)


def test_the_least_worth_goes_when_the_day_is_short():
    stops = tuple(DayStop(key, key, 30, must=key == 1, value_min=value) for key, value in ((1, 0), (2, 50), (3, 40)))
    problem = DayProblem(plane((0, 0), (5, 0), (6, 0), (7, 0)), Shift(1, 0, 0, 480, 560), stops)
    for compiled in (False, True):
        answer = solved(problem, compiled)
        assert (set(answer.route.keys), answer.left_out) == ({1, 2}, (3,))
        assert answer.findings == (Finding(Shortcoming.LEFT_OUT, 1, stop=3, day=0),)


def test_an_order_made_by_hand_is_kept_and_timed():
    problem = DayProblem(
        line(0, 10, 20, 30), Shift(1, 0, 0, 480, 560), tuple(DayStop(key, key, 10) for key in (1, 2, 3))
    )
    by_hand = time_day(problem, (2, 3, 1))
    assert by_hand.route.keys == (2, 3, 1)
    assert [visit.starts_min for visit in by_hand.route.visits] == [500, 520, 550]
    assert by_hand.findings == (Finding(Shortcoming.OVERTIME, 10.0, day=0),)
    assert by_hand.route.km == 60
    with pytest.raises(ProblemInvalid):
        time_day(problem, (1, 9))


def test_nothing_to_do():
    problem = DayProblem(line(0), Shift(1, 0, 0, 480, 560), ())
    for compiled in (False, True):
        answer = solved(problem, compiled)
        assert (answer.route.visits, answer.route.travel_min, answer.route.ends_min) == ((), 0.0, 480)
