"""A page of the dealer list over many territories: the first rows of each territory, merged.

Names and sales go with countries, so the whole table's order is a bad way to somebody's territories: a manager of China
would have all of America passed over, whose names come first. Each territory's own index gives its first rows at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection

from accounts.scope import scope_of
from dealers.choices import Tier
from dealers.filters import PLACES, Asked, ListState
from dealers.sorting import sort_key

# Order -> column; each has an index that begins with the territory, see Dealer.Meta.
COLUMNS = {"name": "name", "sales": "sales_12m"}
_WITH_TIER = {"sales"}


def territories_of(state: ListState, asked: Asked) -> list[int] | None:
    """The territories to merge; `None` for a list that is no plain merge, or over everything."""
    key = sort_key(state).removeprefix("-")
    tiers = state.values.get("tier", ())
    if state.q or key not in COLUMNS or not set(state.values) <= PLACES.keys() | {"tier"}:
        return None
    if tiers and (key not in _WITH_TIER or len(tiers) > 1 or tiers[0] not in Tier.values):
        return None
    scope = scope_of(asked.user, on=asked.on)
    narrowed = [set(read(state.values[name], asked)) for name, read in PLACES.items() if name in state.values]
    if not narrowed:
        return None if scope.everything else scope.territory_ids
    ids = set.intersection(*narrowed)
    return sorted(ids if scope.everything else ids & scope.roles.keys())


def first_ids(
    state: ListState, territories: Sequence[int], key: tuple[Any, int] | None, size: int, *, backwards: bool
) -> list[int]:
    """Ids of the first `size` dealers of these territories after (before) the key; mostly one query, else two."""
    # Of many territories each gives a few rows; one that gave all it was asked for may have more, and is asked again.
    few = min(size, 4 + 4 * size // max(1, len(territories)))
    found = _merge(state, territories, key, size, few, backwards=backwards)
    given: dict[int, int] = {}
    for _pk, territory in found:
        given[territory] = given.get(territory, 0) + 1
    if few < size and any(number == few for number in given.values()):
        found = _merge(state, territories, key, size, size, backwards=backwards)
    return [pk for pk, _territory in found]


def _merge(
    state: ListState, territories: Sequence[int], key: tuple[Any, int] | None, size: int, each: int, *, backwards: bool
) -> list[tuple[int, int]]:
    order = sort_key(state)
    column = COLUMNS[order.removeprefix("-")]
    falling = order.startswith("-") != backwards
    way, sign = ("DESC", "<") if falling else ("ASC", ">")
    tiers = state.values.get("tier", ())
    sql = f"""
        SELECT first.id, asked.territory
          FROM unnest(%s::bigint[]) AS asked (territory)
          CROSS JOIN LATERAL (
                SELECT id, {column} AS place
                  FROM dealers_dealer
                 WHERE territory_id = asked.territory AND deleted_at IS NULL
                       {"AND tier = %s" if tiers else ""}
                       {f"AND ({column}, id) {sign} (%s, %s)" if key else ""}
                 ORDER BY {column} {way}, id {way}
                 LIMIT %s) AS first
         ORDER BY first.place {way}, first.id {way}
         LIMIT %s
    """
    with connection.cursor() as cursor:
        cursor.execute(sql, [list(territories), *tiers, *(key or ()), each, size])
        return cursor.fetchall()
