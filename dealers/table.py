"""The rows of one page of the dealer list, drawn."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from crm.base import marks
from dealers import listing, merging
from dealers.cells import Drawing
from dealers.columns import Column, fields_of, forget_kept, is_registered, load_for_page, topics_of
from dealers.filters import Asked, ListState
from dealers.found import is_plain_search
from dealers.hits import hits_beside
from dealers.search import terms_of

# Read for every row, whatever the columns: the name is always there, and hits are looked for in it.
_ALWAYS = ("name", "code", "name_romanised", "name_kana")


@dataclass(frozen=True)
class Table:
    """`total` is counted up to listing.COUNT_LIMIT + 1; `None` when there are more than a page and nobody has counted."""

    body: SafeString
    rows: int
    before: str
    after: str
    total: int | None


def read_table(
    state: ListState, asked: Asked, columns: Sequence[Column], *, after: str = "", before: str = ""
) -> Table:
    """A page: one query for the rows, one for their number unless they are all, one for each column that loads.

    The first page of a search is not counted, since that may take several times what finding its rows takes.

    Of a first page whose rows are all as they were, only which ones they are is read.
    """
    drawing = Drawing(terms=terms_of(state.q), list_query=state.query)
    about = None if after or before else _about(state, asked, columns, drawing)
    if about is None:
        table, _versions = _draw(state, asked, columns, drawing, after=after, before=before)
    elif about in _lists:
        versions = merging.first_versions(state, asked, listing.PAGE_SIZE + 1)
        table = _pages.get((about, versions)) or _drawn_first(about, state, asked, columns, drawing)
    else:
        table = _drawn_first(about, state, asked, columns, drawing)
    if not table.before and not table.after:
        return table
    if not after and not before and is_plain_search(state):
        return replace(table, total=listing.known_count(state, asked))
    return replace(table, total=listing.count(state, asked))


def _draw(
    state: ListState,
    asked: Asked,
    columns: Sequence[Column],
    drawing: Drawing,
    *,
    after: str = "",
    before: str = "",
    more: Sequence[str] = (),
) -> tuple[Table, Any]:
    """The page, as if it were the whole list, and the versions of its rows, if they are among the fields."""
    fields = list(dict.fromkeys((*_ALWAYS, *fields_of(columns), *more)))
    page = listing.read_page(state, asked, fields, after=after, before=before)
    if drawing.terms:
        drawing.hits = hits_beside(page.rows, drawing.terms)
    loaded = load_for_page(columns, page.rows, asked.on)
    body = draw_body(page.rows, columns, loaded, drawing)
    return Table(body, len(page.rows), page.before, page.after, len(page.rows)), page.versions


# First pages as they were drawn, by everything that they were made of, and the lists that have any. When there are very
# many, it starts anew.
_MOST_PAGES = 128
_pages: dict[Any, Table] = {}
_lists: set[Any] = set()


def forget() -> None:
    """Draw everything anew the next time."""
    for kept in (_pages, _lists, _drawn, _pieces):
        kept.clear()
    forget_kept()


def _drawn_first(about: Any, state: ListState, asked: Asked, columns: Sequence[Column], drawing: Drawing) -> Table:
    table, versions = _draw(state, asked, columns, drawing, more=merging.VERSION)
    if len(_pages) >= _MOST_PAGES:
        _pages.clear()
        _lists.clear()
    _lists.add(about)
    _pages[about, versions] = table
    return table


def _about(state: ListState, asked: Asked, columns: Sequence[Column], drawing: Drawing) -> Any:
    """What a first page is made of beside its rows; `None` for one that is not kept."""
    if drawing.terms or not merging.is_plain(state) or (topics := topics_of(columns)) is None:
        return None
    if not merging.reads(fields_of(columns)):
        return None
    plan = _plan_of(columns, drawing.language)
    seen = tuple([marks.mark_of(topic) for topic in sorted(topics)])
    # Columns made for one user alone are made anew each time.
    return None if not plan.is_everybodys or None in seen else (plan, drawing.about, asked.on, seen)


class _Plan:
    """How rows with these columns are drawn in one language."""

    def __init__(self, columns: Sequence[Column]) -> None:
        self.columns = tuple(columns)
        self.cells = [(_opening(column), column.cell) for column in columns]
        self.searched = [place for place, column in enumerate(columns) if column.searched]
        self.is_everybodys = all(map(is_registered, columns))

    def fits(self, columns: Sequence[Column]) -> bool:
        return all(map(operator.is_, self.columns, columns))

    def draw(self, row: dict[str, Any], loaded: Sequence[Any], drawing: Drawing) -> str:
        return self.fill(self.around(row, loaded, drawing), row, loaded, drawing)

    def around(self, row: dict[str, Any], loaded: Sequence[Any], drawing: Drawing) -> list[str]:
        """The row without the cells that a search marks, in pieces: one before each of them, and the rest."""
        pieces = []
        parts = ["<tr data-row>"]
        for (opening, cell), column, value in zip(self.cells, self.columns, loaded, strict=True):
            parts.append(opening)
            if column.searched:
                pieces.append("".join(parts))
                parts = ["</td>"]
            else:
                parts += cell(row, value, drawing), "</td>"
        parts.append("</tr>\n")
        pieces.append("".join(parts))
        return pieces

    def fill(self, pieces: Sequence[str], row: dict[str, Any], loaded: Sequence[Any], drawing: Drawing) -> str:
        """The whole row from the pieces that `around` has made."""
        *before, rest = pieces
        parts: list[str] = []
        for piece, place in zip(before, self.searched, strict=True):
            parts += piece, self.columns[place].cell(row, loaded[place], drawing)
        return "".join((*parts, rest))


_MOST_PLANS = 256
_plans: dict[tuple[str, ...], _Plan] = {}
# Rows as they were drawn, by everything that they were made of: whoever asks, equal rows look alike. When there are
# very many, it starts anew.
_MOST_DRAWN = 4096
_drawn: dict[Any, str] = {}
# The same for rows in which something is marked, in pieces: the marks are put in anew.
_pieces: dict[Any, list[str]] = {}


def draw_body(
    rows: Sequence[dict[str, Any]], columns: Sequence[Column], loaded: dict[str, Any], drawing: Drawing
) -> SafeString:
    """The table's rows as HTML."""
    plan = _plan_of(columns, drawing.language)
    beside = [loaded.get(column.key, {}) for column in columns]
    about = (plan, *drawing.about)
    parts = []
    for row in rows:
        pk = row["pk"]
        values = tuple([each.get(pk) for each in beside])
        # A user's own columns are made anew each time.
        if not plan.is_everybodys:
            parts.append(plan.draw(row, values, drawing))
            continue
        key = (about, tuple(row.values()), values)
        if drawing.is_plain:
            drawn = _drawn.get(key)
            if drawn is None:
                drawn = plan.draw(row, values, drawing)
                _keep(_drawn, key, drawn)
        else:
            pieces = _pieces.get(key)
            if pieces is None:
                pieces = plan.around(row, values, drawing)
                _keep(_pieces, key, pieces)
            drawn = plan.fill(pieces, row, values, drawing)
        parts.append(drawn)
    return mark_safe("".join(parts))


def _keep(rows: dict[Any, Any], key: Any, drawn: Any) -> None:
    if len(rows) >= _MOST_DRAWN:
        rows.clear()
    rows[key] = drawn


def _plan_of(columns: Sequence[Column], language: str) -> _Plan:
    key = (language, *[column.key for column in columns])
    plan = _plans.get(key)
    if plan is None or not plan.fits(columns):
        if len(_plans) >= _MOST_PLANS:
            _plans.clear()
        plan = _Plan(columns)
        if plan.is_everybodys:
            _plans[key] = plan
    return plan


def _opening(column: Column) -> str:
    classes = [f"list-{column.key}"]
    if column.numeric:
        classes.append("num")
    if column.wide_only:
        classes.append("stack-hide")
    if column.key == "tier":
        classes.append("stack-lead")
    if column.key == "name":
        return f'<td class="{" ".join(classes)} stack-head">'
    label = "" if column.key == "tier" else f' data-label="{escape(str(column.label))}"'
    return f'<td class="{" ".join(classes)}"{label}>'
