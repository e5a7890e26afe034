"""What a list of cases asks for: read from the address, written back into it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q

from accounts.models import User
from alerts import kinds
from alerts.choices import ENDED, UNSOLVED, CaseState, Severity
from alerts.models import Case, CaseWatcher
from alerts.querysets import CaseQuerySet
from crm.base.asked import number

PAGE = 50
# Beyond it a list says "1,000+".
MOST_COUNTED = 1000
# Watched cases that a list of one's own looks at.
MOST_WATCHED = 5000
MINE, TEAM = "mine", "team"
UNSOLVED_ONES, TO_VERIFY, OVER = "unsolved", "resolved", "ended"
STATES = (UNSOLVED_ONES, TO_VERIFY, OVER)
# Days since they opened that can be asked for.
AGES = (7, 14, 30, 90)


@dataclass(frozen=True, slots=True)
class AskedCases:
    """`whose`: "mine" (owned or watched) or "team" (all that the reader sees). `state`: one of STATES. `severity` 0 and
    `kind` "" ask for all; `late` for what missed its deadline; `age` for what opened so many days ago or earlier, 0 for all."""

    whose: str = TEAM
    state: str = UNSOLVED_ONES
    severity: int = 0
    kind: str = ""
    late: bool = False
    age: int = 0

    @classmethod
    def read(cls, query: Mapping[str, str], *, default: str = TEAM) -> AskedCases:
        """What the address asks for; what it asks for in vain counts as not asked."""
        severity = number(query.get("severity")) or 0
        return cls(
            whose=query.get("whose", "") if query.get("whose") in (MINE, TEAM) else default,
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

    def cases(self, user: User, *, at: dt.datetime) -> CaseQuerySet:
        """In the order in which they are worked on: the worst first, then the oldest."""
        rows = self.of_state(Case.objects.visible_to(user))
        if self.whose == MINE:
            # The few that one watches by number: a join would have all cases looked through for them.
            watched = CaseWatcher.objects.filter(user=user, case__state__in=self.states).values_list("case", flat=True)
            rows = rows.filter(Q(owner=user) | Q(pk__in=list(watched[:MOST_WATCHED])))
        if self.severity:
            rows = rows.filter(severity=self.severity)
        if self.kind:
            rows = rows.filter(kind=self.kind)
        if self.late:
            rows = rows.late(at)
        if self.age:
            rows = rows.filter(opened_at__lte=at - dt.timedelta(days=self.age))
        return rows.order_by("-severity", "opened_on", "pk")

    def of_state(self, rows: CaseQuerySet) -> CaseQuerySet:
        return rows.filter(state__in=self.states)

    @property
    def states(self) -> tuple[CaseState, ...]:
        if self.state == TO_VERIFY:
            return (CaseState.RESOLVED,)
        return ENDED if self.state == OVER else UNSOLVED


@dataclass(frozen=True, slots=True)
class CasePage:
    rows: list[Case]
    # Where the next page begins; empty on the last.
    after: str


def page_of(rows: CaseQuerySet, after: str) -> CasePage:
    """PAGE cases behind the place `after` (severity, day, id as the page before gave it); from the start for nonsense."""
    place = _place(after)
    if place is not None:
        severity, opened, pk = place
        rows = rows.filter(
            Q(severity__lt=severity)
            | Q(severity=severity, opened_on__gt=opened)
            | Q(severity=severity, opened_on=opened, pk__gt=pk)
        )
    found = list(rows.select_related("dealer", "owner", "territory", "cause")[: PAGE + 1])
    last = found[PAGE - 1] if len(found) > PAGE else None
    return CasePage(found[:PAGE], f"{last.severity}.{last.opened_on:%Y-%m-%d}.{last.pk}" if last else "")


def count_up_to(rows: CaseQuerySet) -> int:
    """How many there are, but one more than MOST_COUNTED at most: nobody reads on, and counting all takes long."""
    return rows.order_by()[: MOST_COUNTED + 1].count()


def by_severity(asked: AskedCases, user: User, *, at: dt.datetime) -> list[tuple[Severity, int]]:
    """How many there are of each severity, whatever severity is asked for; the worst first. Counted as count_up_to does."""
    others = replace(asked, severity=0).cases(user, at=at)
    return [(severity, count_up_to(others.filter(severity=severity.value))) for severity in reversed(Severity)]


def _place(text: str) -> tuple[int, dt.date, int] | None:
    severity, _dot, rest = text.partition(".")
    day, _dot, pk = rest.partition(".")
    try:
        return int(severity), dt.date.fromisoformat(day), int(pk)
    except ValueError:
        return None
