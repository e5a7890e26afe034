"""A day's route as a page draws it: stops with times in their order, a line on the map, and what another order would cost."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from accounts.models import User
from visits.actions.planned import standing_of
from visits.days import day_of, route_day, saved_on
from visits.elsewhere import eyes_of
from visits.findings import notice_of, of_day, why_left_out
from visits.models import Visit
from visits.places import END, START
from visits.routing.answer import Route
from visits.working_days import time_of, working_time


@dataclass(frozen=True, slots=True)
class DrawnStop:
    """`arrives` and `leaves` are None for a stop that found no room; `way_min` is the way to it, in minutes. `elsewhere`:
    the reader does not see the dealer, and is told nothing of the stop but when."""

    visit: Visit
    number: int
    arrives: dt.time | None
    starts: dt.time | None
    leaves: dt.time | None
    way_min: int | None
    waits_min: int
    late_min: int
    elsewhere: bool
    # Why a stop found no room; empty for one that did.
    left_out: str = ""


@dataclass(frozen=True, slots=True)
class DrawnRoute:
    """`saved_km` and `saved_min`: what the router's order saves, or would save on a day in an order by hand. `standing`
    says what the route was made from."""

    stops: list[DrawnStop]
    done: list[Visit]
    leaves: dt.time | None
    back: dt.time | None
    lunch: dt.time | None
    km: float
    travel_min: int
    saved_km: float
    saved_min: int
    findings: list[str]
    notice: str
    by_hand: bool
    standing: str
    unplaced: list[Visit]
    start_guessed: bool
    map: dict[str, Any]
    # Numbers of all visits of the route, those elsewhere among them.
    drawn: frozenset[int]


def drawn(user: User, on: dt.date, *, reader: User) -> DrawnRoute:
    """The day's route in the order it stands, as far as the reader sees the dealers; made visits first. A dozen statements
    and a tenth of a second."""
    sees = eyes_of(reader, user)
    day = route_day(user, on)
    route = day.route.route
    made = {visit.stop: visit for visit in route.visits}
    late_start = _late_start(route)
    time = working_time(user, on)
    nodes = day.map.nodes
    stops, left = [], route.starts_min
    reasons = {found.stop: found.kind for found in day.findings if found.stop}
    points: list[dict[str, Any]] = []
    for number, visit in enumerate(day.visits, start=1):
        found = made.get(visit.pk)
        node = nodes[visit.dealer_id]
        stops.append(
            DrawnStop(
                visit=visit, number=number,
                arrives=time_of(found.arrives_min + (late_start if number == 1 else 0)) if found else None,
                starts=time_of(found.starts_min) if found else None,
                leaves=time_of(found.ends_min) if found else None,
                way_min=max(round(found.arrives_min - left - _lunch_between(route, left, found.arrives_min, time)), 0)
                if found
                else None,
                waits_min=round(found.starts_min - found.arrives_min - (late_start if number == 1 else 0)) if found else 0,
                late_min=round(found.late_min) if found else 0,
                elsewhere=not sees(visit.dealer),
                left_out="" if found else why_left_out(visit, reasons.get(visit.pk, "")),
            )
        )  # fmt: skip
        if found:
            left = found.ends_min
        place = day.map.places[node]
        if visit.dealer_id not in day.map.unplaced and sees(visit.dealer):
            points.append({
                "lat": place.latitude, "lng": place.longitude, "number": number, "tier": visit.dealer.tier or "",
                "name": visit.dealer.name, "time": f"{visit.starts_at or ''}"[:5] if not found else f"{time_of(found.starts_min):%H:%M}",
                "url": reverse("visits:visit", args=[visit.pk]),
            })  # fmt: skip
    start, end = day.map.places[START], day.map.places[END]
    names = {visit.pk: visit.dealer.name for visit in day.visits if sees(visit.dealer)}
    told = [found for found in day.findings if not found.stop or found.stop in names]
    drawn_now = frozenset(visit.pk for visit in day.visits)
    saved_km, saved_min = saved_on(user, day, on)
    return DrawnRoute(
        stops=stops,
        done=[visit for visit in day_of(user, on) if visit.pk not in drawn_now and sees(visit.dealer)],
        leaves=time_of(route.starts_min + late_start) if stops else None,
        back=time_of(route.ends_min) if stops else None,
        lunch=time_of(route.break_min) if route.break_min is not None and stops else None,
        km=round(day.km, 1),
        travel_min=day.travel_minutes,
        saved_km=round(saved_km, 1),
        saved_min=saved_min,
        findings=of_day(told, names, on),
        notice=notice_of(day.route.notice),
        by_hand=any(visit.by_hand for visit in day.visits),
        standing=standing_of(Visit.objects.of_day(user, on).open()),
        unplaced=[visit for visit in day.visits if visit.dealer_id in day.map.unplaced and sees(visit.dealer)],
        start_guessed=day.map.start_guessed,
        map={
            "start": None if day.map.start_guessed else [start.latitude, start.longitude],
            "end": None if day.map.start_guessed else [end.latitude, end.longitude],
            "stops": points,
        },
        drawn=drawn_now,
    )  # fmt: skip


def _late_start(route: Route) -> float:
    """Minutes by which the day may begin later than the shift does: nobody waits before the first door, unless the break
    is had there."""
    if not route.visits:
        return 0.0
    first = route.visits[0]
    rests = route.break_min is not None and route.break_min < first.starts_min
    return 0.0 if rests else first.starts_min - first.arrives_min


def _lunch_between(route: Any, left: float, arrives: float, time: Any) -> float:
    """Minutes of the break when it lies on this way."""
    if route.break_min is None or not left <= route.break_min < arrives:
        return 0.0
    return float(time.lunch_minutes)
