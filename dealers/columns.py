"""The columns of the dealer list. Apps above add theirs from `AppConfig.ready`:

    from dealers.columns import Column, register
    register(Column("trend", _("Trend"), cell=draw_trend, load=monthly_sales, order=55))

`load(dealer_ids, on)` is called once a page with the page's dealers and the business date and makes one query; what it
returns for a dealer (`None` for those it leaves out, something hashable for the others) is the second argument of
`cell` and `value`. `load_beside(rows, on)` does the same with the rows, which hold `pk` and the column's `fields`.

A cell is made of its arguments alone: a row that was drawn before is not drawn again (dealers.table). `topics` says that
what is loaded depends on the dealer's own row, the day and these marks (crm.base.marks) alone; without it a page that has
the column is read anew each time.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import chain
from typing import TYPE_CHECKING, Any, TypeAlias

from django.utils.html import escape
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.choices import Role
from accounts.models import Territory, User
from accounts.rights import Right
from accounts.scope import Scope, scope_of
from crm.base import marks, prepared
from dealers.cells import Drawing, draw_percentage, growth

if TYPE_CHECKING:
    from crm.base.text import StrPromise

Row: TypeAlias = dict[str, Any]
Cell: TypeAlias = Callable[[Row, Any, Drawing], str]
Load: TypeAlias = Callable[[Sequence[int], dt.date], Mapping[int, Any]]
LoadBeside: TypeAlias = Callable[[Sequence[Row], dt.date], Mapping[int, Any]]


def _nothing(_row: Row, loaded: Any, _drawing: Drawing) -> Any:
    return loaded


@dataclass(frozen=True)
class Column:
    """One column. `cell` returns safe HTML, empty for a cell that the phone leaves out; `value` what an export writes.

    `fields` are those of the dealer that both read. `sort` is a key of dealers.listing.SORTS.
    """

    key: str
    label: str | StrPromise
    cell: Cell
    order: int
    fields: tuple[str, ...] = ()
    value: Cell | Callable[[Row, Any, Drawing], Any] = _nothing
    load: Load | None = None
    load_beside: LoadBeside | None = None
    topics: tuple[str, ...] = ()
    # What `load` gives for a dealer depends on its id, the day and the topics alone, so that it is read once.
    kept: bool = False
    sort: str = ""
    # Sorting starts with the largest.
    largest_first: bool = False
    numeric: bool = False
    # In the list unless the user has chosen otherwise.
    usual: bool = True
    # Left out on the phone.
    wide_only: bool = False
    # An amount in the company's currency, which then stands in the head.
    money: bool = False
    # The cell shows what a search has found in it (Drawing.text); every other cell is the same for all searches.
    searched: bool = False
    filter: str = ""
    right: Right | None = None
    explanation: str | StrPromise = ""


_columns: dict[str, Column] = {}
# How often; what was worked out before is not taken any more.
_registered = 0


def register(column: Column) -> None:
    """Add a column; a second one with the same key replaces the first."""
    global _registered
    _columns[column.key] = column
    _registered += 1


def is_registered(column: Column) -> bool:
    """Whether this very column is everybody's, and not made for one user."""
    return _columns.get(column.key) is column


def columns_for(user: User, *, on: dt.date | None = None) -> tuple[Column, ...]:
    """Those that the user may see, in order; empty for dealers where she may not, when she may elsewhere."""
    scope = scope_of(user, on=on)
    about = "columns", _registered
    offered: tuple[Column, ...] | None = scope.kept.get(about)
    if offered is None:
        offered = scope.kept[about] = _columns_for(scope)
    return offered


def _columns_for(scope: Scope) -> tuple[Column, ...]:
    allowed = []
    for column in _columns.values():
        if column.right is None:
            allowed.append(column)
            continue
        held = scope.where(column.right)
        if held.superuser or len(held.roles) == len(scope.roles) > 0:
            allowed.append(column)
        elif held.roles:
            allowed.append(_within(column, frozenset(held.roles)))
    return tuple(sorted(allowed, key=lambda column: (column.order, column.key)))


def _within(column: Column, territories: frozenset[int]) -> Column:
    """The column with figures of dealers in these territories only; and no sorting, which would tell the others'."""

    def cell(row: Row, loaded: Any, drawing: Drawing) -> str:
        return column.cell(row, loaded, drawing) if row["territory_id"] in territories else ""

    def value(row: Row, loaded: Any, drawing: Drawing) -> Any:
        return column.value(row, loaded, drawing) if row["territory_id"] in territories else None

    return replace(column, cell=cell, value=value, fields=(*column.fields, "territory_id"), sort="")


def sorts_refused(user: User, *, on: dt.date | None = None) -> set[str]:
    """Keys of orders that would tell the user figures which she may not see of all the dealers in her list."""
    offered = {column.sort for column in columns_for(user, on=on)}
    return {column.sort for column in _columns.values() if column.right and column.sort} - offered


