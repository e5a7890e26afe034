"""A month of forty representatives over the stores of a whole state: planned, routed and checked. Needs no database.

Patches: the state is halved along its longer side again and again, so that both halves ask for the same hours, with
dealers and on the way there (a quick plan of the patches before tells the way). A day is the product's own: 9:00 to 18:00 with an hour's lunch, nine tenths of it for visits, eight stops at most; the call cycles
are the class standard. Rural roads: great circle x 1.3 at 60 km/h. Beside it stands a month made by hand: fixed weekdays, the
emptiest and nearest first, and every day in the order of the nearest neighbour.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from math import cos, inf, radians
from statistics import fmean, pstdev
from time import process_time

from bench import iowa_stores
from bench.iowa_stores import Store
from bench.report import Report
from bench.simple_routes import greedy_days, length, nearest_neighbour
from visits.routing.answer import PeriodPlan, Shortcoming
from visits.routing.check import faults_of_plan
from visits.routing.compiled import load
from visits.routing.distance import Place, as_the_crow_drives
from visits.routing.period import plan_period
from visits.routing.problem import Break, Cadence, Patterns, PeriodProblem, Shift, Stop, WorkDay

REPS = 40
SECONDS = 1.0
# Rounds in which the patches are drawn anew, and seconds of each plan for them.
ROUNDS, QUICK = 12, 0.05
ROAD_FACTOR, SPEED_KMH = 1.3, 60.0
# Visits in four weeks, the largest gap in days, minutes of a visit, and the smallest gap: half of an even spread.
CYCLES = {"A": (4, 10, 60, 3), "B": (2, 21, 45, 7), "C": (1, 45, 30, 14)}
# Weekdays of four weeks, and the same as positions 0 to 19.
NUMBERS = [number for number in range(1, 29) if number % 7 not in (6, 0)]
WORK_MIN = 0.9 * 8 * 60
SHIFT = Shift(
    rep=0, start_node=0, end_node=0, starts_min=540, ends_min=1080, break_=Break(60, 690, 810), max_stops=8,
    max_work_min=WORK_MIN,
)  # fmt: skip
# When a month is too full, visits worth the least give way first: as in visits.planning.
WORTH_MIN = {"A": 600.0, "B": 300.0, "C": 120.0}
BALANCE = 0.1


def run(report: Report) -> None:
    if not iowa_stores.is_there():
        print("  skipped: there is no ../shared/data/iowa", flush=True)
        return
    load()
    stores, guessed = iowa_stores.read()
    tiers = Counter(store.tier for store in stores)
    print(
        f"  {len(stores)} stores ({guessed} of them placed by town or county): {dict(sorted(tiers.items()))}",
        flush=True,
    )
    problems = [month_of(patch) for patch in balanced_patches(stores, REPS)]
    began = process_time()
    plans = [plan_period(problem, seed=1, seconds=SECONDS) for problem in problems]
    took = process_time() - began
    faults = [fault for problem, plan in zip(problems, plans, strict=True) for fault in faults_of_plan(problem, plan)]
    if faults:
        raise AssertionError(f"a month that is not sound: {faults[:5]}")
    km = sum(plan.km for plan in plans)
    report.add("forty months planned and routed: processor time for each", took / REPS, unit="s")
    report.add("their visits", sum(len(route.visits) for plan in plans for route in plan.routes), unit="visits")
    report.add("visits without a day", _told(plans, *_MISSING), unit="visits")
    report.add("gaps longer or shorter than the cycle allows", _told(plans, *_GAPS), unit="days")
    _balance(report, plans)
    report.add("kilometres", km, unit="km")
    same_days = sum(_in_nearest_order(problem, plan) for problem, plan in zip(problems, plans, strict=True))
    report.add("the same days in the order of the nearest neighbour", same_days / km, unit="x")
    by_hand, days = _by_hand(problems, plans)
    packed = [plan_period(replace(problem, balance=0.0), seed=1, seconds=SECONDS) for problem in problems]
    least = sum(plan.km for plan in packed)
    report.add("kilometres of a plan whose days need not be even", least, unit="km")
    report.add("a month made by hand against it", by_hand / least, unit="x", limit=1, at_least=True)
    report.add("a month made by hand against the even plan", by_hand / km, unit="x", limit=1, at_least=True)
    report.add("days that it needs and nobody has", days, unit="days")


_MISSING = (Shortcoming.NO_ROOM, Shortcoming.NEVER_OPEN, Shortcoming.NOBODY_WORKS, Shortcoming.LEFT_OUT)
_GAPS = (Shortcoming.GAP_TOO_LONG, Shortcoming.GAP_TOO_SHORT)


def _told(plans: Sequence[PeriodPlan], *kinds: Shortcoming) -> float:
    return sum(finding.amount for plan in plans for finding in plan.findings if finding.kind in kinds)


def _balance(report: Report, plans: Sequence[PeriodPlan]) -> None:
    hours = [sum(route.work_min for route in plan.routes) / 60 for plan in plans]
    report.add("hours of a representative, mean", fmean(hours), unit="h")
    report.add("hours of a representative, standard deviation", pstdev(hours), unit="h")
    report.add("hours of the busiest over those of the idlest", max(hours) / min(hours), unit="x")
    days = [[route.work_min for route in plan.routes] for plan in plans]
    report.add("hours of a day within a month, standard deviation", fmean(pstdev(each) for each in days) / 60, unit="h")
    report.add("fullest day of all", max(max(each) for each in days), unit="min", limit=WORK_MIN + 1e-3)


def balanced_patches(stores: Sequence[Store], number: int) -> list[list[Store]]:
    """Compact patches that ask for about the same hours: those of the round whose busiest has the fewest more than the
    idlest, an hour more for each visit that no day has room for."""
    minutes = {store.key: _minutes(store) for store in stores}
    best: list[list[Store]] = []
    least = inf
    for _round in range(ROUNDS):
        found = patches(stores, number, minutes)
        worked, missing = [], 0.0
        for patch in found:
            plan = plan_period(month_of(patch), seed=1, seconds=QUICK)
            way = plan.travel_min
            worked.append(sum(map(_minutes, patch)) + way)
            missing += 60 * _told([plan], *_MISSING)
            visits = sum(CYCLES[store.tier][0] for store in patch)
            for store in patch:
                wanted = _minutes(store) + CYCLES[store.tier][0] * way / visits
                minutes[store.key] += (wanted - minutes[store.key]) / 4
        if max(worked) - min(worked) + missing < least:
            least, best = max(worked) - min(worked) + missing, found
    return best


def patches(stores: Sequence[Store], number: int, minutes: dict[int, float]) -> list[list[Store]]:
    """As many compact patches with about the same sum of these minutes."""
    if number == 1:
        return [list(stores)]
    latitudes, longitudes = ([getattr(store.place, name) for store in stores] for name in ("latitude", "longitude"))
    stretch = cos(radians(fmean(latitudes)))
    tall = max(latitudes) - min(latitudes) > (max(longitudes) - min(longitudes)) * stretch
    ordered = sorted(stores, key=lambda s: (s.place.latitude if tall else s.place.longitude, s.key))
    first = number // 2
    half = sum(minutes[store.key] for store in ordered) * first / number
    total, at = 0.0, 0
    while total < half:
        total += minutes[ordered[at].key]
        at += 1
    return [*patches(ordered[:at], first, minutes), *patches(ordered[at:], number - first, minutes)]


def _minutes(store: Store) -> float:
    """With the dealer, in four weeks."""
    visits, _gap, minutes, _least = CYCLES[store.tier]
    return float(visits * minutes)


def month_of(patch: Sequence[Store]) -> PeriodProblem:
    """Four weeks of a representative who lives at the store nearest to the middle of her patch."""
    middle = Place(fmean(s.place.latitude for s in patch), fmean(s.place.longitude for s in patch))
    home = min(patch, key=lambda s: (_squared(s.place, middle), s.key)).place
    travel = as_the_crow_drives(
        [home, *(store.place for store in patch)], road_factor=ROAD_FACTOR, speed_kmh=SPEED_KMH
    )  # fmt: skip
    stops = []
    for node, store in enumerate(patch, 1):
        visits, longest, minutes, least = CYCLES[store.tier]
        cadence = Cadence(visits, min_gap_days=least, max_gap_days=longest)
        stops.append(Stop(store.key, node, float(minutes), cadence, value_min=WORTH_MIN[store.tier]))
    return PeriodProblem(travel, tuple(WorkDay(number, (SHIFT,)) for number in NUMBERS), tuple(stops), balance=BALANCE)


def _squared(one: Place, other: Place) -> float:
    stretch = cos(radians(one.latitude))
    return (one.latitude - other.latitude) ** 2 + (stretch * (one.longitude - other.longitude)) ** 2


def _in_nearest_order(problem: PeriodProblem, plan: PeriodPlan) -> float:
    """Kilometres of the plan's own days when each is driven to the nearest stop next."""
    return _km(sum(
        length(problem.travel, nodes)
        for route in plan.routes
        for nodes in nearest_neighbour(problem, route.day, route.keys)
    ))  # fmt: skip


