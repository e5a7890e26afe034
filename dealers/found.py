"""Whom a search finds: the first of them in the order of importance, and how many there are, by one statement.

What is frequent finds half of all dealers, of whom a page shows fifty. So the dealers are told apart by what they sell
into bands (see Band), each with indexes of its own, and a search goes through them from the most important on: a band
is read whole as long as the page is not full, and then only counted up to the limit. The order within a search is by
bands, and by sales within them, so that it is one order however old the bands are; they follow the sales by night.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import DecimalField, Expression, F, Value
from django.db.models.functions import Cast

from accounts.scope import scope_of
from crm.base import prepared
from dealers.models import BANDS, Band
from dealers.search import Term, terms_of

if TYPE_CHECKING:
    from dealers.filters import Asked, ListState

# The share of all dealers that the bands hold together, from the most important: one in so many.
_ONE_IN = {Band.TOP: 4096, Band.FIRST: 512, Band.SECOND: 64, Band.THIRD: 8}
# With fewer dealers all are in one band.
_WORTH_BANDS = 4096
# A dealer moves when its place is beyond the band's edge by so much, so that few move to and fro.
_SLACK = 1.2

_FOUND = """SELECT (array_agg(dealer_id) FILTER (WHERE NOT counted))::text, count(*)
  FROM dealers_found(%s::text[], %s::text[], %s::bigint[], %s::int[], %s::int, %s::int, %s::numeric, %s::bigint, %s::bool)"""
# Of one key, or one text that has none: the same by plans that are made once a connection.
_FOUND_BY_KEY = """SELECT ids::text, number
  FROM dealers_found_by_key(%s::text, %s::bigint[], %s::int, %s::int)"""
_FOUND_BY_TEXT = """SELECT ids::text, number
  FROM dealers_found_by_text(%s::text, %s::bigint[], %s::int, %s::int)"""
_CANDIDATES = """SELECT array_agg(dealer_id)::text
  FROM dealers_found(%s::text[], %s::text[], %s::bigint[], %s::int[], 0, %s::int, NULL, NULL, false)"""

# More than any sales: bands come first in the order.
STEP = Decimal(10) ** 17


@dataclass(frozen=True)
class Found:
    """`ids` are the first ones, in no order and with some of those that follow; `number` stops at what was asked for."""

    ids: list[int]
    number: int


def weight() -> Expression:
    """The order of a search, the most important the highest: band, then sales."""
    number: DecimalField[Any, Any] = DecimalField(max_digits=21, decimal_places=2)
    return (Value(int(Band.REST)) - Cast(F("search__band"), number)) * Value(STEP, number) + F("sales_12m")


def first(
    terms: Sequence[Term],
    territory_ids: Sequence[int] | None,
    *,
    size: int,
    limit: int,
    key: tuple[Decimal, int] | None = None,
    backwards: bool = False,
) -> Found:
    """At least the first `size` dealers in these territories (anywhere, when it is None) that the terms find.

    With a `key` (weight, id) only those beyond it. Beyond `size` they are counted, until there are `limit`.
    """
    if not key and not backwards and (simple := _simple(terms)):
        statement, wanted = simple
        ((ids, number),) = prepared.read(statement, [wanted, _within(territory_ids), size, limit])
        return Found(_numbers(ids), number)
    band, sales, pk = None, None, None
    if key:
        band = int(Band.REST - (key[0] / STEP).to_integral_value())
        sales, pk = key[0] - (Band.REST - band) * STEP, key[1]
    bands = [int(each) for each in (reversed(BANDS) if backwards else BANDS)]
    if band is not None:
        bands = bands[bands.index(band) :] if band in bands else []
    ((ids, number),) = prepared.read(
        _FOUND, [*_wanted(terms, territory_ids), prepared.array(bands), size, limit, sales, pk, backwards]
    )
    return Found(_numbers(ids), number)


def candidates(terms: Sequence[Term], territory_ids: Sequence[int] | None, limit: int) -> list[int]:
    """Ids of at most `limit` dealers in these territories (anywhere, when it is None) that the terms find; in no order."""
    ((ids,),) = prepared.read(_CANDIDATES, [*_wanted(terms, territory_ids), prepared.array(BANDS), limit])
    return _numbers(ids)


def _simple(terms: Sequence[Term]) -> tuple[str, str] | None:
    """The statement that finds a single term by one condition, and what it looks for; `None` for all others."""
    if len(terms) != 1:
        return None
    (term,) = terms
    if not term.pieces:
        return _FOUND_BY_KEY, term.key
    if not term.key and len(term.pieces) == 1:
        return _FOUND_BY_TEXT, term.pieces[0]
    return None


def _wanted(terms: Sequence[Term], territory_ids: Sequence[int] | None) -> list[Any]:
    return [
        [term.key for term in terms if term.key], ["\n".join(term.pieces) for term in terms if term.pieces],
        _within(territory_ids),
    ]  # fmt: skip


def _within(territory_ids: Sequence[int] | None) -> str | None:
    return None if territory_ids is None else prepared.array(territory_ids)


def _numbers(array: str | None) -> list[int]:
    """Whole numbers from an array's text; from a thousand of rows they would take long."""
    return list(map(int, array[1:-1].split(","))) if array and array != "{}" else []


