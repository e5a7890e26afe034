"""What a list of cases asks for: read from the address, written back into it, and read from the database.

Lists and the board are looked at all day over very many cases, so each statement is bounded: rows by their place in an index,
numbers by MOST_COUNTED, and whatever belongs together is asked for at once.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Exists, F, OuterRef, Q, QuerySet, prefetch_related_objects

from accounts.models import User
from alerts import kinds
from alerts.choices import ENDED, RUNNING, UNSOLVED, CaseState, Severity
from alerts.models import Case, CaseWatcher
from alerts.people import team_of
from alerts.querysets import CaseQuerySet
from crm.base.asked import number
from crm.base.lookups import AnyOf

PAGE = 50
# Beyond it a list says "1,000+".
MOST_COUNTED = 1000
# Who watches more cases than this is asked about case by case, as most of what is looked at is hers.
MOST_WATCHED = 2000
MINE, TEAM, ALL = WHOSE = ("mine", "team", "all")
UNSOLVED_ONES, TO_VERIFY, OVER = "unsolved", "resolved", "ended"
STATES = (UNSOLVED_ONES, TO_VERIFY, OVER)
# Days since they opened that can be asked for.
AGES = (7, 14, 30, 90)
# All that rows and cards show; a dealer and a person have dozens of columns more.
_SHOWN = (
    "kind", "severity", "state", "mass", "dealers_hit", "territory", "opened_on", "opened_at", "evidence", "latest",
    "acknowledge_by", "acknowledged_at", "cause_by", "verify_on", "dealer__name", "dealer__code", "dealer__tier",
    "owner__name", "cause__code", "cause__name",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class AskedCases:
    """`whose`: "mine" (owned or watched), "team" (owned by those who work where the reader leads) or "all" that she sees.
    `state`: one of STATES. `severity` 0 and `kind` "" ask for all; `late` for what missed its deadline; `age` for what
    opened so many days ago or earlier, 0 for all."""

    whose: str = ALL
    state: str = UNSOLVED_ONES
    severity: int = 0
    kind: str = ""
    late: bool = False
    age: int = 0

    @classmethod
    def read(cls, query: Mapping[str, str], *, default: str = ALL) -> AskedCases:
        """What the address asks for; what it asks for in vain counts as not asked."""
        severity = number(query.get("severity")) or 0
        return cls(
            whose=query.get("whose", "") if query.get("whose") in WHOSE else default,
            state=query.get("state", "") if query.get("state") in STATES else UNSOLVED_ONES,
            severity=severity if severity in Severity.values else 0,
            kind=query.get("kind", "") if kinds.get(query.get("kind", "")) else "",
            late=query.get("late") == "1",
            age=age if (age := number(query.get("age")) or 0) in AGES else 0,
        )

    def query(self, **changed: Any) -> str:
        """The address's query with some of it changed; paging starts anew."""
        asked = {
            "whose": self.whose, "state": self.state, "severity": self.severity, "kind": self.kind,
            "late": "1" if self.late else "", "age": self.age,
        }  # fmt: skip
        asked |= {name: "1" if value is True else value for name, value in changed.items()}
        return urlencode({name: value for name, value in asked.items() if value})

    @property
    def states(self) -> tuple[CaseState, ...]:
        if self.state == TO_VERIFY:
            return (CaseState.RESOLVED,)
        return ENDED if self.state == OVER else UNSOLVED


