"""Counts of dealers by square and territory, from which the map of very many dealers is drawn.

Grouping half a million places takes a fifth of a second; their squares are a few hundred rows. Counts are as old as last
night. Where there are not that many dealers, there are no squares, and the map counts the dealers themselves.
"""

from __future__ import annotations

from django.db import connection
from django.db.models import F, FloatField, Max, Min, QuerySet, Sum

from accounts.scope import scope_of
from crm.base.lookups import AnyOf
from dealers import merging
from dealers.filters import PLACES, Asked, ListState
from dealers.models import MapTile
from dealers.sorting import DEFAULT_SORT
from dealers.window import Window

# With fewer dealers on the map everything is counted as it is asked for.
MANY = 50_000
# Squares are kept for these zooms of the map; one in between is drawn from the next finer.
LEVELS = (3, 5, 7, 9)

_REBUILD = """
    INSERT INTO dealers_maptile (level, territory_id, x, y, dealers, longitude, latitude)
    SELECT level, territory_id, floor(longitude / (90 / 2.0 ^ level))::int, floor(latitude / (90 / 2.0 ^ level))::int,
           count(*), avg(longitude), avg(latitude)
      FROM dealers_dealer CROSS JOIN unnest(%s::int[]) AS level
     WHERE deleted_at IS NULL AND latitude IS NOT NULL
     GROUP BY 1, 2, 3, 4
"""


def rebuild() -> int:
    """Count anew, and return how many squares there are: none while there are fewer than MANY dealers on the map."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM dealers_maptile")
        cursor.execute(
            "SELECT count(*) FROM (SELECT FROM dealers_dealer WHERE deleted_at IS NULL AND latitude IS NOT NULL LIMIT %s) d",
            [MANY],
        )
        (number,) = cursor.fetchone()
        if number < MANY:
            return 0
        cursor.execute(_REBUILD, [list(LEVELS)])
        return cursor.rowcount


def clusters(state: ListState, asked: Asked, window: Window) -> list[tuple[float, float, int]] | None:
    """(longitude, latitude, dealers) of the squares in the window; `None` for lists and zooms that squares do not tell."""
    if window.zoom > LEVELS[-1] or window.west > window.east:
        return None
    if state.q or state.values.keys() - PLACES.keys():
        return None
    level = next(level for level in LEVELS if level >= window.zoom)
    tiles = MapTile.objects.filter(
        level=level, longitude__range=(window.west, window.east), latitude__range=(window.south, window.north)
    )
    found = list(
        _of_territories(tiles, merging.territories_of(state.with_sort(DEFAULT_SORT), asked))
        .values("x", "y")
        .annotate(
            number=Sum("dealers"),
            lng=Sum(F("longitude") * F("dealers"), output_field=FloatField()) / Sum("dealers"),
            lat=Sum(F("latitude") * F("dealers"), output_field=FloatField()) / Sum("dealers"),
        )
        .values_list("lng", "lat", "number")
    )
    return found if found or MapTile.objects.exists() else None


def bounds(asked: Asked) -> tuple[float, float, float, float] | None:
    """West, south, east and north of what the user sees, roughly; `None` without squares."""
    scope = scope_of(asked.user, on=asked.on)
    tiles = _of_territories(MapTile.objects.filter(level=LEVELS[-1]), None if scope.everything else scope.territory_ids)
    found = tiles.aggregate(
        west=Min("longitude"), south=Min("latitude"), east=Max("longitude"), north=Max("latitude")
    )  # fmt: skip
    return None if found["west"] is None else (found["west"], found["south"], found["east"], found["north"])


def _of_territories(tiles: QuerySet[MapTile], territories: list[int] | None) -> QuerySet[MapTile]:
    return tiles if territories is None else tiles.filter(AnyOf(F("territory_id"), territories))
