"""Which rule counts for whom on a day.

Dealers of one territory, kind and tier form a group (RuleGroup). Groups that have the same rules share a book: mostly
there is one book for all, and the night puts its limits into the statement as they stand.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from accounts.models import Territory
from alerts import kinds
from alerts.kinds.kind import Kind
from alerts.models import AlertRule, RuleGroup, RuleVersion
from alerts.terms import Terms, terms_of

Book = Mapping[str, Terms]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a territory lies; `country` is its own or that of the nearest one above that has one, empty where none has."""

    path: str
    country: str


NOWHERE = Place("", "")


def places() -> dict[int, Place]:
    """All territories by id; one query."""
    found: dict[int, Place] = {}
    by_path: dict[str, str] = {}
    for pk, path, country in Territory.objects.order_by("path").values_list("pk", "path", "country"):
        by_path[path] = country or by_path.get(path[: -Territory.STEP], "")
        found[pk] = Place(path, by_path[path])
    return found


def in_countries(countries: Iterable[str]) -> list[int]:
    """Ids of the territories that lie in these countries."""
    asked = frozenset(countries)
    return [pk for pk, place in places().items() if place.country in asked]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A rule that may count: its scope, and its terms of the day (None: none published yet)."""

    rule_id: int
    path: str
    countries: frozenset[str]
    dealer_kinds: frozenset[str]
    tiers: frozenset[str]
    terms: Terms

    @property
    def rank(self) -> tuple[int, bool, bool, bool, int]:
        """The larger the more specific: the deeper territory, then named countries, then named kinds, then named tiers, then
        the older rule."""
        return len(self.path), bool(self.countries), bool(self.dealer_kinds), bool(self.tiers), -self.rule_id

    @property
    def scope(self) -> tuple[str, frozenset[str], frozenset[str], frozenset[str]]:
        return self.path, self.countries, self.dealer_kinds, self.tiers

    @property
    def is_everywhere(self) -> bool:
        return not (self.path or self.countries or self.dealer_kinds or self.tiers)

    def holds(self, place: Place, kind: str, tier: str) -> bool:
        return (
            place.path.startswith(self.path)
            and (not self.countries or place.country in self.countries)
            and (not self.dealer_kinds or kind in self.dealer_kinds)
            and (not self.tiers or tier in self.tiers)
        )


@dataclass(slots=True)
class Rulebook:
    """`books` by number; `book_of` says the book of each group, where there are several (else everybody has book 0).

    `everywhere` holds the terms of each kind that count where no other rule does: parameters of listed kinds come from it.
    """

    books: list[Book]
    book_of: dict[int, int] = field(default_factory=dict)
    everywhere: Book = field(default_factory=dict)

    def all_terms(self, kind: str) -> list[Terms]:
        return [book[kind] for book in self.books if kind in book]


def rulebook(on: dt.date) -> Rulebook:
    """The rules of the day. Kinds without any rule have no terms: they warn of nobody."""
    candidates = _candidates(on)
    everywhere = {
        code: found.terms
        for code, those in candidates.items()
        if (found := next((each for each in those if each.is_everywhere), None)) is not None
    }
    scoped = {code: those for code, those in candidates.items() if not all(each.is_everywhere for each in those)}
    if not scoped:
        return Rulebook([everywhere], everywhere=everywhere)
    where = places()
    numbers: dict[tuple[object, ...], int] = {}
    books: list[Book] = []
    book_of: dict[int, int] = {}
    for group, territory, dealer_kind, tier in RuleGroup.objects.values_list("pk", "territory_id", "kind", "tier"):
        own = {
            code: terms
            for code, those in scoped.items()
            if (terms := _first(those, where.get(territory, NOWHERE), dealer_kind, tier)) is not None
        }
        key = tuple(sorted((code, terms.version_id) for code, terms in own.items()))
        if key not in numbers:
            numbers[key] = len(books)
            books.append({**{code: terms for code, terms in everywhere.items() if code not in scoped}, **own})
        book_of[group] = numbers[key]
    return Rulebook(books or [everywhere], book_of, everywhere)


def _first(those: Iterable[Candidate], place: Place, kind: str, tier: str) -> Terms | None:
    return next((each.terms for each in those if each.holds(place, kind, tier)), None)


def _candidates(on: dt.date) -> dict[str, list[Candidate]]:
    """By kind, the most specific first."""
    found: dict[str, list[Candidate]] = defaultdict(list)
    versions = RuleVersion.objects.on(on).select_related("rule__territory").prefetch_related("rule__quiet_periods")
    for version in versions:
        rule: AlertRule = version.rule
        kind = kinds.get(rule.kind)
        if kind is None:
            continue
        found[rule.kind].append(_candidate(rule, terms_of(version, kind, on)))
    for those in found.values():
        those.sort(key=lambda each: each.rank, reverse=True)
    return found


def scopes_within(rule: AlertRule, on: dt.date) -> list[AlertRule]:
    """Rules of the same kind that count on the day before this one for dealers whom it holds, too."""
    mine = _ranked(rule)
    counting = (
        RuleVersion.objects.on(on).filter(rule__kind=rule.kind).exclude(rule=rule.pk).select_related("rule__territory")
    )
    others = [(version.rule, _ranked(version.rule)) for version in counting]
    return [rule for rule, each in others if each.rank > mine.rank and each.scope != mine.scope and _meet(each, mine)]


def scopes_around(rule: AlertRule, others: Iterable[AlertRule]) -> list[AlertRule]:
    """Of other rules of the kind those that hold all whom this one holds, the most specific first."""
    mine = _ranked(rule)
    around = [other for other in others if other.pk != rule.pk and _holds_all(_ranked(other), mine)]
    return sorted(around, key=lambda other: _ranked(other).rank, reverse=True)


def _holds_all(wide: Candidate, narrow: Candidate) -> bool:
    def within(those: frozenset[str], these: frozenset[str]) -> bool:
        return not those or (bool(these) and these <= those)

    return (
        narrow.path.startswith(wide.path)
        and within(wide.countries, _known_countries(narrow))
        and within(wide.dealer_kinds, narrow.dealer_kinds)
        and within(wide.tiers, narrow.tiers)
    )


def _known_countries(candidate: Candidate) -> frozenset[str]:
    """Those that it names, else the one that its territory lies in; none where that is not known."""
    if candidate.countries or not candidate.path:
        return candidate.countries
    country = next((place.country for place in places().values() if place.path == candidate.path), "")
    return frozenset([country] if country else [])


def _candidate(rule: AlertRule, terms: Terms) -> Candidate:
    path = rule.territory.path if rule.territory else ""
    # A rule that is not saved yet would be the youngest.
    number = rule.pk or 2**62
    return Candidate(
        number, path, frozenset(rule.countries), frozenset(rule.dealer_kinds), frozenset(rule.tiers), terms
    )


def _ranked(rule: AlertRule) -> Candidate:
    return _candidate(rule, Terms(None))


def _meet(one: Candidate, other: Candidate) -> bool:
    def overlap(these: frozenset[str], those: frozenset[str]) -> bool:
        return not these or not those or bool(these & those)

    return (
        (one.path.startswith(other.path) or other.path.startswith(one.path))
        and overlap(_known_countries(one), _known_countries(other))
        and overlap(one.dealer_kinds, other.dealer_kinds)
        and overlap(one.tiers, other.tiers)
    )


def parameter(book: Book, kind: Kind, key: str) -> Decimal:
    """A parameter by these terms, or the kind's own."""
    terms = book.get(kind.code)
    if terms is not None and key in terms.parameters:
        return terms.parameters[key]
    return next(each.default for each in kind.parameters if each.key == key)