def _by_hand(problems: Sequence[PeriodProblem], plans: Sequence[PeriodPlan]) -> tuple[float, int]:
    """Kilometres, and days beyond those of the month: A dealers have a weekday, B one in every second week, C one in the
    month. Who finds no more time on a day is visited on one more. Stores that the plan could not visit are left out."""
    km, beyond = 0.0, 0
    fixed = {
        4: tuple(tuple(range(day, 20, 5)) for day in range(5)),
        2: tuple((day, day + 10) for day in range(10)),
        1: tuple((day,) for day in range(20)),
    }
    for problem, plan in zip(problems, plans, strict=True):
        missing = {finding.stop for finding in plan.findings if finding.kind in _MISSING}
        stops = tuple(
            Stop(stop.key, stop.node, stop.service_min, Patterns(fixed[stop.when.visits]), load=stop.service_min)
            for stop in problem.stops
            if isinstance(stop.when, Cadence) and stop.key not in missing
        )
        shift = Shift(0, 0, 0, max_load=WORK_MIN, max_work_min=WORK_MIN)
        loose = PeriodProblem(problem.travel, tuple(WorkDay(number, (shift,)) for number in NUMBERS), stops)
        for day, keys in enumerate(greedy_days(loose)):
            routes = nearest_neighbour(loose, day, keys)
            beyond += max(len(routes) - 1, 0)
            km += _km(sum(length(loose.travel, route) for route in routes))
    return km, beyond


def _km(minutes: float) -> float:
    return minutes * SPEED_KMH / 60
