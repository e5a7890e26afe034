"""What the dealer list can be narrowed by, and the state of a list as it stands in its address.

A `ListState` is read from a query string, drops whatever it does not understand, and writes itself back in one order,
so that equal lists have equal addresses. The same state makes the table, the map, the export and the neighbours.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.parse import urlencode

from django.db.models import F, Q
from django.http import QueryDict
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from accounts.choices import Role
from accounts.models import Territory, TerritoryAssignment, User
from accounts.rights import Right
from accounts.scope import scope_of
from crm.base import marks, prepared
from crm.base.asked import number
from crm.base.lookups import AnyOf
from crm.base.text import joined, labelled
from dealers.choices import DealerKind, DealerStatus, Tier
from dealers.columns import sorts_refused
from dealers.found import candidates
from dealers.models import Dealer
from dealers.search import matching, terms_of

if TYPE_CHECKING:
    from crm.base.text import StrPromise
    from dealers.querysets import DealerQuerySet

Label: TypeAlias = "str | StrPromise"

LONGEST_QUERY = 100
_MOST_VALUES = 30
NO_TIER = "NONE"
# A search that finds more than these is answered by walking the list: every so many rows one fits.
MOST_CANDIDATES = 5000


@dataclass(frozen=True)
class Asked:
    """Who looks at the list, on which business date."""

    user: User
    on: dt.date


@dataclass(frozen=True)
class Filter:
    """One thing to filter by.

    `read` keeps the values that make sense. `condition` makes what dealers must meet; `words` says the values to a
    reader. `choices` are offered in a select; a filter without any takes a number or a text.
    """

    key: str
    label: Label
    read: Callable[[Iterable[str]], tuple[str, ...]]
    condition: Callable[[tuple[str, ...], Asked], Q]
    words: Callable[[tuple[str, ...], Asked], str]
    choices: Callable[[Asked], list[tuple[str, str]]] | None = None
    # text | number | select | flag: the field in the panel of filters.
    widget: str = "select"
    unit: Label = ""
    # Choices that are the same for everybody: value -> words.
    fixed: Mapping[str, Label] = field(default_factory=dict)
    # All choices are shown at once, to be ticked.
    checks: bool = False
    # Without it the filter is neither offered nor obeyed.
    right: Right | None = None


def split(values: Iterable[str]) -> list[str]:
    """Several values of one filter come as several parameters (a form) or with commas (an address of ours)."""
    return [part for value in values for part in value.split(",") if part]


# --- Kinds of filters ---------------------------------------------------------------------------------------------------


def _of_choices(
    key: str, label: Label, choices: Mapping[str, Label], condition: Callable[[Iterable[str]], Q]
) -> Filter:
    return Filter(
        key=key,
        label=label,
        read=lambda values: tuple(choice for choice in choices if choice in split(values)),
        condition=lambda values, _asked: condition(values),
        words=lambda values, _asked: joined(choices[value] for value in values),
        choices=lambda _asked: [(value, str(words)) for value, words in choices.items()],
        fixed=choices,
        checks=True,
    )


def _one_of(key: str, label: Label, choices: Mapping[str, tuple[Label, Q]], right: Right | None = None) -> Filter:
    return Filter(
        right=right,
        key=key,
        label=label,
        read=lambda values: tuple(value for value in values if value in choices)[:1],
        condition=lambda values, _asked: choices[values[0]][1],
        words=lambda values, _asked: str(choices[values[0]][0]),
        choices=lambda _asked: [(value, str(words)) for value, (words, _q) in choices.items()],
        fixed={value: words for value, (words, _q) in choices.items()},
    )


def _number(
    key: str, label: Label, unit: Label, most: int, condition: Callable[[int, Asked], Q], words: Callable[[int], str]
) -> Filter:
    def read(values: Iterable[str]) -> tuple[str, ...]:
        for value in values:
            if 0 < (asked := number(value) or 0) <= most:
                return (str(asked),)
        return ()

    return Filter(
        key=key,
        label=label,
        read=read,
        condition=lambda values, asked: condition(int(values[0]), asked),
        words=lambda values, _asked: words(int(values[0])),
        widget="number",
        unit=unit,
    )


def _read_text(values: Iterable[str], most: int) -> tuple[str, ...]:
    """The first that is not empty, its spaces made single."""
    return tuple(text for value in values if (text := " ".join(value.replace("\0", "").split())[:most]))[:1]


def _text(key: str, label: Label, most: int, condition: Callable[[str], Q]) -> Filter:
    return Filter(
        key=key,
        label=label,
        read=lambda values: _read_text(values, most),
        condition=lambda values, _asked: condition(values[0]),
        words=lambda values, _asked: values[0],
        widget="text",
    )


# --- The tree and its people --------------------------------------------------------------------------------------------


def _ids(values: Iterable[str]) -> tuple[str, ...]:
    kept = (value for value in split(values) if value.isascii() and value.isdecimal() and len(value) < 18)
    return tuple(dict.fromkeys(kept))[:_MOST_VALUES]


def _below(paths: Iterable[str]) -> Q:
    condition = Q(pk__in=[])
    for path in paths:
        condition |= Q(path__startswith=path)
    return condition


_NAMES = "SELECT name FROM accounts_territory WHERE id = ANY(%s::bigint[]) ORDER BY path"
_BELOW = """SELECT DISTINCT t.id
  FROM accounts_territory asked
  JOIN accounts_territory t ON t.path >= asked.path AND t.path < asked.path || '~'
 WHERE asked.id = ANY(%s::bigint[])"""


# What was read of the tree, by statement and territories, while the tree is as it was; when it is much, it starts anew.
_MOST_OF_TREE = 1024
_of_tree: dict[tuple[str, int, tuple[int, ...]], tuple[Any, ...]] = {}


def _of_territories(sql: str, values: tuple[str, ...], asked: Asked) -> tuple[Any, ...]:
    """The one column of a statement about those of the territories that the user sees."""
    scope = scope_of(asked.user, on=asked.on)
    seen = tuple(pk for pk in map(int, values) if scope.everything or pk in scope.roles)
    if not seen:
        return ()
    mark = marks.mark_of(marks.PEOPLE)
    found = None if mark is None else _of_tree.get((sql, mark, seen))
    if found is None:
        found = tuple([value for (value,) in prepared.read(sql, [prepared.array(seen)])])
        if mark is not None:
            if len(_of_tree) >= _MOST_OF_TREE:
                _of_tree.clear()
            _of_tree[sql, mark, seen] = found
    return found


def _within(values: tuple[str, ...], asked: Asked) -> list[int]:
    """Of these territories those that the user sees, and those below them; read once for whoever asks."""
    kept: dict[tuple[str, ...], list[int]] = asked.__dict__.setdefault("_within", {})
    if values not in kept:
        kept[values] = sorted(_of_territories(_BELOW, values, asked))
    return kept[values]


def _territory_words(values: tuple[str, ...], asked: Asked) -> str:
    return joined(_of_territories(_NAMES, values, asked)) or gettext("unknown")


def _territory_choices(asked: Asked) -> list[tuple[str, str]]:
    """The visible tree from the top down, indented."""
    rows = list(
        Territory.objects.visible_to(asked.user, on=asked.on).values_list("pk", "name", "path").order_by("path")
    )
    top = min((len(path) for _pk, _name, path in rows), default=0)
    return [(str(pk), "\u2003" * ((len(path) - top) // Territory.STEP) + name) for pk, name, path in rows]


def _worked_by(values: tuple[str, ...], asked: Asked) -> list[int]:
    """The territories that these representatives work on the day."""
    running = TerritoryAssignment.objects.running(asked.on).filter(user_id__in=values, role=Role.REPRESENTATIVE)
    paths = running.values_list("territory__path", flat=True)
    return list(Territory.objects.filter(_below(paths)).values_list("pk", flat=True))


def _visible_representatives(asked: Asked) -> Q:
    condition = Q(assignments__role=Role.REPRESENTATIVE, assignments__period__contains=asked.on)
    scope = scope_of(asked.user, on=asked.on)
    return condition if scope.everything else condition & Q(assignments__territory_id__in=scope.territory_ids)


def _representative_words(values: tuple[str, ...], asked: Asked) -> str:
    people = User.objects.filter(_visible_representatives(asked), pk__in=values).distinct()
    return joined(people) or gettext("unknown")


def _representative_choices(asked: Asked) -> list[tuple[str, str]]:
    people = User.objects.filter(_visible_representatives(asked)).distinct().order_by("name", "pk")
    return [(str(person.pk), str(person)) for person in people]


def _country_choices(asked: Asked) -> list[tuple[str, str]]:
    """Countries of the visible territories; where the tree says none, of no use to filter by."""
    seen = Territory.objects.visible_to(asked.user, on=asked.on).exclude(country="")
    return [(code, code) for code in seen.order_by("country").values_list("country", flat=True).distinct()]


# The filters that narrow the territories and nothing else.
PLACES: dict[str, Callable[[tuple[str, ...], Asked], list[int]]] = {"territory": _within, "rep": _worked_by}


# --- All of them ----------------------------------------------------------------------------------------------------------


def _tier_condition(values: Iterable[str]) -> Q:
    tiers = [value for value in values if value != NO_TIER]
    return Q(tier__in=tiers) | Q(tier=None) if NO_TIER in values else Q(tier__in=tiers)


def _grown(factor: str, *, up: bool) -> Q:
    """Sold at least, or at most, `factor` times what was sold the year before; neither without sales in that year."""
    limit = F("sales_prior_12m") * Decimal(factor)
    compared = Q(sales_12m__gte=limit) if up else Q(sales_12m__lte=limit)
    return Q(sales_prior_12m__gt=0) & compared


def held_where(right: Right, asked: Asked) -> Q:
    """Dealers in the territories where the user holds the right, among those that she sees."""
    scope = scope_of(asked.user, on=asked.on)
    held = scope.where(right)
    every = held.everything or len(held.roles) == len(scope.roles)
    return Q() if every else Q(AnyOf(F("territory"), held.territory_ids))


SEARCH_LABEL = _("Search")

FILTERS: dict[str, Filter] = {
    each.key: each
    for each in (
        Filter("territory", _("Territory"), _ids, lambda values, asked: Q(AnyOf(F("territory"), _within(values, asked))), _territory_words, _territory_choices),
        _of_choices(
            "tier", _("Tier"), {**dict(Tier.choices), NO_TIER: _("No tier yet")}, _tier_condition
        ),
        _of_choices("kind", _("Kind"), dict(DealerKind.choices), lambda values: Q(kind__in=values)),
        _of_choices("status", _("Status"), dict(DealerStatus.choices), lambda values: Q(status__in=values)),
        Filter(
            "rep", _("Representative"), _ids, lambda values, asked: Q(AnyOf(F("territory"), _worked_by(values, asked))), _representative_words, _representative_choices,
        ),
        _one_of(
            "growth",
            _("Sales against the year before"),
            {
                "up": (_("grew"), Q(sales_prior_12m__gt=0, sales_12m__gt=F("sales_prior_12m"))),
                "up10": (_("grew by 10 percent or more"), _grown("1.1", up=True)),
                "down": (_("declined"), Q(sales_prior_12m__gt=0, sales_12m__lt=F("sales_prior_12m"))),
                "down10": (_("declined by 10 percent or more"), _grown("0.9", up=False)),
                "down30": (_("declined by 30 percent or more"), _grown("0.7", up=False)),
                "none": (_("nothing sold in 12 months"), Q(sales_12m__lte=0)),
            },
        ),
        _one_of("overdue", _("Receivables"), {"1": (_("overdue"), Q(overdue_amount__gt=0))}, Right.VIEW_CREDIT),
        _number(
            "silent", _("No contact for"), _("days"), 3650,
            lambda days, asked: Q(last_contact_on=None) | Q(last_contact_on__lte=asked.on - dt.timedelta(days=days)),
            lambda days: ngettext("%(days)d day", "%(days)d days", days) % {"days": days},
        ),
        _number(
            "moved", _("Tier changed within"), _("days"), 3650,
            lambda days, asked: Q(tier_since__gt=asked.on - dt.timedelta(days=days)),
            lambda days: ngettext("%(days)d day", "%(days)d days", days) % {"days": days},
        ),
        _number(
            "complete", _("Profile complete below"), "%", 100,
            lambda percent, _asked: Q(completeness__lt=percent),
            lambda percent: f"{percent} %",
        ),
        Filter(
            "country", _("Country"),
            lambda values: tuple(dict.fromkeys(v.upper() for v in split(values) if len(v) == 2 and v.isascii() and v.isalpha())),
            lambda values, _asked: Q(country__in=values),
            lambda values, _asked: joined(values),
            _country_choices,
        ),
        _text("city", _("City"), 120, lambda text: Q(city__istartswith=text)),
    )
}  # fmt: skip


def register(each: Filter) -> None:
    """Add a filter from an app above, in `AppConfig.ready`; a second one with the same key replaces the first."""
    FILTERS[each.key] = each


# --- The state of a list ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Chip:
    """A filter in force: what it says, and the list without it."""

    key: str
    label: str
    words: str
    without: str


@dataclass(frozen=True)
class ListState:
    """What a list shows and in which order; `sort` is a column's key, with a minus for the largest first."""

    q: str = ""
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sort: str = ""
    columns: tuple[str, ...] = ()

    @classmethod
    def read(cls, parameters: QueryDict) -> ListState:
        """Whatever makes no sense is left out."""
        values = {
            key: kept
            for key, each in FILTERS.items()
            if key in parameters and (kept := each.read(parameters.getlist(key)))
        }
        query = _read_text(parameters.getlist("q"), LONGEST_QUERY)
        columns = tuple(dict.fromkeys(key for key in parameters.get("columns", "").split(",") if key))
        return cls(
            q=query[0] if query else "", values=values, sort=parameters.get("sort", "")[:40], columns=columns[:30]
        )

    @classmethod
    def of_query(cls, query: str) -> ListState:
        """From a query string, as `query` writes it."""
        return cls.read(QueryDict(query[:2000]))

    @cached_property
    def pairs(self) -> list[tuple[str, str]]:
        pairs = [("q", self.q)] if self.q else []
        pairs += [(key, ",".join(self.values[key])) for key in FILTERS if key in self.values]
        if self.sort:
            pairs.append(("sort", self.sort))
        if self.columns:
            pairs.append(("columns", ",".join(self.columns)))
        return pairs

    @cached_property
    def query(self) -> str:
        """The query string of the list's first page; empty for the plain list."""
        return urlencode(self.pairs, safe=",")

    @property
    def is_filtered(self) -> bool:
        return bool(self.q or self.values)

    def allowed(self, asked: Asked) -> ListState:
        """Without the filters and the order that the user has no right to."""
        scope = scope_of(asked.user, on=asked.on)
        state = self
        refused = {key for key in self.values if (right := FILTERS[key].right) and not scope.may(right)}
        if refused:
            state = replace(state, values={k: v for k, v in self.values.items() if k not in refused})
        if self.sort and self.sort.removeprefix("-") in sorts_refused(asked.user, on=asked.on):
            state = state.with_sort("")
        return state

    def with_sort(self, sort: str) -> ListState:
        return replace(self, sort=sort)

    def without(self, key: str) -> ListState:
        return replace(self, values={name: value for name, value in self.values.items() if name != key})

    def without_search(self) -> ListState:
        return replace(self, q="")

    def with_columns(self, columns: tuple[str, ...]) -> ListState:
        return replace(self, columns=columns)

    def without_columns(self) -> ListState:
        return replace(self, columns=())

    def cleared(self) -> ListState:
        return replace(self, q="", values={})

    def condition(self, asked: Asked) -> Q:
        """What a dealer has to meet; everything, when nothing is asked for."""
        condition = Q()
        for key, values in self.values.items():
            condition &= FILTERS[key].condition(values, asked)
            if right := FILTERS[key].right:
                condition &= held_where(right, asked)
        return condition

    def rows(self, asked: Asked) -> DealerQuerySet:
        """The dealers of the list that the user may see, in no order."""
        dealers = Dealer.objects.visible_to(asked.user, on=asked.on)
        if self.values:
            dealers = dealers.filter(self.condition(asked))
        return dealers.filter(self._found(asked)) if self.q else dealers

    def _found(self, asked: Asked) -> Q:
        """The search. Few are named one by one, many are looked for row by row in the list's order."""
        terms = terms_of(self.q)
        if not terms:
            return Q()
        found = self.candidates(asked)
        if found is not None:
            return Q(AnyOf(F("pk"), found))
        return matching(terms)

    def candidates(self, asked: Asked) -> list[int] | None:
        """The ids that the search finds in the user's territories; `None` when there are too many. Read once."""
        kept = self.__dict__.setdefault("_candidates", {})
        key = (asked.user.pk, asked.on)
        if key not in kept:
            scope = scope_of(asked.user, on=asked.on)
            territories = None if scope.everything else scope.territory_ids
            found = candidates(terms_of(self.q), territories, MOST_CANDIDATES + 1)
            kept[key] = found if len(found) <= MOST_CANDIDATES else None
        return kept[key]

    def chips(self, asked: Asked) -> list[Chip]:
        return [
            Chip(key, str(FILTERS[key].label), FILTERS[key].words(self.values[key], asked), self.without(key).query)
            for key in FILTERS
            if key in self.values
        ]


def described(state: ListState, asked: Asked) -> str:
    """The state in one line, for logs and the export's cover sheet."""
    parts = [labelled(chip.label, chip.words) for chip in state.chips(asked)]
    if state.q:
        parts.insert(0, labelled(SEARCH_LABEL, state.q))
    return " · ".join(parts)
