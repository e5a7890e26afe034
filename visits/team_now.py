"""How far a team is with its stops of a day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from accounts.models import User
from crm.base.models import Company
from visits.choices import VisitState
from visits.models import Visit

# So many minutes after the planned arrival a stop counts as late: a traffic jam is no news.
GRACE_MIN = 30


@dataclass(slots=True)
class PersonDay:
    """Somebody's stops of the day in their order; `late_min` is how long the next one should have begun, 0 while she is
    in time."""

    user: User
    stops: list[Visit] = field(default_factory=list)
    late_min: int = 0

    @property
    def done(self) -> int:
        return self._in(VisitState.DONE)

    @property
    def left_out(self) -> int:
        """Skipped or missed."""
        return self._in(VisitState.SKIPPED, VisitState.MISSED)

    @property
    def total(self) -> int:
        """Stops that were planned or made; what was left out is none any more."""
        return len(self.stops) - self.left_out

    @property
    def now(self) -> Visit | None:
        """The dealer she is at."""
        return next((visit for visit in self.stops if visit.state == VisitState.UNDER_WAY), None)

    @property
    def next(self) -> Visit | None:
        return next((visit for visit in self.stops if visit.state == VisitState.PLANNED), None)

    def _in(self, *states: VisitState) -> int:
        return sum(visit.state in states for visit in self.stops)


@dataclass(frozen=True, slots=True)
class TeamDay:
    on: dt.date
    people: Sequence[PersonDay]

    @property
    def done(self) -> int:
        return sum(person.done for person in self.people)

    @property
    def total(self) -> int:
        return sum(person.total for person in self.people)

    @property
    def late(self) -> int:
        return sum(person.late_min > 0 for person in self.people)


def team_day(people: Iterable[User], visible: Iterable[Visit], *, on: dt.date, at: dt.datetime) -> TeamDay:
    """`visible`: the visits of the day that the reader may see; `at` is now, aware."""
    rows = {user.pk: PersonDay(user) for user in people}
    for visit in visible:
        if visit.user_id in rows:
            rows[visit.user_id].stops.append(visit)
    for row in rows.values():
        row.stops.sort(key=lambda visit: (visit.sequence or 999, visit.starts_at or dt.time.max, visit.pk))
        row.late_min = _late(row, on, at)
    return TeamDay(on, list(rows.values()))


def _late(row: PersonDay, on: dt.date, at: dt.datetime) -> int:
    """Minutes since the next stop should have begun, by the clock where she works; 0 within the grace and while she is
    at a dealer's."""
    following = row.next
    if following is None or following.starts_at is None or row.now is not None:
        return 0
    zone = ZoneInfo(row.user.time_zone or Company.get().time_zone)
    minutes = int((at - dt.datetime.combine(on, following.starts_at, zone)).total_seconds() // 60)
    return minutes if minutes > GRACE_MIN else 0
