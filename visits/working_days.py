"""On which days somebody works: her weekdays, the country's public holidays, the company's own days, leave."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache

import holidays

from accounts.choices import Role
from accounts.models import Territory, TerritoryAssignment, User
from visits.models import CalendarDay, Leave, WorkingTime


@dataclass(frozen=True, slots=True)
class Working:
    """What counts for one person from a day on, and the days she works in a period. `country` is ISO 3166 or empty."""

    time: WorkingTime
    country: str
    days: tuple[dt.date, ...]

    @property
    def minutes_a_day(self) -> int:
        """Minutes between leaving and being back, without lunch."""
        return minutes_of(self.time.ends) - minutes_of(self.time.starts) - self.time.lunch_minutes

    @property
    def capacity_minutes(self) -> int:
        """Minutes for visits and the way to them in all of the period."""
        return int(len(self.days) * self.minutes_a_day * self.time.visiting_share)


def minutes_of(time: dt.time) -> int:
    """Minutes since midnight."""
    return time.hour * 60 + time.minute


def time_of(minutes: float) -> dt.time:
    """The time of day so many minutes after midnight, to the minute; the last one of the day for what is beyond."""
    whole = min(max(round(minutes), 0), 24 * 60 - 1)
    return dt.time(whole // 60, whole % 60)


def working(user: User, start: dt.date, end: dt.date) -> Working:
    """How somebody works from `start` until before `end`."""
    country = country_of(user, start)
    return Working(working_time(user, start), country, tuple(_days(user, country, start, end)))


def working_time(user: User, on: dt.date) -> WorkingTime:
    """The row that counts on the day; the model's defaults, not saved, where there is none."""
    row = WorkingTime.objects.filter(user=user, active_from__lte=on).order_by("-active_from").first()
    return row or WorkingTime(user=user)


def country_of(user: User, on: dt.date) -> str:
    """The country of the territory she works, or of the one that it is a part of; empty when none says."""
    rows = TerritoryAssignment.objects.running(on).filter(user=user, covers_for=None).select_related("territory")
    for row in sorted(rows, key=lambda row: (row.role != Role.REPRESENTATIVE, row.pk)):
        above = Territory.objects.above(row.territory).exclude(country="").order_by("-path")
        if country := above.values_list("country", flat=True).first():
            return country
    return ""


@lru_cache(maxsize=128)
def public_holidays(country: str, year: int) -> dict[dt.date, str]:
    """The country's public holidays and their names; none for a country that the `holidays` package does not know."""
    try:
        return dict(holidays.country_holidays(country, years=year))
    except NotImplementedError:
        return {}


def _days(user: User, country: str, start: dt.date, end: dt.date) -> list[dt.date]:
    special = {
        day.on: day.works
        for day in CalendarDay.objects.filter(on__gte=start, on__lt=end, country__in=["", country]).order_by("country")
    }
    leave = [
        (row.period.lower, row.period.upper) for row in Leave.objects.filter(user=user, period__overlap=(start, end))
    ]
    times = list(WorkingTime.objects.filter(user=user, active_from__lt=end).order_by("active_from"))
    default = WorkingTime(user=user)
    found = []
    for offset in range((end - start).days):
        day = start + dt.timedelta(days=offset)
        time = next((row for row in reversed(times) if row.active_from <= day), default)
        usual = day.isoweekday() in time.weekdays and not (country and day in public_holidays(country, day.year))
        away = any(first <= day < back for first, back in leave)
        if special.get(day, usual) and not away:
            found.append(day)
    return found