class CaseList:
    """What `asked` finds for one reader at one moment. Whom she leads and what she watches is looked up once."""

    def __init__(self, asked: AskedCases, user: User, *, at: dt.datetime) -> None:
        self.asked, self.user, self.at = asked, user, at
        self._whose: dict[tuple[CaseState, ...], Q | None] = {}

    def cases(self, **changed: Any) -> CaseQuerySet:
        """In the order in which they are worked on: the worst first, then the oldest. `changed`: asked for otherwise."""
        asked = replace(self.asked, **changed)
        rows = Case.objects.visible_to(self.user).filter(state__in=asked.states)
        whose = self._of_whom(ENDED if asked.state == OVER else RUNNING)
        if whose is not None:
            rows = rows.filter(whose)
        if asked.severity:
            rows = rows.filter(severity=asked.severity)
        if asked.kind:
            rows = rows.filter(kind=asked.kind)
        if asked.late:
            rows = rows.late(self.at)
        if asked.age:
            rows = rows.filter(opened_at__lte=self.at - dt.timedelta(days=asked.age))
        return rows.order_by("-severity", "opened_on", "pk")

    def _of_whom(self, states: tuple[CaseState, ...]) -> Q | None:
        """None for all that the reader sees."""
        if self.asked.whose == ALL:
            return None
        if states not in self._whose:
            self._whose[states] = self._mine(states) if self.asked.whose == MINE else self._team()
        return self._whose[states]

    def _mine(self, states: tuple[CaseState, ...]) -> Q:
        owned = Q(owner=self.user)
        watches = CaseWatcher.objects.filter(user=self.user, case__state__in=states).values_list("case", flat=True)
        watched = list(watches[: MOST_WATCHED + 1])
        if not watched:
            return owned
        if len(watched) <= MOST_WATCHED:
            # The few by number: a join would have all cases looked through for them.
            return owned | Q(AnyOf(F("pk"), watched))
        # Between and not equal: for an equation the database would make a table of all that she watches first.
        watcher = CaseWatcher.objects.filter(user=self.user, case__gte=OuterRef("pk"), case__lte=OuterRef("pk"))
        return owned | Q(Exists(watcher))

    def _team(self) -> Q:
        return Q(AnyOf(F("owner"), team_of(self.user)))

    def page(self, after: str) -> CasePage:
        """PAGE cases behind the place `after` (severity, day, id as the page before gave it); from the start for nonsense."""
        rows, place = _with_shown(self.cases()), _place(after)
        if place is None:
            found = list(rows[: PAGE + 1])
        else:
            severity, opened, pk = place
            # Two ranges of the index, the second only where the first is not enough.
            alike = rows.filter(severity=severity, opened_on__gte=opened)
            found = list(alike.filter(Q(opened_on__gt=opened) | Q(pk__gt=pk))[: PAGE + 1])
            if len(found) <= PAGE:
                found += rows.filter(severity__lt=severity)[: PAGE + 1 - len(found)]
        last = found[PAGE - 1] if len(found) > PAGE else None
        _with_places(found)
        return CasePage(found[:PAGE], f"{last.severity}.{last.opened_on:%Y-%m-%d}.{last.pk}" if last else "")

    def first(self, count: int) -> list[Case]:
        """The worst ones."""
        return _with_places(list(_with_shown(self.cases())[:count]))

    def by_severity(self) -> list[tuple[Severity, int]]:
        """How many there are of each severity, whatever severity is asked for; the worst first."""
        worst_first = list(reversed(Severity))
        counts = count_up_to(*(self.cases(severity=severity.value) for severity in worst_first))
        return list(zip(worst_first, counts, strict=True))

    def late(self) -> int:
        """How many of those that somebody has to work on are past a deadline, whatever else is asked for."""
        (count,) = count_up_to(CaseList(AskedCases(self.asked.whose, late=True), self.user, at=self.at).cases())
        return count

    def columns(self, states: Sequence[CaseState], cards: int) -> list[tuple[CaseState, int, list[Case]]]:
        """The board: of each running state how many cases there are, and the first of them. Two statements."""
        several = [
            self.cases(state=TO_VERIFY if state == CaseState.RESOLVED else UNSOLVED_ONES).filter(state=state)
            for state in states
        ]
        counts = count_up_to(*several)
        firsts = _at_once("ARRAY({})", [rows.values("pk")[:cards] for rows in several], [])
        shown = _with_shown(Case.objects.filter(AnyOf(F("pk"), [pk for first in firsts for pk in first])))
        there = {case.pk: case for case in _with_places(list(shown))}
        return [
            (state, count, [there[pk] for pk in first if pk in there])
            for state, count, first in zip(states, counts, firsts, strict=True)
        ]


@dataclass(frozen=True, slots=True)
class CasePage:
    rows: list[Case]
    # Where the next page begins; empty on the last.
    after: str


def count_up_to(*several: CaseQuerySet) -> list[int]:
    """How many each finds, but one more than MOST_COUNTED at most: nobody reads on, and counting all takes long. One
    statement for all of them."""
    counted = [rows.order_by().values("pk")[: MOST_COUNTED + 1] for rows in several]
    return _at_once("(SELECT count(*) FROM ({}) AS counted)", counted, 0)


def _at_once(around: str, several: Sequence[QuerySet], nothing: Any) -> list[Any]:
    """One value from each query, by one statement; `nothing` for a query that Django knows to be empty."""
    found: list[Any] = [nothing] * len(several)
    parts: list[str] = []
    values: list[Any] = []
    places: list[int] = []
    for place, rows in enumerate(several):
        try:
            sql, params = rows.query.sql_with_params()
        except EmptyResultSet:
            continue
        parts.append(around.format(sql))
        values += params
        places.append(place)
    if parts:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {', '.join(parts)}", values)
            for place, value in zip(places, cursor.fetchone(), strict=True):
                found[place] = value
    return found


def _with_shown(rows: CaseQuerySet) -> CaseQuerySet:
    return rows.select_related("dealer", "owner", "cause").only(*_SHOWN)


def _with_places(rows: list[Case]) -> list[Case]:
    """Only a case of many dealers is called by its territory."""
    prefetch_related_objects([case for case in rows if case.dealer_id is None], "territory")
    return rows


def _place(text: str) -> tuple[int, dt.date, int] | None:
    severity, _dot, rest = text.partition(".")
    day, _dot, pk = rest.partition(".")
    try:
        return int(severity), dt.date.fromisoformat(day), int(pk)
    except ValueError:
        return None
