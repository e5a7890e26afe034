"""How far and how long between places: roads by a road service, otherwise the great circle and a factor."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse
from math import asin, cos, radians, sin, sqrt
from time import monotonic

from visits.routing.travel import Travel

# IUGG mean radius.
EARTH_KM = 6371.0088
# What an OSRM server answers at once by default (`--max-table-size`), counted as places on one side.
TABLE_PLACES = 50
# Each table within so many seconds, however slowly it comes in, all of them together, and none larger than this.
ANSWER_WITHIN_S, ALL_WITHIN_S = 5.0, 20.0
MOST_BYTES = 8 * 1024 * 1024
# Why the road times are not in the matrix; the page has the sentence.
ROAD_SERVICE_FAILED = "ROAD_SERVICE_FAILED"


@dataclass(frozen=True, slots=True)
class Place:
    """WGS 84, in degrees."""

    latitude: float
    longitude: float


def great_circle_km(one: Place, other: Place) -> float:
    """Kilometres over the ground between two places (haversine)."""
    north, south = radians(one.latitude), radians(other.latitude)
    across = sin((south - north) / 2) ** 2
    along = sin(radians(other.longitude - one.longitude) / 2) ** 2
    return 2 * EARTH_KM * asin(min(1.0, sqrt(across + cos(north) * cos(south) * along)))


def as_the_crow_drives(places: Sequence[Place], *, road_factor: float, speed_kmh: float, notice: str = "") -> Travel:
    """Great circles, so much longer as roads are, at one speed. Raises ValueError for a factor below 1 or no speed."""
    if road_factor < 1 or speed_kmh <= 0:
        raise ValueError(f"Roads are no shorter than the air and are driven on: {road_factor}, {speed_kmh}")
    km = [[0.0] * len(places) for _ in places]
    for at, one in enumerate(places):
        for to in range(at):
            km[at][to] = km[to][at] = great_circle_km(one, places[to]) * road_factor
    minutes = tuple(tuple(60 * cell / speed_kmh for cell in row) for row in km)
    return Travel(minutes, tuple(map(tuple, km)), notice)


def travel_between(places: Sequence[Place], *, road_factor: float, speed_kmh: float, road_service: str = "") -> Travel:
    """By the OSRM server at `road_service` where one is given and answers; otherwise by great circles, with a notice."""
    if road_service and len(places) > 1:
        try:
            return _by_road(places, road_service.rstrip("/"), until=monotonic() + ALL_WITHIN_S)
        except (OSError, HTTPException, ValueError, KeyError, TypeError, IndexError, RecursionError):
            return as_the_crow_drives(places, road_factor=road_factor, speed_kmh=speed_kmh, notice=ROAD_SERVICE_FAILED)
    return as_the_crow_drives(places, road_factor=road_factor, speed_kmh=speed_kmh)


def _by_road(places: Sequence[Place], address: str, *, until: float) -> Travel:
    """In blocks that the server takes. Raises OSError when it does not answer in time (the monotonic clock's), ValueError
    and others for nonsense."""
    size = len(places)
    minutes = [[0.0] * size for _ in places]
    km = [[0.0] * size for _ in places]
    blocks = [range(start, min(start + TABLE_PLACES, size)) for start in range(0, size, TABLE_PLACES)]
    for rows in blocks:
        for columns in blocks:
            sources, targets = [places[at] for at in rows], [places[at] for at in columns]
            seconds, metres = _table(address, sources, targets, until=min(until, monotonic() + ANSWER_WITHIN_S))
            for at, row in enumerate(rows):
                for to, column in enumerate(columns):
                    minutes[row][column] = seconds[at][to] / 60
                    km[row][column] = metres[at][to] / 1000
    return Travel(tuple(map(tuple, minutes)), tuple(map(tuple, km)))


def _table(
    address: str, sources: Sequence[Place], targets: Sequence[Place], *, until: float
) -> tuple[list[list[float]], list[list[float]]]:
    """Seconds and metres from each source to each target: OSRM's table service, HTTP API v1."""
    spots = ";".join(f"{place.longitude:.6f},{place.latitude:.6f}" for place in (*sources, *targets))
    starts = ";".join(map(str, range(len(sources))))
    ends = ";".join(map(str, range(len(sources), len(sources) + len(targets))))
    url = f"{address}/table/v1/driving/{spots}?annotations=duration,distance&sources={starts}&destinations={ends}"
    if not url.startswith(("http://", "https://")):
        raise ValueError(f"The road service has an address that begins with http: {address}")
    with urllib.request.urlopen(url, timeout=max(until - monotonic(), 0.01)) as answer:
        found = json.loads(_read(answer, until))
    if not isinstance(found, dict):
        raise ValueError(f"A table was asked for, {type(found).__name__} came")
    if found.get("code") != "Ok":
        raise ValueError(str(found.get("message", found.get("code"))))
    return found["durations"], found["distances"]


def _read(answer: HTTPResponse, until: float) -> bytes:
    """All of an answer. Raises TimeoutError for one that trickles in, ValueError for one that does not end."""
    read = bytearray()
    while part := answer.read1(65_536):
        read += part
        if monotonic() > until:
            raise TimeoutError("The road service takes too long")
        if len(read) > MOST_BYTES:
            raise ValueError("The road service says too much")
    if answer.length:
        raise ValueError(f"The road service left out {answer.length} bytes")
    return bytes(read)
