"""A month's question as the router reads it."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from dealers.choices import Tier
from visits.cadence import smallest_gap
from visits.choices import Means
from visits.hours import Week
from visits.models import Visit
from visits.months.question import Question, nobody_touched
from visits.months.wishes import Asked, Want
from visits.places import END, START
from visits.routing.problem import Break, Cadence, Lock, PeriodProblem, Shift, Stop, Window, WorkDay
from visits.targets import NONE, Pace
from visits.working_days import minutes_of

# What another day than the preferred ones costs, in minutes of driving.
OTHER_DAY_MIN = 25.0
# When a month, or a day, is too full, visits worth the least give way first: minutes of driving that one is worth.
WORTH_MIN = {Tier.A: 600.0, Tier.B: 300.0, Tier.C: 120.0, "": 100.0}
# A visit that must be gives way last.
MUST_WORTH_MIN = 2_000.0
# Balanced days are worth some kilometres: docs/algorithms/planning.md has the figures.
BALANCE = 0.1
LUNCH = (dt.time(11, 30), dt.time(13, 30))
_ALL_DAY = (Window(0.0, 1440.0),)


@dataclass(frozen=True, slots=True)
class Posed:
    """The problem, the day that each of its positions is, and whose stop each key is."""

    problem: PeriodProblem | None
    days: list[dt.date]
    dealers: dict[int, int]


def to_problem(question: Question, asked: Sequence[Asked]) -> Posed:
    """The problem is None when nobody works or nothing is asked.

    A visit that is wanted between two days is a stop of its own with a number below zero, closed on all other days; the
    dealer's other visits keep off the days that are left for it, so that no two meet on one.
    """
    days = sorted({*question.working.days, *(visit.on for each in asked for visit in each.held)})
    works = set(question.working.days)
    wanted = [each for each in asked if each.visits or any(is_driven(visit) for visit in each.held)]
    if not days or not wanted:
        return Posed(None, days, {})
    numbers = {day: at for at, day in enumerate(days)}
    shift = _shift(question)
    stops: list[Stop] = []
    locks: list[Lock] = []
    dealers: dict[int, int] = {}
    for each in wanted:
        for stop in _stops_of(question, each, days, below=-1 - len(stops)):
            stops.append(stop)
            dealers[stop.key] = each.dealer_id
        locks += [
            Lock(each.dealer_id, numbers[visit.on], minutes_of(visit.fixed_at) if visit.fixed_at else None)
            for visit in each.held
            if is_driven(visit)
        ]
    problem = PeriodProblem(
        travel=question.map.travel,
        # An appointment on a day off is kept; nothing else is put there.
        days=tuple(
            WorkDay(day.toordinal(), (shift,) if day in works or any(lock.day == at for lock in locks) else ())
            for at, day in enumerate(days)
        ),
        stops=tuple(stops),
        locks=tuple(locks),
        balance=BALANCE,
    )
    return Posed(problem, days, dealers)


def is_driven(visit: Visit) -> bool:
    return visit.means == Means.IN_PERSON


def _shift(question: Question) -> Shift:
    time = question.working.time
    return Shift(
        rep=0, start_node=START, end_node=END, starts_min=minutes_of(time.starts), ends_min=minutes_of(time.ends),
        break_=_lunch(time), max_stops=time.max_stops,
        max_work_min=float(question.working.minutes_a_day) * float(time.visiting_share),
    )  # fmt: skip


def _lunch(time: Any) -> Break | None:
    if not time.lunch_minutes:
        return None
    return Break(float(time.lunch_minutes), minutes_of(LUNCH[0]), minutes_of(LUNCH[1]))


def _stops_of(question: Question, each: Asked, days: Sequence[dt.date], *, below: int) -> list[Stop]:
    """The dealer's stops: one for each wanted visit, numbered from `below` downwards, and one for all the others."""
    pace = question.paces.get(each.dealer_id, NONE)
    held = [visit for visit in each.held if is_driven(visit)]
    # What is held, prepared or asked for takes its own time.
    own = [*held, *(visit for visit in each.movable if not nobody_touched(visit))]
    minutes = float(max([pace.minutes, *(visit.minutes for visit in own)]))
    week = question.hours.get(each.dealer_id)
    last = question.last.get(each.dealer_id)
    last_visit = last.toordinal() if last else None
    worth = WORTH_MIN.get(question.dealers[each.dealer_id].tier or "", 100.0)
    if any(visit.must for visit in each.movable):
        worth = MUST_WORTH_MIN
    node, day_cost = question.map.nodes[each.dealer_id], _preferred(pace, days)
    rest = each.visits - len(each.wants) + len(held)
    kept_free: set[dt.date] = set()
    stops = []
    for number, want in enumerate(each.wants):
        on = _days_left(question, each, want, days, rest)
        kept_free |= on
        stops.append(
            Stop(
                key=below - number, node=node, service_min=minutes, when=Cadence(1, last_visit=last_visit),
                hours=_hours_on(week, days, only=on), day_cost_min=day_cost, value_min=max(worth, want.worth_min),
            )
        )  # fmt: skip
    if rest:
        stops.append(
            Stop(
                key=each.dealer_id, node=node, service_min=minutes,
                when=Cadence(
                    visits=rest,
                    min_gap_days=smallest_gap(each.visits + len(held), (question.end - question.from_day).days),
                    max_gap_days=None if each.wants else pace.max_gap_days,
                    last_visit=None if each.wants else last_visit,
                ),
                hours=_hours_on(week, days, without=kept_free), day_cost_min=day_cost, value_min=worth,
            )
        )  # fmt: skip
    return stops


def _days_left(question: Question, each: Asked, want: Want, days: Sequence[dt.date], rest: int) -> set[dt.date]:
    """Days for a wanted visit: those between its two days on which the dealer is open, where there are any; no more of
    them than an even spread of all visits leaves to one, so that the others find days too."""
    taken = {visit.on for visit in each.held}
    there = [day for day in days if want.first <= day <= want.last and day not in taken]
    week = question.hours.get(each.dealer_id)
    open_ = [day for day in there if week is None or week.get(day.isoweekday())]
    chosen = open_ or there
    if rest:
        chosen = chosen[: math.ceil(len(days) / (rest + len(each.wants)))]
    return set(chosen)


def _hours_on(
    week: Week | None,
    days: Sequence[dt.date],
    *,
    only: Collection[dt.date] | None = None,
    without: Collection[dt.date] = (),
) -> tuple[tuple[Window, ...], ...] | None:
    """Windows on each day, none on days that are kept from the stop; None: always open."""
    if week is None and only is None and not without:
        return None
    return tuple(
        ()
        if day in without or (only is not None and day not in only)
        else _ALL_DAY
        if week is None
        else week.get(day.isoweekday(), ())
        for day in days
    )


def _preferred(pace: Pace, days: Sequence[dt.date]) -> tuple[float, ...] | None:
    if not pace.weekdays:
        return None
    return tuple(0.0 if day.isoweekday() in pace.weekdays else OTHER_DAY_MIN for day in days)
