"""A page of the dealer list over many territories, by one or two prepared statements.

Two ways lead to it. The table's own order is walked a little way and what is not the user's is passed over: quick for
somebody who sees much of every part. But names and sales go with countries, so a manager of China would have all of
America passed over, whose names come first; then the first rows of each territory, which its own index gives at once,
are merged.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import FieldDoesNotExist

from accounts.scope import scope_of
from crm.base import prepared
from dealers.choices import Tier
from dealers.filters import PLACES, Asked, ListState
from dealers.models import Dealer
from dealers.sorting import sort_key

# Order -> column; each has an index that begins with the territory, see Dealer.Meta.
COLUMNS = {"name": "name", "sales": "sales_12m"}
_WITH_TIER = {"sales"}
TERRITORY_PATH = "territory__path"

# Up to so many territories are merged without a walk: each costs next to nothing.
_FEW_TERRITORIES = 40
# The walk goes over so many times the rows of a page. Whose list it did not fill is not walked again for a while.
_WALK = 4
_FAR_FOR_S = 300.0
_MOST_FAR = 1000
_far: dict[Any, float] = {}


def is_plain(state: ListState) -> bool:
    """Whether an index gives the list's order within each territory."""
    key = sort_key(state).removeprefix("-")
    tiers = state.values.get("tier", ())
    if state.q or key not in COLUMNS or not state.values.keys() <= PLACES.keys() | {"tier"}:
        return False
    return not tiers or (key in _WITH_TIER and len(tiers) == 1 and tiers[0] in Tier.values)


def territories_of(state: ListState, asked: Asked) -> list[int] | None:
    """The territories of a plain list; `None` for everything, and for a list that is not plain."""
    if not is_plain(state):
        return None
    scope = scope_of(asked.user, on=asked.on)
    narrowed = [set(read(state.values[name], asked)) for name, read in PLACES.items() if name in state.values]
    if not narrowed:
        return None if scope.everything else scope.territory_ids
    ids = set.intersection(*narrowed)
    return sorted(ids if scope.everything else ids & scope.roles.keys())


def first_rows(
    state: ListState, asked: Asked, fields: Sequence[str], key: tuple[Any, int] | None, size: int, *, backwards: bool
) -> list[dict[str, Any]] | None:
    """The first `size` dealers after (before) the key, with `pk`, the fields and `sort_key`.

    `None` for a list that is not plain, and when a field is no column of the dealer.
    """
    if not is_plain(state) or (selected := _selected(fields)) is None:
        return None
    territories = territories_of(state, asked)
    reading = _Reading(state, selected, key, size, backwards=backwards)
    if territories is None:
        found = reading.walk(size)
    elif not territories:
        found = []
    else:
        found = reading.of_territories(territories)
    names = ("pk", *fields, "sort_key")
    return [dict(zip(names, row, strict=True)) for row in found]


def _selected(fields: Sequence[str]) -> str | None:
    """The fields as columns of `d` (and of `t`, its territory); `None` when one is neither."""
    columns = ["d.id"]
    for name in fields:
        if name == TERRITORY_PATH:
            columns.append("t.path")
            continue
        try:
            field = Dealer._meta.get_field(name)
        except FieldDoesNotExist:
            return None
        column = getattr(field, "column", None)
        if not column:
            return None
        columns.append(f'd."{column}"')
    return ", ".join(columns)


