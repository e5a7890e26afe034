"""Routes: how far from the best published values, beside other solvers in the same run; single days; a month.

Needs no database. `../shared/data/pvrp` holds the instances; without it only days and the month are measured.
`python -m bench routing_long` adds a minute on both cores for each instance.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from math import hypot
from statistics import mean
from time import monotonic

from bench import cordeau, or_tools
from bench.report import Report
from bench.simple_routes import greedy_days, length, nearest_neighbour
from visits.routing.answer import DayRoute
from visits.routing.check import faults_of_day, faults_of_plan
from visits.routing.day import order_day
from visits.routing.period import plan_period
from visits.routing.problem import (
    Cadence,
    DayProblem,
    DayStop,
    PeriodProblem,
    Shift,
    Stop,
    Window,
    WorkDay,
)
from visits.routing.second_opinion import second_day, second_fleet
from visits.routing.travel import Travel

# Orders of positions of stops for vehicles that are all alike; None when the solver finds none.
Fleet = Callable[..., list[list[int]] | None]

GOALS = {1.0: 1.0, 10.0: 0.5, 60.0: 0.25}
DAY_SIZES = (20, 30, 40, 50, 60)


def run(report: Report) -> None:
    order_day(_day(5, 1), seed=1, seconds=0.01)
    for seconds in (1.0, 10.0):
        gaps_to_published(report, seconds, threads=2)
    _other_solvers(report, seconds=1.0)
    _single_days(report)
    _month(report)


def gaps_to_published(report: Report, seconds: float, *, threads: int) -> None:
    gaps = []
    for name in cordeau.names():
        problem = cordeau.read(name)
        plan = plan_period(problem, seed=1, seconds=seconds, threads=threads)
        if faults := [*faults_of_plan(problem, plan), *plan.findings]:
            raise AssertionError(f"{name} after {seconds:g} s: {faults}")
        gaps.append(_gap(name, plan.travel_min))
        report.add(f"{name}, gap after {seconds:g} s", gaps[-1], unit="%")
    if gaps:
        report.add(f"mean gap after {seconds:g} s", mean(gaps), unit="%", limit=GOALS[seconds])
    else:
        print("  gaps to published values: skipped, there are no instances in ../shared/data/pvrp", flush=True)


def _gap(name: str, value: float) -> float:
    return 100 * (value / cordeau.best_known(name) - 1)


def _other_solvers(report: Report, *, seconds: float) -> None:
    """Days first, by the least load and nearness; then each day's routes on their own."""
    solvers: dict[str, Fleet] = {"PyVRP": second_fleet}
    if or_tools.is_there():
        solvers["OR-Tools"] = or_tools.fleet
    else:
        print("  OR-Tools: skipped, it is not installed: uv pip install --group bench", flush=True)
    gaps: dict[str, list[float]] = {name: [] for name in ("nearest neighbour", *solvers)}
    failed = dict.fromkeys(solvers, 0)
    for name in cordeau.names():
        problem = cordeau.read(name)
        by_day = greedy_days(problem)
        for solver, fleet in solvers.items():
            driven = _driven(problem, by_day, fleet, seconds / len(by_day))
            if driven is None:
                failed[solver] += 1
            else:
                gaps[solver].append(_gap(name, driven))
        near = [route for at, keys in enumerate(by_day) for route in nearest_neighbour(problem, at, keys)]
        gaps["nearest neighbour"].append(_gap(name, sum(length(problem.travel, route) for route in near)))
    for solver, found in gaps.items():
        if found:
            report.add(f"greedy days, then {solver}: mean gap", mean(found), unit="%")
    if cordeau.names():
        for solver, number in failed.items():
            report.add(f"greedy days, then {solver}: no routes within the limits", number, unit="instances")


def _driven(problem: PeriodProblem, by_day: list[list[int]], fleet: Fleet, seconds: float) -> float | None:
    """Minutes on the way when a solver makes each day's routes; None when one day has none."""
    total = 0.0
    for at, keys in enumerate(by_day):
        stops = [(problem.stop(k).node, problem.stop(k).load, problem.stop(k).service_min) for k in keys]
        shifts = problem.days[at].shifts
        routes = fleet(problem.travel, shifts, stops, seed=1, seconds=seconds) if stops else []
        if routes is None:
            return None
        total += sum(length(problem.travel, [stops[k][0] for k in route]) for route in routes)
    return total


def _plane(random_: random.Random, places: int, side: float) -> Travel:
    spots = [(random_.uniform(0, side), random_.uniform(0, side)) for _ in range(places)]
    return Travel(tuple(tuple(hypot(x - u, y - v) for u, v in spots) for x, y in spots))


