"""The order and the times of one person's day, and what another order would have cost."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from accounts.models import User
from visits.choices import Means, VisitState
from visits.hours import hours_of
from visits.models import OrderedDay, Visit
from visits.places import END, START, Map, map_of
from visits.routing.answer import DayRoute, Finding
from visits.routing.day import order_day, time_day
from visits.routing.problem import Break, DayProblem, DayStop, Shift
from visits.working_days import minutes_of, time_of, working_time
from visits.worth import is_must, worth_of

# A first answer has to be there before a finger is off the screen; a worker may look longer.
AT_ONCE_S, AT_LEISURE_S = 0.1, 1.0


@dataclass(frozen=True, slots=True)
class Day:
    """A day as it is to be driven: visits in their order; kilometres and minutes on the way, and of the order before.

    `findings` name a visit by its number. `by_router` is what the router makes of a day that somebody put in order by
    hand: its kilometres and minutes; None for other days.
    """

    visits: tuple[Visit, ...]
    route: DayRoute
    map: Map
    km: float
    travel_minutes: int
    km_before: float
    travel_minutes_before: int
    findings: tuple[Finding, ...]
    by_router: tuple[float, int] | None = None


def day_of(user: User, on: dt.date) -> list[Visit]:
    """The stops of a day that are driven to, in the order they stand."""
    visits = Visit.objects.of_day(user, on).filter(means=Means.IN_PERSON).select_related("dealer")
    return [visit for visit in visits if visit.state in (VisitState.PLANNED, VisitState.UNDER_WAY, VisitState.DONE)]


def route_day(user: User, on: dt.date, *, seed: int = 1, seconds: float = AT_ONCE_S) -> Day:
    """The best order of what is still planned; an order by hand is kept and only timed. Nothing is written."""
    visits = [visit for visit in day_of(user, on) if visit.state == VisitState.PLANNED]
    problem, drawn = _problem(user, on, visits)
    before = time_day(problem, [visit.pk for visit in visits])
    # The month's search had more time: what it found room for has room.
    stood = [visit.pk for visit in visits if visit.sequence is not None]
    ordered = order_day(problem, seed=seed, seconds=seconds, compiled=False, stood=stood)
    by_hand = any(visit.by_hand for visit in visits)
    found = before if by_hand else ordered
    by_key = {visit.pk: visit for visit in visits}
    order = [by_key[key] for key in (*found.route.keys, *found.left_out)]
    return Day(
        visits=tuple(order), route=found, map=drawn, km=found.route.km or 0.0,
        travel_minutes=round(found.route.travel_min), km_before=before.route.km or 0.0,
        travel_minutes_before=round(before.route.travel_min), findings=found.findings,
        by_router=(ordered.route.km or 0.0, round(ordered.route.travel_min)) if by_hand and not ordered.left_out else None,
    )  # fmt: skip


def saved_on(user: User, day: Day, on: dt.date) -> tuple[float, int]:
    """Kilometres and minutes that the router's order saves: on a day in an order by hand those it would save, otherwise
    against the order that stood before; below zero where that was shorter (and broke a rule)."""
    if day.by_router is not None:
        km, minutes = day.by_router
        return day.km - km, day.travel_minutes - minutes
    kept = OrderedDay.objects.filter(user=user, on=on, stops=_stops(day.visits)).first()
    if kept is not None:
        return kept.km_before - day.km, kept.travel_minutes_before - day.travel_minutes
    return day.km_before - day.km, day.travel_minutes_before - day.travel_minutes


def _stops(visits: Sequence[Visit]) -> list[int]:
    return sorted(visit.pk for visit in visits)


@transaction.atomic
def write_day(user: User, on: dt.date, *, seconds: float = AT_ONCE_S) -> Day:
    """Put the stops of a day in order and write the times. Visits under way or done keep their places."""
    list(Visit.objects.select_for_update().filter(user=user, on=on).values_list("pk"))
    stood = [visit.pk for visit in day_of(user, on) if visit.state == VisitState.PLANNED]
    day = route_day(user, on, seconds=seconds)
    if stood != [visit.pk for visit in day.visits]:
        OrderedDay.objects.update_or_create(
            user=user, on=on, defaults={
                "stops": _stops(day.visits), "km_before": day.km_before, "travel_minutes_before": day.travel_minutes_before,
            },
        )  # fmt: skip
    starts = {made.stop: made.starts_min for made in day.route.route.visits}
    first = 1 + sum(visit.state != VisitState.PLANNED for visit in day_of(user, on))
    for number, visit in enumerate(day.visits, start=first):
        visit.sequence = number
        visit.starts_at = time_of(starts[visit.pk]) if visit.pk in starts else None
    Visit.objects.bulk_update(day.visits, ["sequence", "starts_at"])
    return day


def _problem(user: User, on: dt.date, visits: list[Visit]) -> tuple[DayProblem, Map]:
    time = working_time(user, on)
    dealers = {visit.dealer_id: visit.dealer for visit in visits}
    drawn = map_of(((dealer.pk, dealer.latitude, dealer.longitude) for dealer in dealers.values()), time)
    hours = hours_of(dealers.values())
    weekday = on.isoweekday()
    stops = tuple(
        DayStop(
            key=visit.pk,
            node=drawn.nodes[visit.dealer_id],
            service_min=float(visit.minutes),
            hours=hours[visit.dealer_id].get(weekday, ()) if visit.dealer_id in hours else None,
            fixed_min=minutes_of(visit.fixed_at) if visit.fixed_at else None,
            must=is_must(visit),
            value_min=worth_of(visit),
        )
        for visit in visits
    )
    lunch = Break(float(time.lunch_minutes), 11.5 * 60, 13.5 * 60) if time.lunch_minutes else None
    shift = Shift(
        rep=0, start_node=START, end_node=END, starts_min=minutes_of(time.starts), ends_min=minutes_of(time.ends),
        break_=lunch, max_stops=time.max_stops,
    )  # fmt: skip
    return DayProblem(drawn.travel, shift, stops), drawn
