"""Somebody's month: which dealer on which day, in which order, by when. What is locked, agreed or done never moves.

Reading, solving and writing are three steps: the search takes seconds and holds no lock; when somebody changed a visit
meanwhile, nothing is written and the month is read and solved anew.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, transaction
from django.db.models import Max

from accounts.models import User
from crm.base.periods import add_months
from dealers.choices import Tier
from dealers.models import Dealer
from visits.cadence import phase_of, smallest_gap, visits_in_month
from visits.choices import Audience, Means, PlanState, SkipReason, VisitKind, VisitState, Why
from visits.due import ensure_cycles
from visits.models import OpeningHours, Visit, VisitPlan
from visits.places import END, START, Map, map_of
from visits.routing.answer import PeriodPlan, Shortcoming
from visits.routing.period import plan_period
from visits.routing.problem import Break, Cadence, Lock, PeriodProblem, Shift, Stop, Window, WorkDay
from visits.targets import NONE, Pace, Standard, dealers_for, ensure_plans
from visits.working_days import Working, minutes_of, time_of, working

# The first keys of our advisory locks, the second is the user's: for writing a month, and for all of its planning.
LOCK_SPACE, PLANNING_SPACE = 0x56495354, 0x504C414E
# Seconds of search for each visit that is to be placed, and their bounds.
SECONDS_A_VISIT, LEAST_SECONDS, MOST_SECONDS = 0.02, 0.1, 4.0
# How often a month is solved anew because somebody changed it meanwhile.
ATTEMPTS = 3
# What another day than the preferred ones costs, in minutes of driving.
OTHER_DAY_MIN = 25.0
# When a month is too full, visits worth the least give way first: minutes of driving that one is worth.
WORTH_MIN = {Tier.A: 600.0, Tier.B: 300.0, Tier.C: 120.0, "": 100.0}
# Balanced days are worth some kilometres: docs/algorithms/planning.md has the figures.
BALANCE = 0.1
LUNCH = (dt.time(11, 30), dt.time(13, 30))


# Why a visit has no day when no day is long enough for it, beside the router's reasons.
TOO_FAR = "too_far"


class MonthChanged(RuntimeError):
    """The month was changed by others as often as it was planned."""


class PlanningUnderWay(RuntimeError):
    """Somebody else is planning this person at the moment."""


@dataclass(frozen=True, slots=True)
class Question:
    """All that a month's plan is made from."""

    user: User
    audience: str
    month: dt.date
    from_day: dt.date
    working: Working
    dealers: dict[int, Dealer]
    # Those of them whom this person visits by the cycle; the others she helps out with.
    own: frozenset[int]
    paces: dict[int, Pace]
    # The month's visits of this person as they stand, with the versions they had.
    visits: tuple[Visit, ...]
    # Visits that others make or made this month in her place, by dealer.
    by_others: Counter[int]
    last: dict[int, dt.date]
    map: Map
    hours: dict[int, dict[int, tuple[Window, ...]]]

    @property
    def end(self) -> dt.date:
        return add_months(self.month, 1)

    @property
    def fingerprint(self) -> frozenset[tuple[int, int, str]]:
        return frozenset((visit.pk, visit.version, visit.state) for visit in self.visits)


@dataclass(frozen=True, slots=True)
class Asked:
    """What one dealer asks for in the rest of the month: `movable` are the planner's own, `held` stay as they are."""

    dealer_id: int
    visits: int
    movable: tuple[Visit, ...]
    held: tuple[Visit, ...]


@dataclass(slots=True)
class Report:
    """What the plan could not do, as plain data for VisitPlan.report. Nothing is dropped without standing here."""

    # Visits that found no room: {"dealer": id, "visits": n, "why": Shortcoming, "offer": PHONE, DEFER or HELP}.
    left_out: list[dict[str, Any]] = field(default_factory=list)
    # Gaps longer than the cycle allows: {"dealer": id, "days": n}.
    gaps: list[dict[str, Any]] = field(default_factory=list)
    # Whatever fixed appointments force: {"kind": …, "amount": …, "dealer": id or None, "day": ISO or None}.
    other: list[dict[str, Any]] = field(default_factory=list)
    # Dealers without coordinates, and whether the day's start had to be guessed.
    unplaced: list[int] = field(default_factory=list)
    start_guessed: bool = False
    # Why road times are not in it; empty when nothing is to be said.
    notice: str = ""
    # Minutes on the way and with dealers by day.
    days: dict[str, int] = field(default_factory=dict)

    def data(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__slots__}