def _day(stops: int, seed: int) -> DayProblem:
    """Half of the stops have four opening hours, all of which a nearest neighbour's tour keeps."""
    chance = random.Random(seed)
    travel = _plane(chance, stops + 1, 40)
    now, here, left, reached = 480.0, 0, set(range(1, stops + 1)), {}
    while left:
        there = min(left, key=lambda k: travel.minutes[here][k])
        reached[there] = now + travel.minutes[here][there]
        now, here = reached[there] + 5, there
        left.discard(there)
    hours = {
        k: (Window(opens, opens + 240),)
        for k in reached
        if chance.random() < 0.5
        for opens in [max(0.0, reached[k] - chance.uniform(0, 200))]
    }
    return DayProblem(
        travel,
        Shift(1, 0, 0, 480, now + travel.minutes[here][0] + 60),
        tuple(DayStop(k, k, 5, hours.get(k)) for k in range(1, stops + 1)),
    )


def _single_days(report: Report) -> None:
    """Against the best that any solver finds in three seconds."""
    quick, second, first = [], [], []
    for size in DAY_SIZES:
        problem = _day(size, size)
        long_run = [order_day(problem, seed=seed, seconds=3) for seed in (11, 12)]
        opinion = second_day(problem, seed=1, seconds=3)
        best = min(_value(a) for a in [*long_run, *([opinion] if opinion else [])])
        began = monotonic()
        sketched = order_day(problem, seed=1, seconds=0.1, compiled=False)
        first.append(1000 * (monotonic() - began))
        answer = order_day(problem, seed=1, seconds=0.1)
        if faults := [*faults_of_day(problem, answer), *faults_of_day(problem, sketched)]:
            raise AssertionError(f"a day of {size}: {faults}")
        quick.append(100 * (_value(answer) / best - 1))
        report.add(f"a day of {size} stops, gap after 0.1 s", quick[-1], unit="%")
        report.add(f"a day of {size} stops, gap of the first answer without compiled code",
                   100 * (_value(sketched) / best - 1), unit="%")  # fmt: skip
        if hasty := second_day(problem, seed=1, seconds=0.1):
            second.append(100 * (_value(hasty) / best - 1))
    report.add("days of 20 to 60 stops: mean gap after 0.1 s", mean(quick), unit="%", limit=0.1)
    if second:
        report.add("days of 20 to 60 stops: PyVRP after 0.1 s", mean(second), unit="%")
    report.add("days of 20 to 60 stops: slowest first answer", max(first), limit=200)


def _value(answer: DayRoute) -> float:
    """Minutes of driving; a stop left out counts as four hours."""
    return answer.route.travel_min + 240.0 * len(answer.left_out)


def month(dealers: int = 120, seed: int = 3) -> PeriodProblem:
    """One representative, four weeks: classes A, B and C four times, twice and once; a third keeps opening hours."""
    chance = random.Random(seed)
    travel = _plane(chance, dealers + 1, 60)
    numbers = [number for number in range(1, 29) if number % 7 not in (6, 0)]
    classes = ((12, Cadence(4, 4, 10)), (36, Cadence(2, 9, 21)), (120, Cadence(1, 1, 45)))
    stops = []
    for key in range(1, dealers + 1):
        hours = (Window(600, 780), Window(840, 1020)) if chance.random() < 1 / 3 else (Window(540, 1080),)
        cadence = next(cadence for below, cadence in classes if key <= below)
        stops.append(Stop(key, key, chance.choice((20.0, 30.0)), cadence, hours=(hours,) * len(numbers)))
    return PeriodProblem(
        travel,
        tuple(WorkDay(number, (Shift(1, 0, 0, 510, 1110),)) for number in numbers),
        tuple(stops),
        balance=0.2,
    )


def _month(report: Report) -> None:
    problem = month()
    began = monotonic()
    plan = plan_period(problem, seed=1, seconds=5)
    took = monotonic() - began
    if faults := faults_of_plan(problem, plan):
        raise AssertionError(f"the month: {faults}")
    longer = plan_period(problem, seed=2, seconds=20)
    ends = [route.ends_min for route in plan.routes]
    report.add("a month for one representative with 120 dealers", took, unit="s", limit=10)
    report.add("its driving against a run four times as long", plan.travel_min / longer.travel_min, unit="x")
    report.add("its visits that found no room or kept no gap", len(plan.findings), unit="findings", limit=0)
    report.add("its latest end of a day after its earliest", max(ends) - min(ends), unit="min")
