"""The dealer list's page without what was typed, counted or found: one drawing of it serves every search, page and dealer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from crm.base.kept_page import place
from dealers.columns import columns_for
from dealers.filters import FILTERS, Asked, Chip, ListState
from dealers.search import terms_of
from dealers.sorting import SORTS
from dealers.table import Table


@dataclass(frozen=True)
class ListFrame:
    """State, table and chips with places (crm.base.kept_page) for the texts that are put in; of the table the rows are
    one or none."""

    state: ListState
    table: Table
    chips: tuple[Chip, ...]
    texts: dict[str, str]


def frame_of(
    state: ListState, table: Table, chips: Sequence[Chip], summary: str, asked: Asked, saved: Sequence[str]
) -> ListFrame | None:
    """`None` for a list that asks for what there is not, or is one of those that the user has `saved` (their query
    strings), which the menu points out."""
    if not _is_known(state, asked) or state.query in saved:
        return None
    texts = {"summary": summary}
    texts |= {name: cursor for name in ("before", "after") if (cursor := getattr(table, name))}
    if state.q:
        texts["q"] = state.q
    typed = [key for key in state.values if not FILTERS[key].fixed]
    texts |= {f"filter_{key}": ",".join(state.values[key]) for key in typed}
    texts |= {f"chip_{chip.key}": chip.words for chip in chips if chip.key in typed}
    blank = replace(
        state,
        q=place("q") if state.q else "",
        values={key: (place(f"filter_{key}"),) if key in typed else values for key, values in state.values.items()},
    )
    return ListFrame(
        state=blank,
        table=replace(
            table, rows=min(table.rows, 1), total=None if table.total is None else 0,
            before=place("before") if table.before else "", after=place("after") if table.after else "",
        ),
        chips=tuple(
            replace(
                chip, without=blank.without(chip.key).query,
                words=place(f"chip_{chip.key}") if chip.key in typed else chip.words,
            )
            for chip in chips
        ),
        texts=texts,
    )  # fmt: skip


def _is_known(state: ListState, asked: Asked) -> bool:
    """Whether order and columns are such as the list itself writes; and whether what was typed can be looked for, on
    which the order depends."""
    offered = {column.key for column in columns_for(asked.user, on=asked.on)}
    return (
        (not state.sort or state.sort.removeprefix("-") in SORTS)
        and offered.issuperset(state.columns)
        and (not state.q or bool(terms_of(state.q)))
    )