def plan_month(
    *,
    user: User,
    month: dt.date,
    today: dt.date,
    at: dt.datetime,
    by: User | None,
    from_day: dt.date | None = None,
    audience: str = Audience.REPRESENTATIVE,
    seconds: float | None = None,
    seed: int = 1,
) -> VisitPlan:
    """Plan, or plan anew from `from_day` (today, when it is None) on. The search takes `seconds`, or by the number of
    visits when it is None. Raises MonthChanged and PlanningUnderWay."""
    ensure_cycles()
    month = month.replace(day=1)
    start = max(month, from_day or today)
    with alone(user.pk):
        for _attempt in range(ATTEMPTS):
            plan = ensure_plans(user, month=month, today=today, audience=audience)
            question = read(user, month=month, from_day=start, audience=audience)
            asked = ask(question)
            problem, days = to_problem(question, asked)
            limit = search_seconds(asked) if seconds is None else seconds
            answer = plan_period(problem, seed=seed, seconds=limit) if problem is not None else None
            if _write(plan, question, asked, days, answer, at=at, by=by, seed=seed):
                return plan
    raise MonthChanged


def search_seconds(asked: Sequence[Asked]) -> float:
    """How long to search: longer finds next to nothing (docs/algorithms/planning.md)."""
    visits = sum(each.visits for each in asked)
    return min(max(visits * SECONDS_A_VISIT, LEAST_SECONDS), MOST_SECONDS)