def chosen(user: User, keys: Sequence[str] = (), *, on: dt.date | None = None) -> list[Column]:
    """The columns named, else those on the user's profile, else the usual ones; the name is always among them."""
    offered = columns_for(user, on=on)
    wanted = set(keys) or set(user.preferences.get("dealer_columns", ()))
    picked = [column for column in offered if column.key in wanted or (wanted and column.key == "name")]
    return picked if len(picked) > 1 else [column for column in offered if column.usual]


def topics_of(columns: Sequence[Column]) -> frozenset[str] | None:
    """The marks that a page with these columns depends on; `None` when they do not tell."""
    if any((column.load or column.load_beside) and not column.topics for column in columns):
        return None
    return frozenset(topic for column in columns for topic in column.topics)


def fields_of(columns: Sequence[Column]) -> list[str]:
    """What has to be read of the dealers for these columns."""
    return list(dict.fromkeys(field for column in columns for field in column.fields))


def load_all(columns: Sequence[Column], rows: Sequence[Row], on: dt.date) -> dict[str, Mapping[int, Any]]:
    """What the columns need beside the rows' own fields, by column; one query each."""
    return _loaded(columns, rows, on, lambda column, ids: column.load(ids, on) if column.load else {})


def load_for_page(columns: Sequence[Column], rows: Sequence[Row], on: dt.date) -> dict[str, Mapping[int, Any]]:
    """`load_all` of a page: of columns that are `kept` only what no page before has read."""
    return _loaded(columns, rows, on, lambda column, ids: _load_missing(column, ids, on))


def _loaded(
    columns: Sequence[Column],
    rows: Sequence[Row],
    on: dt.date,
    load: Callable[[Column, Sequence[int]], Mapping[int, Any]],
) -> dict[str, Mapping[int, Any]]:
    if not rows:
        return {}
    ids = [row["pk"] for row in rows]
    loaded = {column.key: load(column, ids) for column in columns if column.load}
    return loaded | {column.key: column.load_beside(rows, on) for column in columns if column.load_beside}


# What was read for dealers, by column: of the last day and marks alone. When it is of very many, it starts anew.
_MOST_KEPT = 20_000
_kept: dict[str, tuple[tuple[Any, ...], dict[int, Any]]] = {}


def forget_kept() -> None:
    """Read everything anew the next time."""
    _kept.clear()


def _load_missing(column: Column, ids: Sequence[int], on: dt.date) -> Mapping[int, Any]:
    load = column.load
    if load is None:
        return {}
    about = (column, on, *[marks.mark_of(topic) for topic in column.topics])
    if not (column.kept and column.topics) or None in about:
        return load(ids, on)
    last = _kept.get(column.key)
    if last is None or last[0] != about or len(last[1]) > _MOST_KEPT:
        last = _kept[column.key] = (about, {})
    values = last[1]
    # Another thread may put in more meanwhile, and takes nothing out.
    if missing := [pk for pk in ids if pk not in values]:
        found = load(missing, on)
        values.update({pk: found.get(pk) for pk in missing})
    return values


# --- Our own ------------------------------------------------------------------------------------------------------------


_TERRITORY_PATH = "territory__path"
# Whom each of these territories, and each of those above them, names; nobody's stand-in before a stand-in.
_REPRESENTATIVES = """SELECT DISTINCT ON (o.path) o.path, coalesce(nullif(u.name, ''), u.email)
  FROM unnest(%s::text[]) AS above (path)
  JOIN accounts_territory o ON o.path = above.path
  JOIN accounts_territoryassignment a ON a.territory_id = o.id AND a.role = %s AND a.period @> %s::date
  JOIN accounts_user u ON u.id = a.user_id
 ORDER BY o.path, a.covers_for_id NULLS FIRST, a.id"""


# Who works a territory, by its path, as far as it was asked for; of the last mark and day alone.
_kept_names: dict[tuple[int | None, dt.date], dict[str, str | None]] = {}


def representatives(rows: Sequence[Row], on: dt.date) -> dict[int, str]:
    """The name of the representative who works each dealer's territory on the day; of several the nearest in the tree."""
    key = marks.mark_of(marks.PEOPLE), on
    nearest = _kept_names.get(key)
    if nearest is None:
        nearest = {}
        if key[0] is not None:
            _kept_names.clear()
            _kept_names[key] = nearest
    if unknown := {row[_TERRITORY_PATH] for row in rows} - nearest.keys():
        nearest.update(_nearest(unknown, on))
    return {row["pk"]: name for row in rows if (name := nearest[row[_TERRITORY_PATH]])}


def _nearest(paths: set[str], on: dt.date) -> dict[str, str | None]:
    ways = {path: [path[:end] for end in range(len(path), 0, -Territory.STEP)] for path in paths}
    above = sorted(set(chain.from_iterable(ways.values())))
    named = dict(prepared.read(_REPRESENTATIVES, [above, Role.REPRESENTATIVE, on]))
    return {path: next((named[each] for each in way if each in named), None) for path, way in ways.items()}