def is_plain_search(state: ListState) -> bool:
    """Whether the list is a search and nothing else, in the order of importance."""
    return bool(state.q) and not state.values and bool(terms_of(state.q))


def first_of(
    state: ListState,
    asked: Asked,
    *,
    size: int,
    limit: int,
    key: tuple[Decimal, int] | None = None,
    backwards: bool = False,
) -> Found:
    """`first` of a plain search, of the dealers that the user may see."""
    scope = scope_of(asked.user, on=asked.on)
    territory_ids = None if scope.everything else scope.territory_ids
    return first(terms_of(state.q), territory_ids, size=size, limit=limit, key=key, backwards=backwards)


def sort_into_bands() -> int:
    """Let the bands follow the sales, and return how many dealers have moved."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM dealers_dealer WHERE deleted_at IS NULL")
        (number,) = cursor.fetchone()
        last = [number // share if number >= _WORTH_BANDS else 0 for share in _ONE_IN.values()]
        cursor.execute(
            """
            WITH placed AS (
                SELECT id, row_number() OVER (ORDER BY sales_12m DESC, id DESC)::float AS place
                  FROM (SELECT id, sales_12m FROM dealers_dealer WHERE deleted_at IS NULL
                         ORDER BY sales_12m DESC, id DESC LIMIT %(most)s) AS largest
            ), due AS (
                SELECT s.dealer_id,
                       coalesce(width_bucket(p.place, edges) + %(top)s, %(rest)s) AS band,
                       coalesce(width_bucket(p.place / %(slack)s, edges) + %(top)s, %(rest)s) AS highest,
                       coalesce(width_bucket(p.place * %(slack)s, edges) + %(top)s, %(rest)s) AS lowest
                  FROM dealers_dealersearch s
                  LEFT JOIN placed p ON p.id = s.dealer_id
                 CROSS JOIN (SELECT %(edges)s::float[] AS edges) AS each
                 WHERE s.band <> %(bin)s AND (p.id IS NOT NULL OR s.band <> %(rest)s)
            )
            UPDATE dealers_dealersearch AS s SET band = due.band
              FROM due
             WHERE due.dealer_id = s.dealer_id AND s.band NOT BETWEEN due.highest AND due.lowest
            """,
            {
                "most": int(last[-1] * _SLACK), "edges": [place + 1.0 for place in last], "rest": int(Band.REST),
                "top": int(Band.TOP), "bin": int(Band.BIN), "slack": _SLACK,
            },
        )  # fmt: skip
        return cursor.rowcount
