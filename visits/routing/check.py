"""Checks an answer against its question from first principles: no code in common with what made the answer.

Used by the tests and the bench. Times are replayed minute by minute from the visits' own starts.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import pairwise

from visits.routing.answer import DayRoute, Finding, PeriodPlan, Route, Shortcoming, Visit
from visits.routing.problem import Cadence, DayProblem, PeriodProblem, Shift, Window
from visits.routing.travel import Travel

SLACK_MIN = 1e-4


def faults_of_plan(problem: PeriodProblem, plan: PeriodPlan) -> list[str]:
    """What is wrong and not told among the findings; empty for a sound plan."""
    told = plan.findings
    shifts = {(at, shift.rep): shift for at, day in enumerate(problem.days) for shift in day.shifts}
    stops = {stop.key: stop for stop in problem.stops}
    locks = {(lock.stop, lock.day): lock for lock in problem.locks}
    faults: list[str] = []
    days_of: dict[int, list[int]] = defaultdict(list)
    if len({(route.day, route.rep) for route in plan.routes}) != len(plan.routes):
        faults.append("two routes of one shift")
    for route in plan.routes:
        shift = shifts.get((route.day, route.rep))
        if shift is None:
            faults.append(f"day {route.day}: nobody of that number works")
            continue
        unknown = [key for key in route.keys if key not in stops]
        if unknown:
            faults.append(f"day {route.day}: visits to nobody {unknown}")
            continue
        nodes = [stops[key].node for key in route.keys]
        faults += _faults_of_route(problem.travel, shift, route, nodes, told)
        load = sum(stops[key].load for key in route.keys)
        if load > shift.max_load + SLACK_MIN and not _is_told(told, Shortcoming.TOO_MUCH_LOAD, None, route.day):
            faults.append(f"day {route.day}: {load} loaded")
        for visit in route.visits:
            stop = stops[visit.stop]
            days_of[stop.key].append(route.day)
            lock = locks.get((stop.key, route.day))
            if visit.locked != (lock is not None):
                faults.append(f"stop {stop.key} on day {route.day}: wrongly marked as locked or free")
            moment = lock.starts_min if lock else None
            hours = None if stop.hours is None else stop.hours[route.day]
            faults += _faults_of_visit(visit, stop.service_min, hours, moment, route.day, told)
    for (key, day), lock in locks.items():
        place = [route for route in plan.routes if route.day == day and key in route.keys]
        if not place and not _is_told(told, Shortcoming.NOBODY_WORKS, key, day):
            faults.append(f"stop {key} is locked to day {day} and not there")
        if place and lock.rep is not None and place[0].rep != lock.rep:
            faults.append(f"stop {key} is locked to another representative on day {day}")
    for stop in problem.stops:
        days = sorted(days_of[stop.key])
        if len(set(days)) != len(days):
            faults.append(f"stop {stop.key}: twice on one day")
        if isinstance(stop.when, Cadence):
            faults += _faults_of_cadence(problem, stop.key, stop.when, days, told)
        else:
            asked = len(stop.when.choices[0])
            if not days and not _told_missing(told, stop.key, asked):
                faults.append(f"stop {stop.key}: not visited, not told")
            elif days and tuple(days) not in stop.when.choices and not any(f.stop == stop.key for f in told):
                faults.append(f"stop {stop.key}: {days} is no pattern of its own")
    return faults


def faults_of_day(problem: DayProblem, answer: DayRoute) -> list[str]:
    """The same for one day."""
    stops = {stop.key: stop for stop in problem.stops}
    if any(key not in stops for key in answer.route.keys):
        return ["visits to nobody"]
    nodes = [stops[key].node for key in answer.route.keys]
    faults = _faults_of_route(problem.travel, problem.shift, answer.route, nodes, answer.findings)
    for visit in answer.route.visits:
        stop = stops[visit.stop]
        faults += _faults_of_visit(visit, stop.service_min, stop.hours, stop.fixed_min, 0, answer.findings)
    seen = Counter([*answer.route.keys, *answer.left_out])
    faults += [f"stop {key}: {seen[key]} times" for key in stops if seen[key] != 1]
    for key in answer.left_out:
        if stops[key].fixed_min is not None:
            faults.append(f"stop {key}: a fixed appointment left out")
        if not any(finding.stop == key for finding in answer.findings):
            faults.append(f"stop {key}: left out, not told")
    return faults


def _faults_of_route(
    travel: Travel, shift: Shift, route: Route, nodes: Sequence[int], told: Sequence[Finding]
) -> list[str]:
    faults = []
    where, now, driven, worked = shift.start_node, route.starts_min, 0.0, 0.0
    if abs(route.starts_min - shift.starts_min) > SLACK_MIN:
        faults.append(f"day {route.day}: does not begin when the shift does")
    pause = shift.break_
    rest, broke = route.break_min, 0
    for node, visit in [*zip(nodes, route.visits, strict=True), (shift.end_node, None)]:
        leg = 0.0 if node is None or not nodes else travel.minutes[where][node]
        reached = now + leg
        arrival = route.ends_min if visit is None else visit.arrives_min
        # The break lies between leaving the last place and the arrival written down.
        if rest is not None and pause is not None and now - SLACK_MIN <= rest and broke == 0:
            rested = max(reached, rest + 0.0) + pause.length_min
            if arrival >= rested - SLACK_MIN and reached < arrival - SLACK_MIN:
                reached, broke = rested, 1
        if arrival < reached - SLACK_MIN:
            faults.append(f"day {route.day}: at {node} before it can be ({arrival} < {reached})")
        driven += leg
        if visit is not None:
            worked += visit.ends_min - visit.starts_min
            now = visit.ends_min
            where = int(node or 0)
    if pause is not None:
        needed = route.ends_min > pause.latest_start_min + SLACK_MIN
        if needed and not broke:
            faults.append(f"day {route.day}: no break")
        if rest is not None:
            late = rest > pause.latest_start_min + SLACK_MIN
            if rest < pause.earliest_start_min - SLACK_MIN or (
                late and not _is_told(told, Shortcoming.BREAK_LATE, None, route.day)
            ):
                faults.append(f"day {route.day}: a break at {rest}")
    if route.ends_min > shift.ends_min + SLACK_MIN and not _is_told(told, Shortcoming.OVERTIME, None, route.day):
        faults.append(f"day {route.day}: ends at {route.ends_min}")
    if abs(driven - route.travel_min) > SLACK_MIN:
        faults.append(f"day {route.day}: {driven} driven, {route.travel_min} told")
    many = shift.max_stops is not None and len(nodes) > shift.max_stops
    if many and not _is_told(told, Shortcoming.TOO_MANY_STOPS, None, route.day):
        faults.append(f"day {route.day}: {len(nodes)} stops")
    long_ = driven + worked > shift.max_work_min + SLACK_MIN
    if long_ and not _is_told(told, Shortcoming.TOO_MUCH_WORK, None, route.day):
        faults.append(f"day {route.day}: {driven + worked} minutes of work")
    return faults


def _faults_of_visit(
    visit: Visit,
    service_min: float,
    hours: tuple[Window, ...] | None,
    moment_min: float | None,
    day: int,
    told: Sequence[Finding],
) -> list[str]:
    faults = []
    if visit.starts_min < visit.arrives_min - SLACK_MIN:
        faults.append(f"stop {visit.stop}: starts before it is reached")
    if abs(visit.ends_min - visit.starts_min - service_min) > SLACK_MIN:
        faults.append(f"stop {visit.stop}: {visit.ends_min - visit.starts_min} minutes of visit")
    if moment_min is not None:
        kept = abs(visit.starts_min - moment_min) <= SLACK_MIN
    else:
        kept = hours is None or any(
            window.opens_min - SLACK_MIN <= visit.starts_min and visit.ends_min <= window.closes_min + SLACK_MIN
            for window in hours
        )
    excuses = (Shortcoming.LATE, Shortcoming.NEVER_OPEN)
    fixed = visit.locked and any(_is_told(told, kind, visit.stop, day) for kind in excuses)
    if not kept and not fixed:
        faults.append(f"stop {visit.stop} on day {day}: at {visit.starts_min}, not when it is open or agreed")
    return faults


def _faults_of_cadence(
    problem: PeriodProblem, key: int, cadence: Cadence, days: Sequence[int], told: Sequence[Finding]
) -> list[str]:
    faults = []
    if len(days) < cadence.visits and not _told_missing(told, key, cadence.visits - len(days)):
        faults.append(f"stop {key}: {len(days)} of {cadence.visits} visits, not told")
    if len(days) > cadence.visits and not _is_told(told, Shortcoming.LOCKED_OTHERWISE, key, None):
        faults.append(f"stop {key}: more visits than asked for")
    numbers = [problem.days[day].number for day in days]
    chain = ([cadence.last_visit] if cadence.last_visit is not None else []) + numbers
    short = sum(1 for a, b in pairwise(chain) if b - a < cadence.min_gap_days)
    long_ = 0
    if cadence.max_gap_days is not None and numbers:
        tail = [problem.days[-1].number + 1]
        long_ = sum(1 for a, b in pairwise(chain + tail) if b - a > cadence.max_gap_days)
    counts = Counter(finding.kind for finding in told if finding.stop == key)
    if short != counts[Shortcoming.GAP_TOO_SHORT]:
        faults.append(f"stop {key}: {short} gaps too short, {counts[Shortcoming.GAP_TOO_SHORT]} told")
    if long_ != counts[Shortcoming.GAP_TOO_LONG]:
        faults.append(f"stop {key}: {long_} gaps too long, {counts[Shortcoming.GAP_TOO_LONG]} told")
    return faults


def _is_told(told: Sequence[Finding], kind: Shortcoming, stop: int | None, day: int | None) -> bool:
    return any(finding.kind is kind and finding.stop == stop and finding.day == day for finding in told)


def _told_missing(told: Sequence[Finding], key: int, amount: int) -> bool:
    kinds = (Shortcoming.NO_ROOM, Shortcoming.NEVER_OPEN, Shortcoming.NOBODY_WORKS, Shortcoming.LEFT_OUT)
    return any(f.stop == key and f.day is None and f.kind in kinds and f.amount == amount for f in told)
