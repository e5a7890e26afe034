"""A person's days as a page shows them: the columns of a week, the squares of a month."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import Count, Q

from accounts.models import User
from crm.base.periods import add_months
from visits.choices import Audience, Horizon, Means, VisitKind, VisitState
from visits.elsewhere import eyes_of
from visits.models import Leave, Visit, VisitPlan
from visits.working_days import Working, minutes_of, public_holidays, working_of

WEEK = 7


@dataclass(slots=True)
class DayColumn:
    """One day: its visits in their order, and what it holds of the minutes there are. `elsewhere` are visits at dealers
    whom the reader does not see: they take their time, and nothing is told of them but when."""

    on: dt.date
    works: bool
    visits: list[Visit] = field(default_factory=list)
    elsewhere: list[Visit] = field(default_factory=list)
    # Visits of colleagues on which she goes along; they are planned and written down by whose they are.
    joint: list[Visit] = field(default_factory=list)
    # Why nobody works: a public holiday's name, or the kind of leave.
    off: str = ""
    capacity_min: int = 0
    is_past: bool = False
    is_today: bool = False

    @property
    def shown(self) -> list[Visit]:
        """What happens on the day, in its order: what was left out comes last."""
        return sorted(self.visits, key=lambda visit: visit.state == VisitState.SKIPPED)

    @property
    def open(self) -> list[Visit]:
        return _open(self.visits)

    @property
    def open_elsewhere(self) -> list[Visit]:
        return _open(self.elsewhere)

    @property
    def number(self) -> int:
        """Visits of the day, those elsewhere among them."""
        return len(self.open) + len(self.open_elsewhere)

    @property
    def load_min(self) -> int:
        """Minutes with dealers; the way between them is on the day's own page."""
        return sum(visit.minutes for visit in (*self.open, *self.open_elsewhere, *self.joint))

    @property
    def stops(self) -> int:
        return sum(visit.means == Means.IN_PERSON for visit in (*self.open, *self.open_elsewhere))

    @property
    def is_full(self) -> bool:
        return bool(self.capacity_min) and self.load_min > self.capacity_min


def _open(visits: list[Visit]) -> list[Visit]:
    return [visit for visit in visits if visit.state not in (VisitState.SKIPPED, VisitState.MISSED)]


def monday_of(day: dt.date) -> dt.date:
    return day - dt.timedelta(days=day.weekday())


def days_of(user: User, start: dt.date, end: dt.date, *, today: dt.date, reader: User) -> list[DayColumn]:
    """Every day from `start` until before `end`, as far as the reader sees the dealers; eight statements or so."""
    worked: Working = working_of([user], start, end)[user.pk]
    works = set(worked.days)
    off = dict(public_holidays(worked.country, start.year) if worked.country else {})
    if worked.country and end.year != start.year:
        off |= public_holidays(worked.country, end.year)
    for leave in Leave.objects.filter(user=user, period__overlap=(start, end)):
        day = max(leave.period.lower, start)
        while day < min(leave.period.upper, end):
            off[day] = leave.get_kind_display()
            day += dt.timedelta(days=1)
    by_day: dict[dt.date, list[Visit]] = defaultdict(list)
    elsewhere: dict[dt.date, list[Visit]] = defaultdict(list)
    sees = eyes_of(reader, user)
    joint: dict[dt.date, list[Visit]] = defaultdict(list)
    visits = Visit.objects.filter(Q(user=user) | Q(companion=user), on__gte=start, on__lt=end)
    for visit in visits.select_related("dealer", "companion", "user").order_by("on", "sequence", "fixed_at", "pk"):
        if visit.user_id == user.pk:
            (by_day if sees(visit.dealer) else elsewhere)[visit.on].append(visit)
        elif sees(visit.dealer):
            joint[visit.on] += _open([visit])
    time = worked.time
    capacity = minutes_of(time.ends) - minutes_of(time.starts) - time.lunch_minutes
    return [
        DayColumn(
            on=day, works=day in works, visits=by_day[day], elsewhere=elsewhere[day], joint=joint[day], off="" if day in works else off.get(day, ""),
            capacity_min=capacity if day in works else 0, is_past=day < today, is_today=day == today,
        )
        for day in (start + dt.timedelta(days=number) for number in range((end - start).days))
    ]  # fmt: skip


def week_of(user: User, day: dt.date, *, today: dt.date, reader: User) -> list[DayColumn]:
    """The week that holds `day`, Monday first; Saturday and Sunday only where she works or visits then."""
    start = monday_of(day)
    days = days_of(user, start, start + dt.timedelta(days=WEEK), today=today, reader=reader)
    return [
        column
        for column in days
        if column.on.weekday() < 5 or column.works or column.visits or column.elsewhere or column.joint
    ]


def month_of(user: User, month: dt.date, *, today: dt.date, reader: User) -> list[list[DayColumn]]:
    """The weeks of a month, from a Monday to a Sunday; days of the neighbouring months are part of them."""
    start = monday_of(month)
    last = add_months(month, 1) - dt.timedelta(days=1)
    end = monday_of(last) + dt.timedelta(days=WEEK)
    days = days_of(user, start, end, today=today, reader=reader)
    return [days[number : number + WEEK] for number in range(0, len(days), WEEK)]


@dataclass(frozen=True, slots=True)
class WeekFigures:
    """A week against its plan: its share of the months' targets by working days (None without a plan), what is planned
    and what was made."""

    target: int | None
    planned: int
    done: int


def figures_of(user: User, monday: dt.date, columns: Sequence[DayColumn]) -> WeekFigures:
    """Regular and extra visits; executive ones have a plan of their own."""
    end = monday + dt.timedelta(days=WEEK)
    visits = Visit.objects.filter(user=user, on__gte=monday, on__lt=end).exclude(kind=VisitKind.EXECUTIVE)
    states = dict(visits.values_list("state").annotate(Count("pk")).order_by())
    planned = states.get(VisitState.PLANNED, 0) + states.get(VisitState.UNDER_WAY, 0)
    return WeekFigures(_target(user, monday, end), planned, states.get(VisitState.DONE, 0))


def _target(user: User, monday: dt.date, end: dt.date) -> int | None:
    """The week's part of each month that it touches; weeks of a month add up to it, up to rounding."""
    plans = VisitPlan.objects.filter(
        user=user, audience=Audience.REPRESENTATIVE, horizon=Horizon.MONTH, starts_on__lt=end, ends_on__gt=monday
    )
    total, known = 0.0, False
    for plan in plans:
        days = working_of([user], plan.starts_on, plan.ends_on)[user.pk].days
        if days:
            known = True
            total += plan.target * sum(monday <= day < end for day in days) / len(days)
    return round(total) if known else None


def coming_days(columns: Sequence[DayColumn], *, today: dt.date) -> list[dt.date]:
    """Days of a board to which a visit can be moved."""
    return [column.on for column in columns if column.on >= today]
