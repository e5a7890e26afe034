"""One page of the dealer list, and the dealers before and after one: by keys, never by counting rows.

A cursor holds the sort values and the id of the row where a page ends. The next page is what lies beyond it in the
order, so that the thousandth page costs what the first does, and rows that come or go meanwhile shift nothing.
"""

from __future__ import annotations

import base64
import binascii
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan, TupleLessThan

from accounts.scope import scope_of
from crm.base.lookups import AnyOf
from dealers import merging
from dealers.filters import Asked, ListState
from dealers.found import Found, first_of, is_plain_search
from dealers.models import Dealer
from dealers.querysets import DealerQuerySet
from dealers.sorting import FOUND_SORT, BadCursor, Sort, order_of, sort_key

PAGE_SIZE = 50
# "1,000+" is all that anybody does with a larger number, and counting further would read half the table.
COUNT_LIMIT = 1000
# A list that has more is not counted again so soon: page after page says the same "more than".
_LONG_FOR_S = 30.0
_MOST_LONG_LISTS = 1000

Row = dict[str, Any]
Key = tuple[Any, int]


# --- Cursors -----------------------------------------------------------------------------------------------------------


def write_cursor(key: Key) -> str:
    """The place of a row, for an address."""
    value, pk = key
    plain = value if isinstance(value, str) else str(value)
    return base64.urlsafe_b64encode(json.dumps([plain, pk], ensure_ascii=False).encode()).decode().rstrip("=")


def read_cursor(cursor: str, sort: Sort) -> Key:
    """Raise BadCursor for anything that `write_cursor` did not make for this order."""
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        value, pk = json.loads(base64.urlsafe_b64decode(padded))
    except (ValueError, TypeError, binascii.Error) as error:
        raise BadCursor from error
    if not isinstance(pk, int) or isinstance(pk, bool) or not -(2**63) <= pk < 2**63:
        raise BadCursor
    return sort.read(value), pk


# --- Pages -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Page:
    """Rows in the list's order. A cursor is empty where there is no page before or after.

    `versions` are those of merging.first_versions when merging.VERSION was asked for.
    """

    rows: list[Row]
    before: str
    after: str
    versions: tuple[tuple[Any, ...], ...] = ()


def ordered(rows: DealerQuerySet, state: ListState, *, backwards: bool = False) -> DealerQuerySet:
    """The dealers in the list's order, ties by id."""
    sort, descending = order_of(state)
    if descending != backwards:
        return rows.order_by(sort.expression.desc(), "-pk")
    return rows.order_by(sort.expression.asc(), "pk")


def beyond(state: ListState, key: Key, *, backwards: bool = False) -> Q:
    """What stands after (before, when `backwards`) the key in the list's order."""
    sort, descending = order_of(state)
    compare = TupleLessThan if descending != backwards else TupleGreaterThan
    return Q(compare(Tuple(sort.expression, F("pk")), key))


def read_page(
    state: ListState,
    asked: Asked,
    fields: Sequence[str],
    *,
    after: str = "",
    before: str = "",
    size: int = PAGE_SIZE,
) -> Page:
    """The first page, or the one `after` or `before` a cursor. Raises BadCursor."""
    sort, _descending = order_of(state)
    backwards = bool(before and not after)
    cursor = after or before
    key = read_cursor(cursor, sort) if cursor else None
    found = merging.first_rows(state, asked, fields, key, size + 1, backwards=backwards)
    if found is None:
        if sort_key(state) == FOUND_SORT:
            ids = _found_beyond(state, asked, key, size + 1, backwards).ids
            found = merging.found_rows(ids, asked, fields, size + 1, backwards=backwards)
            rows = Dealer.objects.visible_to(asked.user, on=asked.on).filter(AnyOf(F("pk"), ids))
        else:
            rows = state.rows(asked)
            if key:
                rows = rows.filter(beyond(state, key, backwards=backwards))
        if found is None:
            chosen = ordered(rows, state, backwards=backwards)
            found = list(chosen.values("pk", *fields, sort_key=sort.expression)[: size + 1])
    versions: tuple[tuple[Any, ...], ...] = ()
    if set(merging.VERSION) <= set(fields):
        versions = tuple((row["pk"], row["xmin"], row["ctid"], row["sort_key"]) for row in found)
        for row in found:
            del row["xmin"], row["ctid"]
    has_more = len(found) > size
    del found[size:]
    if backwards:
        found.reverse()
    if not found:
        return Page([], "", "")
    first, last = ((row["sort_key"], row["pk"]) for row in (found[0], found[-1]))
    return Page(
        rows=found,
        before=write_cursor(first) if (has_more if backwards else after) else "",
        after=write_cursor(last) if (backwards or has_more) else "",
        versions=versions,
    )


# Lists with more than COUNT_LIMIT dealers, by territories and filters, and until when (time.monotonic) that is believed.
_long_lists: dict[Any, float] = {}


def count(state: ListState, asked: Asked) -> int:
    """How many dealers the list has, at most COUNT_LIMIT + 1; that it has more is remembered for half a minute."""
    known = known_count(state, asked)
    if known is not None:
        return known
    number = _counted(state, asked)
    if number > COUNT_LIMIT:
        if len(_long_lists) >= _MOST_LONG_LISTS:
            _long_lists.clear()
        _long_lists[_list_key(state, asked)] = time.monotonic() + _LONG_FOR_S
    return number


def known_count(state: ListState, asked: Asked) -> int | None:
    """COUNT_LIMIT + 1 while it is remembered that the list has more than COUNT_LIMIT, else `None`."""
    now = time.monotonic()
    return COUNT_LIMIT + 1 if _long_lists.get(_list_key(state, asked), now) > now else None


def _list_key(state: ListState, asked: Asked) -> Any:
    scope = scope_of(asked.user, on=asked.on)
    seen = None if scope.everything else tuple(scope.territory_ids)
    return seen, asked.on, state.q, tuple(state.values.items())


def _counted(state: ListState, asked: Asked) -> int:
    if is_plain_search(state):
        found = first_of(state, asked, size=PAGE_SIZE + 1, limit=COUNT_LIMIT + 1)
        return min(found.number, COUNT_LIMIT + 1)
    if merging.is_plain(state):
        return merging.count(state, asked, COUNT_LIMIT + 1)
    return state.rows(asked).order_by()[: COUNT_LIMIT + 1].count()


def _found_beyond(state: ListState, asked: Asked, key: Key | None, size: int, backwards: bool) -> Found:
    """Beyond the key, or from the list's beginning on; no more are counted than asked for."""
    return first_of(state, asked, size=size, limit=size, key=key, backwards=backwards)


# --- Neighbours --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Neighbours:
    """The dealers before and after one in a list's order, as (id, name); None at the ends."""

    previous: tuple[int, str] | None
    next: tuple[int, str] | None


def neighbours(asked: Asked, state: ListState, dealer: Dealer) -> Neighbours:
    """Who stands beside the dealer. It need not be in the list itself any more: then beside its place. Three queries."""
    sort, _descending = order_of(state)
    key = Dealer.with_bin.values_list(sort.expression, "pk").get(pk=dealer.pk)
    beside = []
    for backwards in (True, False):
        if sort_key(state) == FOUND_SORT and key[0] is not None:
            ids = _found_beyond(state, asked, key, 1, backwards).ids
            rows = Dealer.objects.visible_to(asked.user, on=asked.on).filter(AnyOf(F("pk"), ids))
        else:
            rows = state.rows(asked).filter(beyond(state, key, backwards=backwards))
        beside.append(ordered(rows, state, backwards=backwards).values_list("pk", "name").first())
    return Neighbours(*beside)
