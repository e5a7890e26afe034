"""A page of the dealer list over many territories, by one or two prepared statements.

Two ways lead to it. The table's own order is walked a little way and what is not the user's is passed over: quick for
somebody who sees much of every part. But names and sales go with countries, so a manager of China would have all of
America passed over, whose names come first; then the first rows of each territory, which its own index gives at once,
are merged.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from django.core.exceptions import FieldDoesNotExist

from accounts.scope import scope_of
from crm.base import prepared
from dealers.choices import Tier
from dealers.filters import PLACES, Asked, ListState
from dealers.found import STEP
from dealers.models import Band, Dealer
from dealers.sorting import sort_key

# Order -> column; each has an index that begins with the territory, see Dealer.Meta.
COLUMNS = {"name": "name", "sales": "sales_12m"}
_WITH_TIER = {"sales"}
TERRITORY_PATH = "territory__path"
# Fields that every table has: which transaction wrote the row, and where it stands.
VERSION = ("xmin", "ctid")
_VERSIONS = "d.id, d.xmin, d.ctid"

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
    found = _read(_Reading(state, selected, key, size, backwards=backwards), state, asked)
    names = ("pk", *fields, "sort_key")
    return [dict(zip(names, row, strict=True)) for row in found]


# The order of a search, see dealers.found.weight.
_WEIGHT = f"({int(Band.REST)} - s.band)::numeric(21, 2) * {STEP} + d.sales_12m"


def found_rows(
    ids: Sequence[int], asked: Asked, fields: Sequence[str], size: int, *, backwards: bool
) -> list[dict[str, Any]] | None:
    """Of the dealers that a search has found the first `size`, as `first_rows`; only those that the user sees."""
    if (selected := _selected(fields)) is None:
        return None
    scope = scope_of(asked.user, on=asked.on)
    seen = "" if scope.everything else "AND (d.territory_id IN (SELECT unnest(%s::bigint[]))) IS TRUE"
    way = "ASC" if backwards else "DESC"
    sql = f"""SELECT {selected}, {_WEIGHT}
          FROM unnest(%s::bigint[]) AS found (id)
          JOIN dealers_dealer d ON d.id = found.id AND d.deleted_at IS NULL {seen}
          JOIN dealers_dealersearch s ON s.dealer_id = d.id
          {_joined(selected)}
         ORDER BY {_WEIGHT} {way}, d.id {way}
         LIMIT {size}"""
    rows = prepared.read(
        sql, [prepared.array(ids), *([] if scope.everything else [_array(tuple(scope.territory_ids))])]
    )
    names = ("pk", *fields, "sort_key")
    return [dict(zip(names, row, strict=True)) for row in rows]


def _joined(selected: str) -> str:
    return "JOIN accounts_territory t ON t.id = d.territory_id" if "t.path" in selected else ""


def first_versions(state: ListState, asked: Asked, size: int) -> tuple[tuple[Any, ...], ...] | None:
    """Id, VERSION and sort key of the first `size` dealers; `None` for a list that is not plain.

    A row of the table that says the same in all three says the same in everything: each change of a dealer writes a new
    row at another place, and a place that is used again has another transaction's number.
    """
    if not is_plain(state):
        return None
    return tuple(_read(_Reading(state, _VERSIONS, None, size, backwards=False), state, asked))


def count(state: ListState, asked: Asked, limit: int) -> int:
    """How many dealers a plain list has, at most `limit`."""
    territories = territories_of(state, asked)
    if territories == []:
        return 0
    tiers = state.values.get("tier", ())
    within = "" if territories is None else "AND territory_id = ANY(%s::bigint[])"
    sql = f"""SELECT count(*)
          FROM (SELECT FROM dealers_dealer WHERE deleted_at IS NULL {within} {"AND tier = %s" if tiers else ""} LIMIT {limit})
               AS counted"""
    ((number,),) = prepared.read(sql, [*([] if territories is None else [_array(tuple(territories))]), *tiers])
    return int(number)


def _read(reading: _Reading, state: ListState, asked: Asked) -> list[tuple[Any, ...]]:
    territories = territories_of(state, asked)
    if territories is None:
        return reading.walk(reading.size)
    return reading.of_territories(territories) if territories else []


@lru_cache(maxsize=512)
def _array(territories: tuple[int, ...]) -> str:
    return prepared.array(territories)


def reads(fields: Sequence[str]) -> bool:
    """Whether all of the fields are columns of the dealer, or its territory's path."""
    return _selected(fields) is not None


def _selected(fields: Sequence[str]) -> str | None:
    """The fields as columns of `d` (and of `t`, its territory); `None` when one is neither."""
    columns = ["d.id"]
    for name in fields:
        if name == TERRITORY_PATH:
            columns.append("t.path")
            continue
        if name in VERSION:
            columns.append(f"d.{name}")
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
        # The wide row with its version, which `*` leaves out; or that alone.
        self.passed_on = f"id, territory_id, {self.column}, xmin, ctid" if selected == _VERSIONS else "*, xmin, ctid"
        self.joined = _joined(selected)
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
        # Hundreds of them are hashed so; `= ANY` would go through them for every row.
        narrowed = "" if territories is None else "WHERE (d.territory_id IN (SELECT unnest(%s::bigint[]))) IS TRUE"
        sql = f"""
            {self.chosen}
              FROM (SELECT {self.passed_on} FROM dealers_dealer WHERE {self.condition} ORDER BY {self.order} LIMIT {steps}) AS d
              {self.joined} {narrowed}
             ORDER BY {self._ordered()}
             LIMIT {self.size}
        """
        return prepared.read(
            sql.lstrip(), [*self.params, *([] if territories is None else [_array(tuple(territories))])]
        )

    def of_territories(self, territories: Sequence[int]) -> list[tuple[Any, ...]]:
        if len(territories) <= _FEW_TERRITORIES:
            return self._merged_rows(territories)
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

    def _merged_rows(self, territories: Sequence[int]) -> list[tuple[Any, ...]]:
        """What is asked of the first dealers of few territories, by one statement."""
        sql = f"""
            {self.chosen}
              FROM ({self._merge("unnest(%s::bigint[]) AS asked (territory)", str(self.size))}) AS first
              JOIN dealers_dealer d ON d.id = first.id
              {self.joined}
             ORDER BY {self._ordered()}
        """
        return prepared.read(sql.lstrip(), [prepared.array(territories), *self.params])

    def _merged(self, territories: Sequence[int], most: Sequence[int]) -> list[tuple[int, int]]:
        """The first dealers among the first so many of each territory, with it."""
        sql = self._merge("unnest(%s::bigint[], %s::int[]) AS asked (territory, most)", "asked.most")
        return prepared.read(sql.lstrip(), [prepared.array(territories), prepared.array(most), *self.params])

    def _merge(self, asked: str, most: str) -> str:
        """The statement for id and territory of the first dealers among the first `most` of each that is `asked` for."""
        way = self.order.rpartition(" ")[2]
        return f"""
            SELECT first.id, asked.territory
              FROM {asked}
              CROSS JOIN LATERAL (
                    SELECT id, {self.column} AS place
                      FROM dealers_dealer
                     WHERE territory_id = asked.territory AND {self.condition}
                     ORDER BY {self.order}
                     LIMIT {most}) AS first
             ORDER BY first.place {way}, first.id {way}
             LIMIT {self.size}
        """

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