def _share_of(row: Row) -> Decimal | None:
    return growth(row["sales_12m"], row["sales_prior_12m"])


def _second_name(row: Row) -> str:
    return " · ".join(filter(None, (row["code"], row["name_romanised"] or row["name_kana"])))


for _column in (
    Column(
        "tier", _("Tier"), lambda row, _l, draw: draw.tier(row["tier"]), 10, ("tier",),
        value=lambda row, _l, _d: row["tier"], sort="tier", filter="tier",
    ),
    Column(
        "name", pgettext_lazy("dealer", "Name"), lambda row, _l, draw: draw.name(row), 20, ("name", "name_romanised", "name_kana", "code"),
        value=lambda row, _l, _d: row["name"], sort="name", searched=True,
    ),
    Column(
        "code", _("Code"), lambda row, _l, draw: draw.text(row["code"]), 21, ("code",),
        value=lambda row, _l, _d: row["code"], sort="code", usual=False, wide_only=True, searched=True,
    ),
    Column(
        "romanised", _("Name in Latin letters"), lambda row, _l, draw: draw.text(row["name_romanised"]), 22,
        ("name_romanised",), value=lambda row, _l, _d: row["name_romanised"], usual=False, wide_only=True,
        searched=True,
    ),
    Column(
        "place", _("Place"), lambda row, _l, draw: draw.place(row), 30, ("city", "region", "country"),
        value=lambda row, _l, _d: ", ".join(filter(None, (row["city"], row["region"], row["country"]))),
        sort="place", filter="city", searched=True,
    ),
    Column(
        "kind", _("Kind"), lambda row, _l, draw: draw.kind(row["kind"]), 35, ("kind",),
        value=lambda row, _l, draw: draw.kind(row["kind"]), sort="kind", filter="kind",
    ),
    Column(
        "status", _("Status"), lambda row, _l, draw: draw.status(row["status"]), 40, ("status",),
        value=lambda row, _l, draw: draw.status(row["status"]), sort="status", filter="status", usual=False,
    ),
    Column(
        "rep", _("Representative"), lambda _row, name, _d: escape(name) if name else "", 45,
        (_TERRITORY_PATH,), load_beside=representatives, topics=(marks.PEOPLE,), wide_only=True,
    ),
    Column(
        "sales", _("Sales, 12 months"), lambda row, _l, draw: draw.whole(row["sales_12m"]), 50, ("sales_12m",),
        value=lambda row, _l, _d: row["sales_12m"], sort="sales", largest_first=True, numeric=True, money=True,
        explanation=_("Sell-in of the last 12 closed months, tax excluded"),
    ),
    Column(
        "change", pgettext_lazy("sales", "Change"), lambda row, _l, draw: draw.change(_share_of(row)), 60, ("sales_12m", "sales_prior_12m"),
        value=lambda row, _l, _d: _share_of(row), sort="change", largest_first=True, numeric=True, filter="growth",
        explanation=_("Against the 12 months before those"),
    ),
    Column(
        "balance", pgettext_lazy("receivables", "Open"), lambda row, _l, draw: draw.whole(row["balance"]), 65, ("balance",),
        value=lambda row, _l, _d: row["balance"], sort="balance", largest_first=True, numeric=True, money=True,
        usual=False, wide_only=True, right=Right.VIEW_CREDIT, explanation=_("Open receivables"),
    ),
    Column(
        "overdue", _("Overdue"), lambda row, _l, draw: draw.whole(row["overdue_amount"] or None, zero=""), 70,
        ("overdue_amount",), value=lambda row, _l, _d: row["overdue_amount"], sort="overdue", largest_first=True,
        numeric=True, money=True, filter="overdue", right=Right.VIEW_CREDIT,
        explanation=_("Receivables past their due date"),
    ),
    Column(
        "order", _("Last order"), lambda row, _l, draw: draw.day(row["last_order_on"]), 75, ("last_order_on",),
        value=lambda row, _l, _d: row["last_order_on"], sort="order", largest_first=True, usual=False, wide_only=True,
    ),
    Column(
        "contact", _("Last contact"), lambda row, _l, draw: draw.day(row["last_contact_on"]), 80, ("last_contact_on",),
        value=lambda row, _l, _d: row["last_contact_on"], sort="contact", filter="silent",
    ),
    Column(
        "completeness", pgettext_lazy("completeness", "Profile"), lambda row, _l, _d: draw_percentage(row["completeness"]), 90, ("completeness",),
        value=lambda row, _l, _d: Decimal(row["completeness"]) / 100, sort="completeness", numeric=True,
        filter="complete", wide_only=True, explanation=_("How much of the dealer file is filled in"),
    ),
):  # fmt: skip
    register(_column)
