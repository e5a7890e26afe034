"""A month's answer becomes visits: who stands on a chosen day stays, others move, new ones are made, surplus ones go."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Sequence

from django.db import connection, transaction

from accounts.models import User
from visits.choices import Audience, PlanState, VisitKind, VisitState, Why
from visits.extra import why_of
from visits.models import ExtraVisit, Visit, VisitPlan
from visits.months.problem import Posed
from visits.months.question import Question, kinds_of, nobody_touched
from visits.months.report import report_of
from visits.months.wishes import Asked, serving
from visits.routing.answer import PeriodPlan
from visits.targets import NONE
from visits.working_days import time_of

# The first key of the advisory lock for writing a month, the second is the user's.
LOCK_SPACE = 0x56495354


@transaction.atomic
def write(
    plan: VisitPlan,
    question: Question,
    asked: Sequence[Asked],
    posed: Posed,
    answer: PeriodPlan | None,
    *,
    at: dt.datetime,
    by: User | None,
    seed: int,
    propose: bool = False,
) -> bool:
    """False, and nothing is written, when the month is no longer as it was read. With `propose` a plan that was not
    released yet becomes a proposal."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK_SPACE, question.user.pk])
    if read_fingerprint(question) != question.fingerprint:
        return False
    visits, placed = _place(plan, question, asked, posed, answer)
    _serve(question, asked, visits)
    is_proposal = propose and (plan.planned_at is None or plan.state == PlanState.DRAFT)
    plan.km_before, plan.travel_minutes_before = plan.km, plan.travel_minutes
    plan.km = round(answer.km, 1) if answer else 0.0
    plan.travel_minutes = round(answer.travel_min) if answer else 0
    plan.capacity_minutes = question.working.capacity_minutes
    plan.load_minutes = _load(question, asked, plan.travel_minutes)
    plan.report = report_of(question, asked, posed, answer, placed).data()
    plan.seed, plan.planned_at, plan.planned_by = seed, at, by
    plan.state = PlanState.DRAFT if is_proposal else PlanState.RELEASED
    plan.save()
    return True


def read_fingerprint(question: Question) -> frozenset[tuple[int, int, str]]:
    """What the month's visits are now; they are locked against others until the transaction ends."""
    rows = Visit.objects.filter(
        user=question.user, on__gte=question.month, on__lt=question.end, kind__in=kinds_of(question.audience)
    )
    return frozenset(rows.select_for_update().values_list("pk", "version", "state"))


def _place(
    plan: VisitPlan, question: Question, asked: Sequence[Asked], posed: Posed, answer: PeriodPlan | None
) -> tuple[dict[int, list[Visit]], Counter[int]]:
    """Write the days, orders and times. The open visits of each dealer from now on, and how many of each found a day,
    held ones not counted."""
    new: dict[int, set[dt.date]] = defaultdict(set)
    stand: dict[tuple[int, dt.date], tuple[int, float]] = {}
    for route in answer.routes if answer else ():
        for number, made in enumerate(route.visits, start=1):
            dealer, day = posed.dealers[made.stop], posed.days[route.day]
            stand[dealer, day] = (number, made.starts_min)
            if not made.locked:
                new[dealer].add(day)
    changed: list[Visit] = []
    create: list[Visit] = []
    surplus: set[int] = set()
    leads = question.audience == Audience.LEADER
    for each in asked:
        wanted = new[each.dealer_id] - {visit.on for visit in each.held}
        # Who already stands on a wanted day stays there, so that no two of a dealer ever meet on one.
        staying = [visit for visit in each.movable if visit.on in wanted]
        free = sorted(wanted - {visit.on for visit in staying})
        moving = sorted((visit for visit in each.movable if visit not in staying), key=_least_dispensable)
        for visit, day in zip(moving, free, strict=False):
            visit.on = day
        surplus |= {visit.pk for visit in moving[len(free) :] if nobody_touched(visit)}
        pace = question.paces.get(each.dealer_id, NONE)
        create += [
            Visit(
                dealer_id=each.dealer_id, user=question.user, plan=plan, on=day, first_on=day, minutes=pace.minutes,
                kind=VisitKind.EXECUTIVE if leads else VisitKind.REGULAR,
            )
            for day in free[len(moving) :]
        ]  # fmt: skip
        for visit in filter(nobody_touched, each.movable):
            visit.minutes = pace.minutes
        changed += [visit for visit in (*each.movable, *each.held) if visit.pk not in surplus]
    Visit.objects.filter(pk__in=surplus).delete()
    for visit in (*changed, *create):
        found = stand.get((visit.dealer_id, visit.on))
        visit.sequence, visit.starts_at = (found[0], time_of(found[1])) if found else (None, None)
        visit.by_hand = False
        visit.plan = plan
        visit.version += 1 if visit.pk else 0
    by_dealer: dict[int, list[Visit]] = defaultdict(list)
    for visit in (*changed, *create):
        by_dealer[visit.dealer_id].append(visit)
    _say_why(question, asked, by_dealer)
    Visit.objects.bulk_update(
        changed, ["on", "sequence", "starts_at", "minutes", "by_hand", "plan", "kind", "why", "version"], batch_size=500
    )
    Visit.objects.bulk_create(create, batch_size=500)
    return by_dealer, Counter({dealer_id: len(on) for dealer_id, on in new.items()})


def _least_dispensable(visit: Visit) -> tuple[bool, dt.date]:
    """Those that somebody asked for or prepared find a day first."""
    return (nobody_touched(visit), visit.on)


def _say_why(question: Question, asked: Sequence[Asked], visits: dict[int, list[Visit]]) -> None:
    """The visit that serves a request says so; beyond what the cycle asks for it is an extra one."""
    for each in asked:
        beyond = each.visits - each.regular
        for want in each.wants:
            on_time = [
                visit
                for visit in visits[each.dealer_id]
                if want.first <= visit.on <= want.last and visit.state == VisitState.PLANNED and visit.why == Why.CYCLE
            ]
            if not on_time:
                continue
            visit = min(on_time, key=lambda visit: visit.on)
            visit.why = why_of(max(want.rows, key=lambda row: row.priority))
            if beyond > 0 and visit.kind == VisitKind.REGULAR:
                visit.kind = VisitKind.EXTRA
                beyond -= 1


def _serve(question: Question, asked: Sequence[Asked], visits: dict[int, list[Visit]]) -> None:
    """Join each request to the visit that serves it: one of this person's, or a colleague's."""
    changed: list[ExtraVisit] = []
    for dealer_id, rows in question.requests.items():
        there = [*visits.get(dealer_id, ()), *question.others.get(dealer_id, ())]
        for row in rows:
            found = serving(row, there, question.from_day, question.end)
            pk = found.pk if found else None
            if row.visit_id != pk:
                changed.append(row)
            row.visit_id = pk
    ExtraVisit.objects.bulk_update(changed, ["visit"], batch_size=500)


def _load(question: Question, asked: Sequence[Asked], travel_minutes: int) -> int:
    with_dealers = sum(
        (each.visits + len(each.held)) * question.paces.get(each.dealer_id, NONE).minutes for each in asked
    )
    return with_dealers + travel_minutes
