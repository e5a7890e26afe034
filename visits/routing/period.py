"""Which days and in which order: the period's question as the search reads it, and its answer with what falls short."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from math import inf
from time import monotonic

from visits.routing.answer import Finding, PeriodPlan, Route, Shortcoming
from visits.routing.cadence import GAP_DAY_MIN, DayCosts, costs_of, gap_findings
from visits.routing.fixed import before_the_end, give_way, held_order
from visits.routing.problem import Cadence, Lock, Patterns, PeriodProblem, Shift, Stop
from visits.routing.timing import Task, starts_within, time_order


def plan_period(
    problem: PeriodProblem, *, seed: int, seconds: float, iterations: int | None = None, threads: int = 1
) -> PeriodPlan:
    """The plan with the least driving found in `seconds`; with `iterations` the same for the same seed anywhere.

    Every visit asked for is in a route or in a finding. Loading the compiled code (some ten seconds of compiling where
    nobody warmed the cache) is not part of `seconds`.
    """
    # Only a worker needs the compiler.
    from visits.routing.arrays import Dealer, Turn
    from visits.routing.compiled import load, solve

    load()
    began = monotonic()
    ahead = _Ahead(problem)
    dealers = [
        Dealer(
            tasks=ahead.tasks_of(stop),
            visits=ahead.visits_of(stop),
            missing_min=ahead.missing_min(stop),
            load=stop.load,
            day_cost_min=stop.day_cost_min or (0.0,) * len(problem.days),
            when=ahead.when_of(stop),
            pinned=tuple(sorted(ahead.held[stop.key])),
        )
        for stop in ahead.stops
    ]
    position = {stop.key: at for at, stop in enumerate(ahead.stops)}
    turns = [Turn(day, shift, tuple(position[task.key] for task in held)) for day, shift, held in ahead.relaxed]
    orders: list[list[int]] = [[] for _ in turns]
    made = 0
    if dealers and turns:
        left = max(0.0, seconds - (monotonic() - began))
        orders, made = solve(
            problem.travel,
            len(problem.days),
            dealers,
            turns,
            balance=problem.balance,
            seed=seed,
            seconds=left,
            iterations=iterations,
            threads=threads,
        )
    keys = [[ahead.stops[at].key for at in order] for order in orders]
    routes, findings = ahead.timed(keys)
    findings += ahead.shortfalls(routes)
    return PeriodPlan(tuple(routes), tuple(findings), made, monotonic() - began, problem.travel.notice)


class _Ahead:
    """The problem with its locked visits placed and the limits widened that these break."""

    def __init__(self, problem: PeriodProblem) -> None:
        self.problem = problem
        self.turns: list[tuple[int, Shift]] = [
            (at, shift) for at, day in enumerate(problem.days) for shift in day.shifts
        ]
        self.working = {day for day, _ in self.turns}
        # Locks per stop and day that a shift takes; the others are told as NOBODY_WORKS.
        self.held: dict[int, dict[int, Lock]] = defaultdict(dict)
        self.idle: list[Lock] = []
        assigned = self._assign(problem.locks)
        self.relaxed: list[tuple[int, Shift, list[Task]]] = []
        self._forced: dict[tuple[int, int], Task] = {}
        for (day, shift), locks in zip(self.turns, assigned, strict=True):
            tasks = [self.task(problem.stop(lock.stop), day) for lock in locks]
            order = held_order(problem.travel, shift, tasks)
            wider, order = give_way(problem.travel, shift, order)
            load = sum(problem.stop(task.key).load for task in order)
            self.relaxed.append((day, replace(wider, max_load=max(wider.max_load, load)), order))
            self._forced.update({(task.key, day): task for task in order})
        self.stops = [stop for stop in problem.stops if any(task is not None for task in self.tasks_of(stop))]

    def _assign(self, locks: Iterable[Lock]) -> list[list[Lock]]:
        """Each lock to the shift it names, or to the one of that day with the fewest."""
        assigned: list[list[Lock]] = [[] for _ in self.turns]
        for lock in sorted(
            locks, key=lambda lock: (lock.day, lock.starts_min is None, lock.starts_min or 0.0, lock.stop)
        ):
            choices = [
                at for at, (day, shift) in enumerate(self.turns) if day == lock.day and lock.rep in (None, shift.rep)
            ]
            if not choices:
                self.idle.append(lock)
                continue
            assigned[min(choices, key=lambda at: (len(assigned[at]), at))].append(lock)
            self.held[lock.stop][lock.day] = lock
        return assigned

    def task(self, stop: Stop, day: int) -> Task:
        """The visit by the rules as asked; a lock to a minute replaces the opening hours."""
        lock = self.held[stop.key].get(day)
        if lock is not None and lock.starts_min is not None:
            starts: tuple[tuple[float, float], ...] = ((lock.starts_min, lock.starts_min),)
        else:
            starts = starts_within(None if stop.hours is None else stop.hours[day], stop.service_min)
        return Task(stop.key, stop.node, stop.service_min, starts, locked=lock is not None)

    def tasks_of(self, stop: Stop) -> tuple[Task | None, ...]:
        tasks: list[Task | None] = []
        for day in range(len(self.problem.days)):
            forced = self._forced.get((stop.key, day))
            if forced is not None:
                tasks.append(forced)
                continue
            task = self.task(stop, day) if day in self.working else None
            if task is not None:
                task = self._within_shifts(task, day)
            tasks.append(task if task is not None and task.starts else None)
        return tuple(tasks)

    def _within_shifts(self, task: Task, day: int) -> Task:
        last = max((shift.ends_min for at, shift in self.turns if at == day), default=inf)
        return task if last == inf else before_the_end(task, Shift(0, 0, None, ends_min=last))

    def visits_of(self, stop: Stop) -> int:
        held = len(self.held[stop.key])
        if isinstance(stop.when, Cadence):
            return max(stop.when.visits, held)
        return max(len(stop.when.choices[0]), held)

    def when_of(self, stop: Stop) -> tuple[tuple[int, ...], ...] | DayCosts:
        held = set(self.held[stop.key])
        if isinstance(stop.when, Patterns):
            return tuple(days for days in stop.when.choices if held <= set(days)) or (tuple(sorted(held)),)
        # A visit that may be is not made dearer by its gaps than it is worth.
        weight = GAP_DAY_MIN if stop.must else min(GAP_DAY_MIN, stop.value_min / 7)
        return costs_of(stop.when, [day.number for day in self.problem.days], held, weight)

    def missing_min(self, stop: Stop) -> float:
        """What a visit not made costs; one that must be, more than any drive and any gap, and the more it is worth."""
        if not stop.must:
            return stop.value_min
        span = self.problem.days[-1].number - self.problem.days[0].number + 1
        farthest = max((max(row) for row in self.problem.travel.minutes), default=0.0)
        may = sum(each.value_min for each in self.problem.stops if not each.must)
        return 10.0 * farthest + 2.0 * GAP_DAY_MIN * span + may + stop.value_min

    def timed(self, orders: Sequence[Sequence[int]]) -> tuple[list[Route], list[Finding]]:
        """The routes by the rules as they were asked."""
        problem = self.problem
        routes: list[Route] = []
        findings: list[Finding] = []
        for (day, shift), keys in zip(self.turns, orders, strict=True):
            if not keys:
                continue
            tasks = [self.task(problem.stop(key), day) for key in keys]
            route, found = time_order(problem.travel, shift, tasks, day=day)
            routes.append(route)
            findings += found
            for kind, beyond in (
                (Shortcoming.TOO_MANY_STOPS, len(keys) - (shift.max_stops or inf)),
                (Shortcoming.TOO_MUCH_LOAD, sum(problem.stop(key).load for key in keys) - shift.max_load),
                (Shortcoming.TOO_MUCH_WORK, route.work_min - shift.max_work_min),
            ):
                if beyond > 1e-6:
                    findings.append(Finding(kind, beyond, day=day))
        return routes, findings

    def shortfalls(self, routes: Sequence[Route]) -> list[Finding]:
        """What stops did not get as asked."""
        problem = self.problem
        days: dict[int, list[int]] = defaultdict(list)
        for route in routes:
            for key in route.keys:
                days[key].append(route.day)
        found = [Finding(Shortcoming.NOBODY_WORKS, 1, stop=lock.stop, day=lock.day) for lock in self.idle]
        able = {stop.key for stop in self.stops}
        numbers = [day.number for day in problem.days]
        for stop in problem.stops:
            made = sorted(days[stop.key])
            asked = stop.when.visits if isinstance(stop.when, Cadence) else len(stop.when.choices[0])
            if len(made) < asked:
                found.append(Finding(self._reason(stop, stop.key in able), asked - len(made), stop=stop.key))
            if isinstance(stop.when, Cadence):
                if len(made) > asked:
                    found.append(Finding(Shortcoming.LOCKED_OTHERWISE, len(made) - asked, stop=stop.key))
                if made:
                    found += gap_findings(stop.key, stop.when, numbers, made)
            elif made and tuple(made) not in stop.when.choices:
                found.append(Finding(Shortcoming.LOCKED_OTHERWISE, len(made), stop=stop.key))
        return found

    def _reason(self, stop: Stop, able: bool) -> Shortcoming:
        if able:
            return Shortcoming.NO_ROOM if stop.must else Shortcoming.LEFT_OUT
        open_ = any(self.task(stop, day).starts for day in range(len(self.problem.days)))
        return Shortcoming.NOBODY_WORKS if open_ else Shortcoming.NEVER_OPEN
