"""What each dealer asks for in the rest of a month: visits of the cycle, and visits that other parts ask for."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from visits.cadence import phase_of, visits_in_month
from visits.choices import Priority, SkipReason, VisitState, Why
from visits.models import ExtraVisit, Visit
from visits.months.question import Question, is_movable, nobody_touched
from visits.targets import NONE

# A request whose last day has passed is served within so many days.
AT_ONCE_DAYS = 7
# Minutes of driving that a visit asked for is worth, when a month is too full.
WORTH_MIN = {Priority.HIGH: 900.0, Priority.NORMAL: 450.0, Priority.LOW: 150.0}


@dataclass(frozen=True, slots=True)
class Want:
    """One visit between two days (both count) that serves all these requests."""

    first: dt.date
    last: dt.date
    rows: tuple[ExtraVisit, ...]

    @property
    def worth_min(self) -> float:
        return max(WORTH_MIN[Priority(row.priority)] for row in self.rows)


@dataclass(frozen=True, slots=True)
class Asked:
    """`visits` are to be placed, `wants` among them; `regular` of them the cycle asks for. `movable` are the planner's
    own, `held` stay as they are."""

    dealer_id: int
    visits: int
    regular: int
    wants: tuple[Want, ...]
    movable: tuple[Visit, ...]
    held: tuple[Visit, ...]


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
        counted = len(question.others.get(pk, ())) + sum(map(counts, rows))
        a_year = question.paces.get(pk, NONE).a_year if pk in question.own else 0
        wanted = visits_in_month(a_year, question.month, phase_of(dealer.pk))
        # What somebody prepared or asked for is made even where the cycle asks for less: it takes its place on the road.
        cared_for = sum(not nobody_touched(visit) for visit in movable)
        regular = max(max(wanted - counted - len(held), 0) + extra, cared_for)
        wants = tuple(wants_of(question, pk, held))
        visits = max(regular, len(wants))
        if visits or movable or held:
            found.append(Asked(pk, visits, regular, wants, movable, held))
    return found


def counts(visit: Visit) -> bool:
    """Whether the visit is one of those asked for: made, or given up for this month."""
    given_up = visit.state == VisitState.SKIPPED and visit.skip_reason in (SkipReason.DEFERRED, SkipReason.NOT_NEEDED)
    return given_up or visit.state in (VisitState.DONE, VisitState.UNDER_WAY)


def days_for(row: ExtraVisit, from_day: dt.date, end: dt.date) -> tuple[dt.date, dt.date]:
    """The first and the last day on which a visit serves the request, from `from_day` on and before `end`; a first day
    after the last one: none does."""
    first = max(from_day, row.earliest_on or from_day)
    last = row.latest_on if row.latest_on >= from_day else from_day + dt.timedelta(days=AT_ONCE_DAYS - 1)
    return first, min(last, end - dt.timedelta(days=1))


def serving(row: ExtraVisit, visits: Sequence[Visit], from_day: dt.date, end: dt.date) -> Visit | None:
    """The first of these open visits that serves the request."""
    first, last = days_for(row, from_day, end)
    days = (
        visit
        for visit in visits
        if first <= visit.on <= last and visit.state in (VisitState.PLANNED, VisitState.UNDER_WAY)
    )
    return min(days, key=lambda visit: visit.on, default=None)


def wants_of(question: Question, dealer_id: int, held: Sequence[Visit]) -> list[Want]:
    """The fewest visits that serve the dealer's requests, without those that a held visit or a colleague's serves.

    By rising last days: a request joins the visit before when both have days in common. No fewer would do, as for
    stabbing intervals.
    """
    there = (*held, *question.others.get(dealer_id, ()))
    found: list[Want] = []
    for row in question.requests.get(dealer_id, ()):
        if serving(row, there, question.from_day, question.end) is not None:
            continue
        first, last = days_for(row, question.from_day, question.end)
        if first > last:
            continue
        if found and first <= found[-1].last:
            before = found[-1]
            found[-1] = Want(max(before.first, first), min(before.last, last), (*before.rows, row))
        else:
            found.append(Want(first, last, (row,)))
    return found
