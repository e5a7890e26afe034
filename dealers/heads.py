"""The heads of the dealer list's columns: what sorts, and the quick filter beneath."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import cached_property
from django.utils.translation import gettext, ngettext

from dealers.columns import Column
from dealers.filters import FILTERS, Asked, Filter, ListState
from dealers.sorting import sort_key


@dataclass(frozen=True)
class QuickFilter:
    """The field under a head. `value` is what stands in it, `options` are empty for a field to type in."""

    filter: Filter
    value: str
    options: list[tuple[str, str]]


@dataclass
class Head:
    column: Column
    state: ListState
    asked: Asked

    @cached_property
    def direction(self) -> str:
        """`ascending` or `descending` for the column that the list is sorted by, else empty."""
        key = sort_key(self.state)
        if key.removeprefix("-") != self.column.sort:
            return ""
        return "descending" if key.startswith("-") else "ascending"

    @cached_property
    def sort_query(self) -> str:
        """The list sorted by this column, the other way round when it is already."""
        key = self.column.sort
        falling = self.direction != "descending" if self.direction else self.column.largest_first
        return self.state.with_sort(f"-{key}" if falling else key).query

    @cached_property
    def quick(self) -> QuickFilter | None:
        each = FILTERS.get(self.column.filter)
        if each is None:
            return None
        values = self.state.values.get(each.key, ())
        options = [("", ""), *each.choices(self.asked)] if each.choices else []
        if len(values) > 1:
            options.append((",".join(values), each.words(values, self.asked)))
        return QuickFilter(each, ",".join(values), options)


def heads_of(columns: Sequence[Column], state: ListState, asked: Asked) -> list[Head]:
    return [Head(column, state, asked) for column in columns]


def hidden_fields(heads: Sequence[Head], state: ListState) -> list[tuple[str, str]]:
    """What the search form must carry that no field of it shows."""
    shown = {"q", *(head.quick.filter.key for head in heads if head.quick)}
    return [(key, value) for key, value in state.pairs if key not in shown]


def summary_of(number: int, limit: int) -> str:
    """How many the list has, as exactly as it was counted."""
    if number > limit:
        return gettext("more than %(count)s dealers") % {"count": f"{limit:,}"}
    return ngettext("%(count)d dealer", "%(count)d dealers", number) % {"count": number}