@contextmanager
def alone(user_id: int) -> Iterator[None]:
    """Keep others from planning this person; ends with the process at the latest. Raises PlanningUnderWay."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [PLANNING_SPACE, user_id])
        if not cursor.fetchone()[0]:
            raise PlanningUnderWay(user_id)
    try:
        yield
    finally:
        # A connection that is broken has let go of its locks.
        if connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [PLANNING_SPACE, user_id])


def read(user: User, *, month: dt.date, from_day: dt.date, audience: str) -> Question:
    """Six statements or so, whatever the number of dealers."""
    end = add_months(month, 1)
    kinds = (
        [VisitKind.EXECUTIVE] if audience == Audience.LEADER else [VisitKind.REGULAR, VisitKind.EXTRA, VisitKind.JOINT]
    )
    visits = tuple(
        Visit.objects.filter(user=user, on__gte=month, on__lt=end, kind__in=kinds).order_by("on", "sequence", "pk")
    )
    dealers = {dealer.pk: dealer for dealer in dealers_for(user, audience, on=max(month, from_day))}
    own = frozenset(dealers)
    # Appointments with dealers who left the patch are kept all the same.
    fields = ("pk", "name", "kind", "tier", "status", "latitude", "longitude", "territory_id", "created_at")
    for dealer in Dealer.objects.filter(pk__in={visit.dealer_id for visit in visits} - set(dealers)).only(*fields):
        dealers[dealer.pk] = dealer
    paces = Standard(audience, max(month, from_day)).of(dealers.values())
    works = working(user, from_day, end)
    others = Visit.objects.filter(
        dealer__in=dealers, on__gte=month, on__lt=end, kind__in=kinds,
        state__in=[VisitState.PLANNED, VisitState.UNDER_WAY, VisitState.DONE],
    ).exclude(user=user)  # fmt: skip
    made = Visit.objects.filter(dealer__in=dealers, state=VisitState.DONE, on__lt=from_day)
    made = (
        made.filter(kind=VisitKind.EXECUTIVE) if audience == Audience.LEADER else made.exclude(kind=VisitKind.EXECUTIVE)
    )
    return Question(
        user=user, audience=audience, month=month, from_day=from_day, working=works, dealers=dealers, own=own, paces=paces,
        visits=visits, by_others=Counter(others.values_list("dealer", flat=True)), last=dict(made.values_list("dealer").annotate(Max("on"))),
        map=map_of(((dealer.pk, dealer.latitude, dealer.longitude) for dealer in dealers.values()), works.time),
        hours=_hours(dealers),
    )  # fmt: skip


def _hours(dealer_ids: Iterable[int]) -> dict[int, dict[int, tuple[Window, ...]]]:
    found: dict[int, dict[int, list[Window]]] = defaultdict(lambda: defaultdict(list))
    for row in OpeningHours.objects.filter(dealer__in=list(dealer_ids)).order_by("dealer", "weekday", "opens"):
        found[row.dealer_id][row.weekday].append(Window(minutes_of(row.opens), minutes_of(row.closes)))
    return {pk: {weekday: tuple(windows) for weekday, windows in week.items()} for pk, week in found.items()}


def is_movable(visit: Visit, from_day: dt.date) -> bool:
    """Whether the planner may put the visit on another day."""
    return (
        visit.state == VisitState.PLANNED
        and visit.on >= from_day
        and not visit.locked
        and visit.fixed_at is None
        and visit.means == Means.IN_PERSON
        and visit.kind != VisitKind.JOINT
    )


def ask(question: Question) -> list[Asked]:
    """Dealers that are to be visited in the rest of the month, or already are."""
    by_dealer: dict[int, list[Visit]] = defaultdict(list)
    for visit in question.visits:
        by_dealer[visit.dealer_id].append(visit)
    found = []
    for pk, dealer in question.dealers.items():
        rows = by_dealer[pk]
        movable = tuple(visit for visit in rows if is_movable(visit, question.from_day))
        held = tuple(
            visit
            for visit in rows
            if visit.on >= question.from_day and visit.state == VisitState.PLANNED and visit not in movable
        )
        extra = sum(visit.why not in (Why.CYCLE, Why.OFF_PLAN) for visit in movable)
        counted = question.by_others[pk] + sum(map(_counts, rows))
        a_year = question.paces.get(pk, NONE).a_year if pk in question.own else 0
        wanted = visits_in_month(a_year, question.month, phase_of(dealer.pk))
        visits = max(wanted - counted - len(held), 0) + extra
        if visits or movable or held:
            found.append(Asked(pk, visits, movable, held))
    return found


def _counts(visit: Visit) -> bool:
    """Whether the visit is one of those asked for: made, or given up for this month."""
    given_up = visit.state == VisitState.SKIPPED and visit.skip_reason in (SkipReason.DEFERRED, SkipReason.NOT_NEEDED)
    return given_up or visit.state in (VisitState.DONE, VisitState.UNDER_WAY)


def to_problem(question: Question, asked: Sequence[Asked]) -> tuple[PeriodProblem | None, list[dt.date]]:
    """The routing problem and the day that each of its positions is; None when nobody works or nothing is asked."""
    days = sorted({*question.working.days, *(visit.on for each in asked for visit in each.held)})
    works = set(question.working.days)
    wanted = [each for each in asked if each.visits or any(_routed(visit) for visit in each.held)]
    if not days or not wanted:
        return None, days
    time, numbers = question.working.time, {day: at for at, day in enumerate(days)}
    shift = Shift(
        rep=0, start_node=START, end_node=END, starts_min=minutes_of(time.starts), ends_min=minutes_of(time.ends),
        break_=_lunch(time), max_stops=time.max_stops,
        max_work_min=float(question.working.minutes_a_day) * float(time.visiting_share),
    )  # fmt: skip
    stops, locks = [], []
    for each in wanted:
        held = [visit for visit in each.held if _routed(visit)]
        pace = question.paces.get(each.dealer_id, NONE)
        # More than one a day is not a plan; the rest is reported by the answer as not placed.
        visits = each.visits + len(held)
        # What is held, prepared or asked for takes its own time.
        own = [*each.held, *(visit for visit in each.movable if not _nobody_touched(visit))]
        minutes = max([pace.minutes, *(visit.minutes for visit in own if _routed(visit))])
        last = question.last.get(each.dealer_id)
        stops.append(
            Stop(
                key=each.dealer_id,
                node=question.map.nodes[each.dealer_id],
                service_min=float(minutes),
                when=Cadence(
                    visits=visits,
                    min_gap_days=smallest_gap(visits, (question.end - question.from_day).days),
                    max_gap_days=pace.max_gap_days,
                    last_visit=last.toordinal() if last else None,
                ),
                hours=_hours_on(question.hours.get(each.dealer_id), days),
                day_cost_min=_preferred(pace, days),
                value_min=WORTH_MIN.get(question.dealers[each.dealer_id].tier or "", 100.0),
            )
        )
        locks += [
            Lock(each.dealer_id, numbers[visit.on], minutes_of(visit.fixed_at) if visit.fixed_at else None)
            for visit in held
        ]
    return (
        PeriodProblem(
            travel=question.map.travel,
            # An appointment on a day off is kept; nothing else is put there.
            days=tuple(
                WorkDay(day.toordinal(), (shift,) if day in works or any(lock.day == at for lock in locks) else ())
                for at, day in enumerate(days)
            ),
            stops=tuple(stops),
            locks=tuple(locks),
            balance=BALANCE,
        ),
        days,
    )


def _routed(visit: Visit) -> bool:
    return visit.means == Means.IN_PERSON


def _lunch(time: Any) -> Break | None:
    if not time.lunch_minutes:
        return None
    return Break(float(time.lunch_minutes), minutes_of(LUNCH[0]), minutes_of(LUNCH[1]))


def _hours_on(
    week: dict[int, tuple[Window, ...]] | None, days: Sequence[dt.date]
) -> tuple[tuple[Window, ...], ...] | None:
    return None if week is None else tuple(week.get(day.isoweekday(), ()) for day in days)


def _preferred(pace: Pace, days: Sequence[dt.date]) -> tuple[float, ...] | None:
    if not pace.weekdays:
        return None
    return tuple(0.0 if day.isoweekday() in pace.weekdays else OTHER_DAY_MIN for day in days)


@transaction.atomic
def _write(
    plan: VisitPlan,
    question: Question,
    asked: Sequence[Asked],
    days: Sequence[dt.date],
    answer: PeriodPlan | None,
    *,
    at: dt.datetime,
    by: User | None,
    seed: int,
) -> bool:
    """False, and nothing is written, when the month is no longer as it was read."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK_SPACE, question.user.pk])
    now = read_fingerprint(question)
    if now != question.fingerprint:
        return False
    placed = _place(plan, question, asked, days, answer, at=at)
    report = _report(question, asked, days, answer, placed)
    plan.km_before, plan.travel_minutes_before = plan.km, plan.travel_minutes
    plan.km = round(answer.km, 1) if answer else 0.0
    plan.travel_minutes = round(answer.travel_min) if answer else 0
    plan.capacity_minutes = question.working.capacity_minutes
    plan.load_minutes = _load(question, asked, plan.travel_minutes)
    plan.report, plan.seed, plan.planned_at, plan.planned_by = report.data(), seed, at, by
    plan.state = PlanState.RELEASED
    plan.save()
    return True


