"""Places of dealers and of the day's start and end as nodes of a travel matrix, by the settings of the installation."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.core.cache import cache

from visits.models import WorkingTime
from visits.routing.distance import ROAD_SERVICE_FAILED, Place, as_the_crow_drives, travel_between
from visits.routing.travel import Travel

# Nodes of the day's two ends; the dealers follow.
START, END = 0, 1
# Set while a road service that failed is not asked, and for how long.
FAILED_LATELY, ASK_AGAIN_S = "visits.road_service_failed", 60


@dataclass(frozen=True, slots=True)
class Map:
    """`nodes` is each dealer's node. `unplaced` are dealers without coordinates: they stand in the middle of the others.
    `start_guessed`: no start is entered, so the day starts and ends there too."""

    travel: Travel
    nodes: dict[int, int]
    places: tuple[Place, ...]
    unplaced: tuple[int, ...]
    start_guessed: bool


def map_of(dealers: Iterable[tuple[int, float | None, float | None]], time: WorkingTime) -> Map:
    """The map of a person's dealers: (id, latitude, longitude) each."""
    rows = list(dealers)
    known = [
        Place(latitude, longitude)
        for _pk, latitude, longitude in rows
        if latitude is not None and longitude is not None
    ]
    middle = _middle(known)
    start = _place(time.start_latitude, time.start_longitude) or middle
    end = _place(time.end_latitude, time.end_longitude) or start
    places = (start, end, *((_place(latitude, longitude) or middle) for _pk, latitude, longitude in rows))
    return Map(
        travel=_travel(places),
        nodes={pk: node for node, (pk, _latitude, _longitude) in enumerate(rows, start=2)},
        places=places,
        unplaced=tuple(pk for pk, latitude, longitude in rows if latitude is None or longitude is None),
        start_guessed=time.start_latitude is None,
    )


def _travel(places: Sequence[Place]) -> Travel:
    """By road where a road service is set and answers. One that failed is left alone for a while: nobody should wait for
    it at each page."""
    manner = {"road_factor": settings.ROAD_FACTOR, "speed_kmh": settings.ROAD_SPEED_KMH}
    if settings.ROAD_SERVICE_URL and cache.get(FAILED_LATELY):
        return as_the_crow_drives(places, notice=ROAD_SERVICE_FAILED, **manner)
    travel = travel_between(places, road_service=settings.ROAD_SERVICE_URL, **manner)
    if travel.notice:
        cache.set(FAILED_LATELY, True, ASK_AGAIN_S)
    return travel


def _place(latitude: float | None, longitude: float | None) -> Place | None:
    return None if latitude is None or longitude is None else Place(latitude, longitude)


def _middle(places: list[Place]) -> Place:
    """The mean of the coordinates: within one patch the earth is flat. Nowhere known: the Gulf of Guinea, unused."""
    if not places:
        return Place(0.0, 0.0)
    return Place(
        sum(place.latitude for place in places) / len(places), sum(place.longitude for place in places) / len(places)
    )
