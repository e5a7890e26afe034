"""One day's order: what is asked, and the answer with its shortcomings."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf
from time import monotonic

from visits.routing.answer import DayRoute, Finding, Shortcoming
from visits.routing.fixed import before_the_end, give_way, held_order
from visits.routing.problem import DayProblem, DayStop, ProblemInvalid, Shift
from visits.routing.sketch import sketch
from visits.routing.timing import Task, starts_within, time_order


def order_day(
    problem: DayProblem,
    *,
    seed: int,
    seconds: float,
    iterations: int | None = None,
    compiled: bool = True,
    stood: Sequence[int] = (),
) -> DayRoute:
    """The order with the least driving found in `seconds`; with `iterations` the same for the same seed anywhere.

    `compiled=False` needs no compiled code (a web process imports none): a first answer within 0.2 s, and never a worse
    one than the order of keys that `stood` before, as a month's longer search has found it. Fixed appointments stay where
    they are agreed; a stop that must be is left out only when there is no room.
    """
    if compiled:
        # Only a worker needs the compiler; loading it is not part of the search.
        from visits.routing import compiled as machine

        machine.load()
    began = monotonic()
    tasks = {stop.key: _task(stop) for stop in problem.stops}
    fixed = held_order(problem.travel, problem.shift, [tasks[s.key] for s in problem.stops if s.fixed_min is not None])
    shift, held = give_way(problem.travel, problem.shift, fixed)
    open_ = (before_the_end(tasks[stop.key], problem.shift) for stop in problem.stops if stop.fixed_min is None)
    free = [task for task in open_ if task.starts]
    values = _values(problem)
    left = max(0.0, seconds - (monotonic() - began))
    if compiled and (held or free):
        order, made = _search(problem, shift, held, free, values, seed=seed, seconds=left, iterations=iterations)
    else:
        now = {task.key: task for task in (*held, *free)}
        order, made = sketch(
            problem.travel, shift, held, free, values, seed=seed, seconds=left, iterations=iterations,
            stood=[now[key] for key in stood if key in now],
        )  # fmt: skip
    return _answer(problem, [tasks[task.key] for task in order], made, monotonic() - began)


def _search(
    problem: DayProblem,
    shift: Shift,
    held: Sequence[Task],
    free: Sequence[Task],
    values: dict[int, float],
    *,
    seed: int,
    seconds: float,
    iterations: int | None,
) -> tuple[list[Task], int]:
    from visits.routing.arrays import Dealer, Turn
    from visits.routing.compiled import solve

    tasks = [*held, *free]
    dealers = [
        Dealer((task,), 1, values[task.key], 1.0, (0.0,), ((0,),), pinned=(0,) if at < len(held) else ())
        for at, task in enumerate(tasks)
    ]
    orders, made = solve(
        problem.travel,
        1,
        dealers,
        [Turn(0, shift, tuple(range(len(held))))],
        balance=0.0,
        seed=seed,
        seconds=seconds,
        iterations=iterations,
        threads=1,
    )
    return [tasks[at] for at in orders[0]], made


def time_day(problem: DayProblem, keys: Sequence[int]) -> DayRoute:
    """The order somebody made by hand, timed as it is; stops of the problem that are not in it count as left out."""
    tasks = {stop.key: _task(stop) for stop in problem.stops}
    unknown = set(keys) - tasks.keys()
    if unknown or len(set(keys)) != len(keys):
        raise ProblemInvalid(f"An order names each stop once and no other: {list(keys)}")
    began = monotonic()
    return _answer(problem, [tasks[key] for key in keys], 0, monotonic() - began)


def _task(stop: DayStop) -> Task:
    if stop.fixed_min is not None:
        return Task(stop.key, stop.node, stop.service_min, ((stop.fixed_min, stop.fixed_min),), locked=True)
    return Task(stop.key, stop.node, stop.service_min, starts_within(stop.hours, stop.service_min))


def _values(problem: DayProblem) -> dict[int, float]:
    """What leaving out each stop costs: one that must be, more than every one that may be and all driving together."""
    minutes = problem.travel.minutes
    everything = sum(stop.value_min for stop in problem.stops) + 2 * sum(max(row, default=0.0) for row in minutes) + 1
    return {stop.key: everything if stop.must else stop.value_min for stop in problem.stops}


def _answer(problem: DayProblem, order: list[Task], iterations: int, seconds: float) -> DayRoute:
    route, findings = time_order(problem.travel, problem.shift, order, day=0)
    shift, told = problem.shift, list(findings)
    if shift.max_stops is not None and len(order) > shift.max_stops:
        told.append(Finding(Shortcoming.TOO_MANY_STOPS, len(order) - shift.max_stops, day=0))
    if route.work_min > shift.max_work_min + 1e-6:
        told.append(Finding(Shortcoming.TOO_MUCH_WORK, route.work_min - shift.max_work_min, day=0))
    planned = set(route.keys)
    absent = [stop for stop in problem.stops if stop.key not in planned]
    told += [Finding(_reason(stop), 1, stop=stop.key, day=0) for stop in absent]
    order_of_value = sorted(absent, key=lambda stop: (inf if stop.must else stop.value_min, stop.key))
    return DayRoute(
        route, tuple(stop.key for stop in order_of_value), tuple(told), iterations, seconds, problem.travel.notice
    )


def _reason(stop: DayStop) -> Shortcoming:
    if stop.fixed_min is None and not starts_within(stop.hours, stop.service_min):
        return Shortcoming.NEVER_OPEN
    return Shortcoming.NO_ROOM if stop.must else Shortcoming.LEFT_OUT
