"""The heads of the dealer list's columns: what sorts, and the quick filter beneath."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.utils.functional import cached_property
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext, ngettext

from crm.base.text import joined
from dealers.columns import Column
from dealers.filters import FILTERS, Asked, ListState
from dealers.sorting import sort_key

SELECTED = mark_safe(" selected")
NUMBER = mark_safe('type="number" min="1" inputmode="numeric"')
TEXT = mark_safe('type="text"')


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
    def quick(self) -> SafeString | str:
        """The field under the head; empty for a column that nothing filters."""
        if self.column.filter not in FILTERS:
            return ""
        values = self.state.values.get(self.column.filter, ())
        if FILTERS[self.column.filter].fixed:
            return _select(self.column.filter, values, get_language() or "")
        return _input(self.column.filter, values)


# The same few fields on every page. Quick filters choose between fixed words, the same for everybody.
@lru_cache(maxsize=512)
def _select(key: str, values: tuple[str, ...], _language: str) -> SafeString:
    each = FILTERS[key]
    options = [("", ""), *((value, str(words)) for value, words in each.fixed.items())]
    chosen = ",".join(values)
    if len(values) > 1:
        options.append((chosen, joined(each.fixed[value] for value in values)))
    drawn = format_html_join(
        "", '<option value="{}"{}>{}</option>',
        ((value, SELECTED if value == chosen else "", words) for value, words in options),
    )  # fmt: skip
    return format_html(
        '<select class="form-select form-select-sm" id="quick-{}" name="{}" form="list-form" aria-label="{}">{}</select>',
        key, key, each.label, drawn,
    )  # fmt: skip


def _input(key: str, values: tuple[str, ...]) -> SafeString:
    each = FILTERS[key]
    kind = NUMBER if each.widget == "number" else TEXT
    label = f"{each.label} ({each.unit})" if each.unit else each.label
    return format_html(
        '<input class="form-control form-control-sm" id="quick-{}" name="{}" value="{}" form="list-form" {}'
        ' aria-label="{}" placeholder="{}">',
        key, key, values[0] if values else "", kind, label, each.unit,
    )  # fmt: skip


def heads_of(columns: Sequence[Column], state: ListState, asked: Asked) -> list[Head]:
    return [Head(column, state, asked) for column in columns]


def hidden_fields(heads: Sequence[Head], state: ListState) -> list[tuple[str, str]]:
    """What the search form must carry that no field of it shows."""
    shown = {"q", *(head.column.filter for head in heads)}
    return [(key, value) for key, value in state.pairs if key not in shown]


def summary_of(number: int | None, limit: int) -> str:
    """How many the list has, as exactly as it was counted; `None` for more than `limit`."""
    if number is None or number > limit:
        return gettext("more than %(count)s dealers") % {"count": f"{limit:,}"}
    return ngettext("%(count)d dealer", "%(count)d dealers", number) % {"count": number}