class _Reading:
    """One page in the making. Texts of statements depend on columns and sizes alone, so that there are few."""

    def __init__(
        self, state: ListState, selected: str, key: tuple[Any, int] | None, size: int, *, backwards: bool
    ) -> None:
        order = sort_key(state)
        self.column = COLUMNS[order.removeprefix("-")]
        falling = order.startswith("-") != backwards
        way, sign = ("DESC", "<") if falling else ("ASC", ">")
        self.order = f"{self.column} {way}, id {way}"
        self.chosen = f"SELECT {selected}, d.{self.column}"
        self.joined = "JOIN accounts_territory t ON t.id = d.territory_id" if "t.path" in selected else ""
        self.size = size
        tiers = state.values.get("tier", ())
        self.params = [*tiers, *(key or ())]
        self.condition = "deleted_at IS NULL"
        if tiers:
            self.condition += " AND tier = %s"
        if key:
            self.condition += f" AND ({self.column}, id) {sign} (%s, %s)"
        self.shape = (self.order, tuple(tiers))

    def _ordered(self) -> str:
        return ", ".join(f"d.{part}" for part in self.order.split(", "))

    def walk(self, steps: int, territories: Sequence[int] | None = None) -> list[tuple[Any, ...]]:
        """Of the next `steps` dealers in the order those of the territories, at most a page."""
        narrowed = "" if territories is None else "WHERE d.territory_id = ANY(%s::bigint[])"
        sql = f"""
            {self.chosen}
              FROM (SELECT * FROM dealers_dealer WHERE {self.condition} ORDER BY {self.order} LIMIT {steps}) AS d
              {self.joined} {narrowed}
             ORDER BY {self._ordered()}
             LIMIT {self.size}
        """
        return prepared.read(
            sql.lstrip(), [*self.params, *([] if territories is None else [prepared.array(territories)])]
        )

    def of_territories(self, territories: Sequence[int]) -> list[tuple[Any, ...]]:
        if len(territories) <= _FEW_TERRITORIES:
            return self._rows(self._merged(territories, [self.size] * len(territories)))
        list_key = (tuple(territories), self.shape)
        now = time.monotonic()
        if _far.get(list_key, now) <= now:
            found = self.walk(self.size * _WALK, territories)
            if len(found) == self.size:
                return found
            if len(_far) >= _MOST_FAR:
                _far.clear()
            _far[list_key] = now + _FAR_FOR_S
        return self._rows(self.first_ids(territories))

    def first_ids(self, territories: Sequence[int]) -> list[tuple[int, int]]:
        """Ids and territories of the first dealers; mostly one query, else two."""
        # Of many territories each gives a few rows; one that gave all it was asked for may have more, and is asked again.
        few = min(self.size, 4 + 4 * self.size // len(territories))
        found = self._merged(territories, [few] * len(territories))
        given: dict[int, int] = {}
        for _pk, territory in found:
            given[territory] = given.get(territory, 0) + 1
        if few < self.size and few in given.values():
            # A territory whose best did not get in has nothing that would; one that gave less than asked has no more.
            most = [number if number < few else self.size for number in given.values()]
            found = self._merged(list(given), most)
        return found

    def _merged(self, territories: Sequence[int], most: Sequence[int]) -> list[tuple[int, int]]:
        """The first dealers among the first so many of each territory."""
        way = self.order.rpartition(" ")[2]
        sql = f"""
            SELECT first.id, asked.territory
              FROM unnest(%s::bigint[], %s::int[]) AS asked (territory, most)
              CROSS JOIN LATERAL (
                    SELECT id, {self.column} AS place
                      FROM dealers_dealer
                     WHERE territory_id = asked.territory AND {self.condition}
                     ORDER BY {self.order}
                     LIMIT asked.most) AS first
             ORDER BY first.place {way}, first.id {way}
             LIMIT {self.size}
        """
        return prepared.read(sql.lstrip(), [prepared.array(territories), prepared.array(most), *self.params])

    def _rows(self, ids: Sequence[tuple[int, int]]) -> list[tuple[Any, ...]]:
        """What is asked of these dealers, unless one was binned or moved meanwhile."""
        sql = f"""
            {self.chosen}
              FROM unnest(%s::bigint[], %s::bigint[]) AS first (id, territory)
              JOIN dealers_dealer d ON d.id = first.id AND d.territory_id = first.territory AND d.deleted_at IS NULL
              {self.joined}
             ORDER BY {self._ordered()}
        """
        pks, territories = zip(*ids, strict=True) if ids else ((), ())
        return prepared.read(sql.lstrip(), [prepared.array(pks), prepared.array(territories)])
