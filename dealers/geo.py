"""The dealer list as a map: the same dealers inside a window, each by itself when there are few, else in clusters."""

from __future__ import annotations

from typing import Any

from django.db.models import Avg, Count, F, FloatField, Func, Lookup, Max, Min, Q, Value
from django.db.models.functions import Floor

from crm.base import prepared
from dealers import map_tiles, merging
from dealers.cells import address_around
from dealers.filters import PLACES, Asked, ListState
from dealers.querysets import DealerQuerySet
from dealers.sorting import DEFAULT_SORT
from dealers.window import Window

# More points than this do not help the eye.
MOST_POINTS = 500

# Who is inside is told by the index alone; only who is drawn alone is read. A row of clusters, else of dealers.
_INSIDE = """SELECT drawn.* FROM (WITH inside AS MATERIALIZED (
    SELECT id, longitude, latitude
      FROM dealers_dealer
     WHERE deleted_at IS NULL AND latitude IS NOT NULL
       AND point(longitude, latitude) <@ box(point(%(west)s::float8, %(south)s::float8), point(%(east)s::float8, %(north)s::float8))
       AND {seen}
), number AS MATERIALIZED (SELECT count(*) > %(most)s::int AS is_many FROM inside)
SELECT count(*), avg(longitude), avg(latitude), NULL::bigint, NULL, NULL, NULL, NULL
  FROM inside
 WHERE (SELECT is_many FROM number)
 GROUP BY floor(longitude / %(cell)s::float8), floor(latitude / %(cell)s::float8)
 UNION ALL
SELECT 1, d.longitude, d.latitude, d.id, d.name, d.code, d.city, d.tier
  FROM inside
  JOIN dealers_dealer d ON d.id = inside.id
 WHERE NOT (SELECT is_many FROM number)) AS drawn"""
_EVERYTHING = "true"
_OF_TERRITORIES = "(territory_id IN (SELECT unnest(%(territories)s::bigint[]))) IS TRUE"


class Place(Func):
    """The dealer's place as a point of PostgreSQL: (longitude, latitude)."""

    function = "point"
    arity = 2


class Inside(Lookup):
    """`Inside(place, box)`: answered by the GiST index on the place."""

    lookup_name = "inside"

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        left, left_params = compiler.compile(self.lhs)
        right, right_params = compiler.compile(self.rhs)
        return f"{left} <@ {right}", (*left_params, *right_params)


def _degrees(value: float) -> Value:
    return Value(value, FloatField())


def in_window(rows: DealerQuerySet, window: Window) -> DealerQuerySet:
    """Those of the dealers whose place is inside."""
    boxes = [(window.west, window.east)]
    if window.west > window.east:
        boxes = [(window.west, 180.0), (-180.0, window.east)]
    condition = Q()
    for west, east in boxes:
        corners = (Place(_degrees(lng), _degrees(lat)) for lng, lat in ((west, window.south), (east, window.north)))
        condition |= Q(Inside(Place(F("longitude"), F("latitude")), Func(*corners, function="box")))
    return rows.filter(condition, latitude__isnull=False)


def features(state: ListState, asked: Asked, window: Window) -> dict[str, Any]:
    """GeoJSON of the list's dealers in the window: points, or clusters with their number. One to three queries."""
    squares = map_tiles.clusters(state, asked, window)
    if squares is not None and not 0 < sum(number for _lng, _lat, number in squares) <= MOST_POINTS:
        return {"features": [_cluster(*row) for row in squares], "more": False}
    if window.west <= window.east and not state.q and state.values.keys() <= PLACES.keys():
        return _plain(state, asked, window)
    rows = in_window(state.rows(asked), window)
    fields = ("pk", "name", "code", "city", "tier", "longitude", "latitude")
    found = list(rows.order_by().values_list(*fields)[: MOST_POINTS + 1])
    if len(found) <= MOST_POINTS:
        before, after = address_around(state.query)
        return {"features": [_point(before, after, *row) for row in found], "more": False}
    return {"features": [_cluster(*row) for row in _clusters(rows, window)], "more": False}


def _plain(state: ListState, asked: Asked, window: Window) -> dict[str, Any]:
    """The same of a list that nothing but territories narrows, by one statement that is planned once a connection."""
    territories = merging.territories_of(state.with_sort(DEFAULT_SORT), asked)
    values: dict[str, Any] = {
        "west": window.west, "south": window.south, "east": window.east, "north": window.north, "cell": window.cell,
        "most": MOST_POINTS,
    }  # fmt: skip
    if territories is None:
        found = prepared.read(_INSIDE.format(seen=_EVERYTHING), values)
    else:
        values["territories"] = prepared.array(territories)
        found = prepared.read(_INSIDE.format(seen=_OF_TERRITORIES), values)
    before, after = address_around(state.query)
    return {
        "features": [
            _cluster(lng, lat, count) if pk is None else _point(before, after, pk, name, code, city, tier, lng, lat)
            for count, lng, lat, pk, name, code, city, tier in found
        ],
        "more": False,
    }


def _clusters(rows: DealerQuerySet, window: Window) -> list[tuple[float, float, int]]:
    cell = Value(window.cell, FloatField())
    return list(
        rows.order_by()
        .values(x=Floor(F("longitude") / cell), y=Floor(F("latitude") / cell))
        .annotate(lng=Avg("longitude"), lat=Avg("latitude"), count=Count("*"))
        .values_list("lng", "lat", "count")
    )


def _point(
    before: str, after: str, pk: int, name: str, code: str, city: str, tier: str | None, lng: float, lat: float
) -> dict[str, Any]:
    return {
        "geometry": {"coordinates": [lng, lat]},
        "properties": {
            "name": name, "url": f"{before}{pk}{after}", "tier": tier or "",
            "text": " · ".join(filter(None, (code, city))),
        },
    }  # fmt: skip


def _cluster(lng: float, lat: float, count: int) -> dict[str, Any]:
    return {"geometry": {"coordinates": [round(lng, 5), round(lat, 5)]}, "properties": {"count": count}}


def bounds_of(state: ListState, asked: Asked) -> str:
    """`west,south,east,north` around the list's dealers (all of the user's, when there are very many); empty for none."""
    edges = map_tiles.bounds(asked)
    if edges is None:
        found = state.rows(asked).filter(latitude__isnull=False).order_by().aggregate(
            west=Min("longitude"), south=Min("latitude"), east=Max("longitude"), north=Max("latitude")
        )  # fmt: skip
        if found["west"] is None:
            return ""
        edges = found["west"], found["south"], found["east"], found["north"]
    return ",".join(f"{edge:.5f}" for edge in edges)
