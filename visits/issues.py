"""Issues that visits found, as a list to work on: whose they are, how far they are, what is overdue (D-05 to D-07)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, F, Q, QuerySet

from accounts.models import Territory, TerritoryAssignment, User
from accounts.rights import Right
from accounts.scope import scope_of
from crm.base.asked import number, words
from dealers.choices import Tier
from dealers.models import Dealer
from visits.choices import Area, FindingKind, FindingState
from visits.models import Finding
from visits.people import LEADERS, WORKERS

MINE, TEAM, NOBODY = "mine", "team", "nobody"
OPEN, OVERDUE, ENDED = "open", "overdue", "ended"
SHOWS = (OPEN, OVERDUE, ENDED)
# Solved in time, an issue waits for the dealer's word and is late no more.
UNSOLVED = (FindingState.FOUND, FindingState.ANALYSED)
# Rows of a page, and how many are handed over at a time.
PAGE = 50
MOST_AT_ONCE = 200
# Of those to whom something can be given, a select lists no more.
MOST_PEOPLE = 200


@dataclass(frozen=True, slots=True)
class Asked:
    """Which issues a list shows. `who` is MINE, TEAM, NOBODY or somebody's number; the rest narrows, empty is all."""

    who: str = MINE
    show: str = OPEN
    state: str = ""
    kind: str = ""
    area: str = ""
    tier: str = ""
    q: str = ""

    @classmethod
    def read(cls, values: Mapping[str, str], *, default: str) -> Asked:
        """Whatever makes no sense is left out."""

        def one(name: str, known: Any) -> str:
            return text if (text := values.get(name, "")) in known else ""

        who = values.get("who", "")
        if who not in (MINE, TEAM, NOBODY) and not number(who):
            who = default
        return cls(
            who, one("show", SHOWS) or OPEN, one("state", FindingState.values), one("kind", FindingKind.values),
            one("area", Area.values), one("tier", Tier.values), words(values.get("q")),
        )  # fmt: skip

    @property
    def person(self) -> int | None:
        """Somebody's number when it is one person's list that is asked for."""
        return number(self.who) if self.who not in (MINE, TEAM, NOBODY) else None

    @property
    def is_narrowed(self) -> bool:
        return bool(self.state or self.kind or self.area or self.tier or self.q)

    def query(self, **changed: str) -> str:
        names = ("who", "show", "state", "kind", "area", "tier", "q")
        values = {name: getattr(self, name) for name in names} | changed
        return urlencode({name: value for name, value in values.items() if value})

    def of(self, show: str) -> Asked:
        return replace(self, show=show)

    def issues(self, user: User, *, on: dt.date) -> QuerySet[Finding]:
        """At dealers whom the user sees; the most overdue first, what has no day last, what has ended newest first."""
        found = self._whose(user)
        for name in ("state", "kind", "area"):
            if value := getattr(self, name):
                found = found.filter(**{name: value})
        if self.tier:
            found = found.filter(dealer__tier=self.tier)
        if self.q:
            found = found.filter(Q(text__icontains=self.q) | Q(dealer__name__icontains=self.q))
        if self.show == ENDED:
            return found.filter(state=FindingState.CONFIRMED).order_by("-confirmed_at", "-pk")
        found = found.exclude(state=FindingState.CONFIRMED)
        if self.show == OVERDUE:
            found = found.filter(due_on__lt=on, state__in=UNSOLVED)
        return found.order_by(F("due_on").asc(nulls_last=True), "pk")

    def _whose(self, user: User) -> QuerySet[Finding]:
        seen: QuerySet[Finding] = Finding.objects.visible_to(user)
        if self.who == TEAM:
            return seen
        if self.who == NOBODY:
            return seen.filter(owner=None)
        return seen.filter(owner=self.person or user.pk)


@dataclass(frozen=True, slots=True)
class Figures:
    open: int
    overdue: int
    without_day: int


def figures(asked: Asked, user: User, *, on: dt.date) -> Figures:
    """Of the open issues of the list; one query."""
    rows = asked.of(OPEN).issues(user, on=on).order_by()
    counted = rows.aggregate(
        open=Count("pk"),
        overdue=Count("pk", filter=Q(due_on__lt=on, state__in=UNSOLVED)),
        without_day=Count("pk", filter=Q(due_on=None)),
    )
    return Figures(**counted)


def page_of(issues: QuerySet[Finding], asked: Asked, after: int | None) -> tuple[list[Finding], int | None]:
    """A page of the list after the row with that number, and the number after which the next one goes on; None: nothing
    follows. Two queries."""
    last = Finding.objects.filter(pk=after).first() if after else None
    if last is not None:
        issues = issues.filter(_following(last, asked))
    rows = list(issues.select_related("dealer", "owner", "visit")[: PAGE + 1])
    return rows[:PAGE], rows[PAGE - 1].pk if len(rows) > PAGE else None


def _following(last: Finding, asked: Asked) -> Q:
    if asked.show == ENDED:
        return Q(confirmed_at__lt=last.confirmed_at) | Q(confirmed_at=last.confirmed_at, pk__lt=last.pk)
    if last.due_on is None:
        return Q(due_on=None, pk__gt=last.pk)
    return Q(due_on__gt=last.due_on) | Q(due_on=last.due_on, pk__gt=last.pk) | Q(due_on=None)


def may_own(person: User, dealer: Dealer) -> bool:
    """Who visits or leads where the dealer is."""
    return person.is_active and scope_of(person).may(Right.LOG_VISITS, dealer.territory_id)


def owners_for(territory: Territory, *, on: dt.date) -> QuerySet[User]:
    """Active people who visit or lead there; by name."""
    held = TerritoryAssignment.objects.running(on).filter(
        territory__in=Territory.objects.above(territory), role__in=[*WORKERS, *LEADERS]
    )
    return User.objects.active().filter(pk__in=held.values("user")).order_by("name", "pk")


def colleagues_of(user: User, *, on: dt.date) -> QuerySet[User]:
    """People to whom several issues can be given at a time: those who visit or lead in the user's territories; by name."""
    held = TerritoryAssignment.objects.running(on).filter(role__in=[*WORKERS, *LEADERS]).visible_to(user)
    return User.objects.active().filter(Q(pk__in=held.values("user")) | Q(pk=user.pk)).order_by("name", "pk")
