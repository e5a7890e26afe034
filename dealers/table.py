"""The rows of one page of the dealer list, drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from dealers import listing
from dealers.cells import Drawing
from dealers.columns import Column, fields_of, load_all
from dealers.filters import Asked, ListState
from dealers.hits import hits_beside
from dealers.search import terms_of

# Read for every row, whatever the columns: the name is always there, and hits are looked for in it.
_ALWAYS = ("name", "code", "name_romanised", "name_kana")


@dataclass(frozen=True)
class Table:
    """`total` is counted up to listing.COUNT_LIMIT + 1."""

    body: SafeString
    rows: int
    before: str
    after: str
    total: int


def read_table(
    state: ListState, asked: Asked, columns: Sequence[Column], *, after: str = "", before: str = ""
) -> Table:
    """A page: one query for the rows, one for their number unless they are all, one for each column that loads."""
    fields = list(dict.fromkeys((*_ALWAYS, *fields_of(columns))))
    page = listing.read_page(state, asked, fields, after=after, before=before)
    is_all = not page.before and not page.after
    total = len(page.rows) if is_all else listing.count(state, asked)
    terms = terms_of(state.q)
    drawing = Drawing(terms=terms, list_query=state.query)
    ids = [row["pk"] for row in page.rows]
    if terms:
        drawing.hits = hits_beside(page.rows, terms)
    loaded = load_all(columns, ids, asked.on)
    return Table(draw_body(page.rows, columns, loaded, drawing), len(page.rows), page.before, page.after, total)


def draw_body(
    rows: Sequence[dict[str, Any]], columns: Sequence[Column], loaded: dict[str, Any], drawing: Drawing
) -> SafeString:
    """The table's rows as HTML."""
    plan = [(_opening(column), column.cell, loaded.get(column.key, {})) for column in columns]
    parts: list[str] = []
    for row in rows:
        parts.append("<tr data-row>")
        for opening, cell, values in plan:
            parts += opening, cell(row, values.get(row["pk"]), drawing), "</td>"
        parts.append("</tr>\n")
    return mark_safe("".join(parts))


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
