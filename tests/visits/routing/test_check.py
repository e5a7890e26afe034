"""The independent checker sees each way in which a plan can be wrong: a test by it can fail."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.visits.routing.questions import plane
from visits.routing.answer import PeriodPlan, Route, Visit
from visits.routing.check import faults_of_plan
from visits.routing.period import plan_period
from visits.routing.problem import Break, Cadence, Lock, PeriodProblem, Shift, Stop, Window, WorkDay

SHIFT = Shift(1, 0, 0, 480, 900, Break(45, 690, 780), max_stops=3, max_work_min=300)


@pytest.fixture(scope="module")
def problem() -> PeriodProblem:
    """Two weeks; each of the four asks for something that a wrong plan can break."""
    stops = (
        Stop(1, 1, 30, Cadence(2, min_gap_days=4, max_gap_days=9, last_visit=-2)),
        Stop(2, 2, 30, Cadence(1), hours=((Window(540, 620),),) * 10),
        Stop(3, 3, 30, Cadence(1)),
        Stop(4, 4, 30, Cadence(1)),
    )
    days = tuple(WorkDay(number, (SHIFT,)) for number in (1, 2, 3, 4, 5, 8, 9, 10, 11, 12))
    return PeriodProblem(plane((0, 0), (5, 0), (0, 9), (7, 7), (9, 1)), days, stops, (Lock(3, 4, 600.0),))


@pytest.fixture(scope="module")
def plan(problem: PeriodProblem) -> PeriodPlan:
    found = plan_period(problem, seed=1, seconds=60, iterations=300)
    assert found.findings == ()
    assert faults_of_plan(problem, found) == []
    return found


def with_route(plan: PeriodPlan, key: int, change: Callable[[Route], Route | None]) -> PeriodPlan:
    """The first route that visits the stop, changed or left out."""
    at = next(at for at, route in enumerate(plan.routes) if key in route.keys)
    changed = change(plan.routes[at])
    return replace(plan, routes=(*plan.routes[:at], *([changed] if changed else []), *plan.routes[at + 1 :]))


def with_visit(plan: PeriodPlan, key: int, change: Callable[[Visit], Visit]) -> PeriodPlan:
    def changed(route: Route) -> Route:
        return replace(route, visits=tuple(change(visit) if visit.stop == key else visit for visit in route.visits))

    return with_route(plan, key, changed)


def later(minutes: float) -> Callable[[Visit], Visit]:
    return lambda visit: replace(visit, starts_min=visit.starts_min + minutes, ends_min=visit.ends_min + minutes)


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda plan: with_route(plan, 4, lambda _route: None), "of 1 visits, not told"),
        (lambda plan: with_route(plan, 3, lambda _route: None), "locked to day 4 and not there"),
        (lambda plan: with_route(plan, 3, lambda route: replace(route, day=5)), "locked to day 4 and not there"),
        (lambda plan: with_route(plan, 1, lambda route: replace(route, day=9)), "gaps too"),
        (lambda plan: with_route(plan, 4, lambda route: replace(route, travel_min=route.travel_min - 5)), "driven"),
        (lambda plan: with_route(plan, 4, lambda route: replace(route, rep=2)), "nobody of that number works"),
        (lambda plan: with_visit(plan, 2, later(120)), "not when it is open or agreed"),
        (lambda plan: with_visit(plan, 3, later(15)), "not when it is open or agreed"),
        (
            lambda plan: with_visit(plan, 4, lambda visit: replace(visit, ends_min=visit.ends_min - 10)),
            "minutes of visit",
        ),
        (lambda plan: with_visit(plan, 4, lambda visit: replace(visit, stop=9)), "visits to nobody"),
        (lambda plan: with_visit(plan, 4, lambda visit: replace(visit, locked=True)), "wrongly marked"),
        (lambda plan: replace(plan, routes=(*plan.routes, plan.routes[0])), "two routes of one shift"),
    ],
)
def test_what_is_wrong_is_seen(
    problem: PeriodProblem, plan: PeriodPlan, spoil: Callable[[PeriodPlan], PeriodPlan], words: str
) -> None:
    assert any(words in fault for fault in faults_of_plan(problem, spoil(plan)))


@pytest.mark.parametrize(
    ("limits", "words"),
    [({"max_stops": 1}, "stops"), ({"max_work_min": 20.0}, "minutes of work"), ({"ends_min": 500.0}, "ends at")],
)
def test_what_a_shift_has_no_room_for_is_seen(
    problem: PeriodProblem, plan: PeriodPlan, limits: dict[str, float], words: str
) -> None:
    tight = replace(SHIFT, break_=None, **limits)
    days = tuple(WorkDay(day.number, (tight,)) for day in problem.days)
    asked = PeriodProblem(problem.travel, days, problem.stops, problem.locks)
    together = PeriodPlan(tuple(_merged(plan)), (), 0, 0.0)
    assert any(words in fault for fault in faults_of_plan(asked, together))


def _merged(plan: PeriodPlan) -> list[Route]:
    """All of the plan's visits on the day of the first route."""
    visits = {visit.stop: visit for route in plan.routes for visit in route.visits}
    return [replace(plan.routes[0], visits=tuple(visits.values()), ends_min=850.0)]
