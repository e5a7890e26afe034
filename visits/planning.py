"""Somebody's month: which dealer on which day, in which order, by when. What is locked, agreed or done never moves.

Reading (visits.months.question), solving and writing (visits.months.writing) are three steps: the search takes seconds
and holds no lock; when somebody changed a visit meanwhile, nothing is written and the month is read and solved anew.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.db import connection

from accounts.models import User
from visits.choices import Audience
from visits.due import ensure_cycles
from visits.models import VisitPlan
from visits.months.problem import to_problem
from visits.months.question import read
from visits.months.wishes import Asked, ask
from visits.months.writing import write
from visits.routing.period import plan_period
from visits.targets import ensure_plans

# The first key of the advisory lock for all of somebody's planning, the second is the user's.
PLANNING_SPACE = 0x504C414E
# Seconds of search for each visit that is to be placed, and their bounds.
SECONDS_A_VISIT, LEAST_SECONDS, MOST_SECONDS = 0.02, 0.1, 4.0
# How often a month is solved anew because somebody changed it meanwhile.
ATTEMPTS = 3


class MonthChanged(RuntimeError):
    """The month was changed by others as often as it was planned."""


class PlanningUnderWay(RuntimeError):
    """Somebody else is planning this person at the moment."""


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
    propose: bool = False,
) -> VisitPlan:
    """Plan, or plan anew from `from_day` (today, when it is None) on. The search takes `seconds`, or by the number of
    visits when it is None. With `propose` a month that nobody released yet stays a proposal. Raises MonthChanged and
    PlanningUnderWay."""
    ensure_cycles()
    month = month.replace(day=1)
    start = max(month, from_day or today)
    with alone(user.pk):
        for _attempt in range(ATTEMPTS):
            plan = ensure_plans(user, month=month, today=today, audience=audience)
            question = read(user, month=month, from_day=start, today=today, audience=audience)
            asked = ask(question)
            posed = to_problem(question, asked)
            limit = search_seconds(asked) if seconds is None else seconds
            answer = plan_period(posed.problem, seed=seed, seconds=limit) if posed.problem is not None else None
            if write(plan, question, asked, posed, answer, at=at, by=by, seed=seed, propose=propose):
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