def read_fingerprint(question: Question) -> frozenset[tuple[int, int, str]]:
    """What the month's visits are now; they are locked against others until the transaction ends."""
    pks = Visit.objects.filter(user=question.user, on__gte=question.month, on__lt=question.end)
    kinds = {VisitKind.EXECUTIVE} if question.audience == Audience.LEADER else set(VisitKind) - {VisitKind.EXECUTIVE}
    rows = pks.filter(kind__in=kinds).select_for_update().values_list("pk", "version", "state")
    return frozenset(rows)


def _place(
    plan: VisitPlan,
    question: Question,
    asked: Sequence[Asked],
    days: Sequence[dt.date],
    answer: PeriodPlan | None,
    *,
    at: dt.datetime,
) -> Counter[int]:
    """Write the days, orders and times; how many visits of each dealer found a place (held ones not counted)."""
    new: dict[int, set[dt.date]] = defaultdict(set)
    stand: dict[tuple[int, dt.date], tuple[int, float]] = {}
    for route in answer.routes if answer else ():
        for number, made in enumerate(route.visits, start=1):
            stand[made.stop, days[route.day]] = (number, made.starts_min)
            if not made.locked:
                new[made.stop].add(days[route.day])
    changed: list[Visit] = []
    create: list[Visit] = []
    surplus: list[int] = []
    for each in asked:
        wanted = new[each.dealer_id] - {visit.on for visit in each.held}
        # Who already stands on a wanted day stays there, so that no two of a dealer ever meet on one.
        staying = [visit for visit in each.movable if visit.on in wanted]
        free = sorted(wanted - {visit.on for visit in staying})
        moving = sorted((visit for visit in each.movable if visit not in staying), key=_least_dispensable)
        for visit, day in zip(moving, free, strict=False):
            visit.on = day
        surplus += [visit.pk for visit in moving[len(free) :] if _nobody_touched(visit)]
        pace = question.paces.get(each.dealer_id, NONE)
        create += [
            Visit(
                dealer_id=each.dealer_id, user=question.user, plan=plan, on=day, first_on=day, minutes=pace.minutes,
                kind=VisitKind.EXECUTIVE if question.audience == Audience.LEADER else VisitKind.REGULAR,
            )
            for day in free[len(moving) :]
        ]  # fmt: skip
        for visit in filter(_nobody_touched, each.movable):
            visit.minutes = pace.minutes
        changed += [visit for visit in (*each.movable, *each.held) if visit.pk not in surplus]
    Visit.objects.filter(pk__in=surplus).delete()
    for visit in (*changed, *create):
        found = stand.get((visit.dealer_id, visit.on))
        visit.sequence, visit.starts_at = (found[0], time_of(found[1])) if found else (None, None)
        visit.by_hand = False
        visit.plan = plan
        visit.version += 1 if visit.pk else 0
    Visit.objects.bulk_update(
        changed, ["on", "sequence", "starts_at", "minutes", "by_hand", "plan", "version"], batch_size=500
    )
    Visit.objects.bulk_create(create, batch_size=500)
    return Counter({dealer_id: len(on) for dealer_id, on in new.items()})


