"""The orders that the dealer list can have."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from django.db.models import DateField, Expression, F, Value
from django.db.models.functions import Coalesce, NullIf

from dealers import found

if TYPE_CHECKING:
    from dealers.filters import ListState

# Who matters most stands first.
DEFAULT_SORT = "-sales"
# The same, in the bands that a search goes through; no column has it.
FOUND_SORT = "-found"
_NEVER = dt.date(1, 1, 1)
_NO_GROWTH = Decimal(-2)


class BadCursor(ValueError):
    """A cursor that this list did not write."""


@dataclass(frozen=True)
class Sort:
    """An order of the list. Expressions are never null, so that one comparison of rows finds the place."""

    expression: Expression | F
    read: Callable[[Any], Any]


def _text(value: Any) -> str:
    if not isinstance(value, str) or "\0" in value:
        raise BadCursor
    return value


def _number(value: Any) -> Decimal:
    try:
        number = Decimal(value)
    except (InvalidOperation, TypeError, ValueError) as error:
        raise BadCursor from error
    if not number.is_finite():
        raise BadCursor
    return number


def _day(value: Any) -> dt.date:
    try:
        return dt.date.fromisoformat(value)
    except (TypeError, ValueError) as error:
        raise BadCursor from error


SORTS: dict[str, Sort] = {
    "name": Sort(F("name"), _text),
    "code": Sort(F("code"), _text),
    # Without a tier last.
    "tier": Sort(Coalesce(F("tier"), Value("Z")), _text),
    "kind": Sort(F("kind"), _text),
    "status": Sort(F("status"), _text),
    "place": Sort(F("city"), _text),
    "sales": Sort(F("sales_12m"), _number),
    # Without sales in the year before, as the worst: nothing can be said.
    "change": Sort(
        Coalesce(
            (F("sales_12m") - F("sales_prior_12m")) / NullIf(F("sales_prior_12m"), Value(Decimal(0))),
            Value(_NO_GROWTH),
        ),
        _number,
    ),
    "balance": Sort(F("balance"), _number),
    "overdue": Sort(F("overdue_amount"), _number),
    # Never is longer ago than any day.
    "contact": Sort(Coalesce(F("last_contact_on"), Value(_NEVER), output_field=DateField()), _day),
    "order": Sort(Coalesce(F("last_order_on"), Value(_NEVER), output_field=DateField()), _day),
    "completeness": Sort(F("completeness"), _number),
}


_FOUND = Sort(found.weight(), _number)


def sort_key(state: ListState) -> str:
    """The state's order, the usual one when it asks for none that exists."""
    if state.sort.removeprefix("-") in SORTS:
        return state.sort
    return FOUND_SORT if found.is_plain_search(state) else DEFAULT_SORT


def order_of(state: ListState) -> tuple[Sort, bool]:
    """The list's order and whether it is descending."""
    key = sort_key(state)
    return (_FOUND if key == FOUND_SORT else SORTS[key.removeprefix("-")]), key.startswith("-")