def _least_dispensable(visit: Visit) -> tuple[bool, dt.date]:
    """Those that somebody asked for or prepared find a day first."""
    return (visit.why == Why.CYCLE and _nobody_touched(visit), visit.on)


def _nobody_touched(visit: Visit) -> bool:
    return visit.why == Why.CYCLE and not visit.objective and visit.confirmed_at is None


def _load(question: Question, asked: Sequence[Asked], travel_minutes: int) -> int:
    with_dealers = sum(
        (each.visits + len(each.held)) * question.paces.get(each.dealer_id, NONE).minutes for each in asked
    )
    return with_dealers + travel_minutes


def _report(
    question: Question,
    asked: Sequence[Asked],
    days: Sequence[dt.date],
    answer: PeriodPlan | None,
    placed: Counter[int],
) -> Report:
    report = Report(
        unplaced=[pk for pk in question.map.unplaced if any(each.dealer_id == pk for each in asked)],
        start_guessed=question.map.start_guessed,
        notice=answer.notice if answer else "",
    )
    reasons: dict[int, str] = {}
    for finding in answer.findings if answer else ():
        if finding.kind == Shortcoming.GAP_TOO_LONG and finding.stop is not None:
            report.gaps.append({"dealer": finding.stop, "days": round(finding.amount)})
        elif finding.kind in _NOT_PLACED and finding.stop is not None:
            reasons[finding.stop] = finding.kind
        elif finding.kind != Shortcoming.GAP_TOO_SHORT:
            day = days[finding.day].isoformat() if finding.day is not None else None
            report.other.append(
                {"kind": finding.kind, "amount": round(finding.amount), "dealer": finding.stop, "day": day}
            )
    for each in asked:
        if missing := each.visits - placed[each.dealer_id]:
            if missing < 0:
                continue
            pace = question.paces.get(each.dealer_id, NONE)
            tier = question.dealers[each.dealer_id].tier
            report.left_out.append(
                {
                    "dealer": each.dealer_id, "visits": missing,
                    "why": TOO_FAR if days and _is_far(question, each.dealer_id, pace) else reasons.get(each.dealer_id, Shortcoming.NO_ROOM if days else Shortcoming.NOBODY_WORKS),
                    "offer": "PHONE" if pace.phone_every else "DEFER" if tier not in (Tier.A, Tier.B) else "HELP",
                }
            )  # fmt: skip
    for route in answer.routes if answer else ():
        report.days[days[route.day].isoformat()] = round(route.work_min)
    return report


def _is_far(question: Question, dealer_id: int, pace: Pace) -> bool:
    """Whether there, the visit and back takes longer than a day."""
    node, minutes = question.map.nodes[dealer_id], question.map.travel.minutes
    way = float(minutes[START][node]) + float(minutes[node][END])
    return way + pace.minutes > question.working.minutes_a_day


_NOT_PLACED = frozenset({Shortcoming.NO_ROOM, Shortcoming.NEVER_OPEN, Shortcoming.NOBODY_WORKS, Shortcoming.LEFT_OUT})
