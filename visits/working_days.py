"""On which days somebody works: her weekdays, the country's public holidays, the company's own days, leave."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
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
    return working_of([user], start, end)[user.pk]


def working_of(users: Sequence[User], start: dt.date, end: dt.date) -> dict[int, Working]:
    """The same for many people, by their ids; five statements, however many they are."""
    keys = [user.pk for user in users]
    countries = countries_of(keys, start)
    times: dict[int, list[WorkingTime]] = defaultdict(list)
    for row in WorkingTime.objects.filter(user__in=keys, active_from__lt=end).order_by("active_from"):
        times[row.user_id].append(row)
    away: dict[int, list[tuple[dt.date, dt.date]]] = defaultdict(list)
    for leave in Leave.objects.filter(user__in=keys, period__overlap=(start, end)):
        away[leave.user_id].append((leave.period.lower, leave.period.upper))
    special: dict[str, dict[dt.date, bool]] = defaultdict(dict)
    for day in CalendarDay.objects.filter(on__gte=start, on__lt=end):
        special[day.country][day.on] = day.works
    found = {}
    for user in users:
        country = countries.get(user.pk, "")
        default = WorkingTime(user=user)
        own = special[""] | (special[country] if country else {})
        days = _days(times[user.pk], default, country, own, away[user.pk], start, end)
        counts = next((row for row in reversed(times[user.pk]) if row.active_from <= start), default)
        found[user.pk] = Working(counts, country, tuple(days))
    return found


def working_time(user: User, on: dt.date) -> WorkingTime:
    """The row that counts on the day; the model's defaults, not saved, where there is none."""
    row = WorkingTime.objects.filter(user=user, active_from__lte=on).order_by("-active_from").first()
    return row or WorkingTime(user=user)


def country_of(user: User, on: dt.date) -> str:
    """The country of the territory she works, or of the one that it is a part of; empty when none says."""
    return countries_of([user.pk], on).get(user.pk, "")


def countries_of(user_ids: Sequence[int], on: dt.date) -> dict[int, str]:
    """The same for many; those without a country are left out."""
    held = TerritoryAssignment.objects.running(on).filter(user__in=user_ids, covers_for=None)
    rows = sorted(
        held.values_list("user", "role", "pk", "territory__path"),
        key=lambda row: (row[1] != Role.REPRESENTATIVE, row[2]),
    )
    ways = {path: [path[:end] for end in range(len(path), 0, -Territory.STEP)] for *_row, path in rows}
    above = {each for way in ways.values() for each in way}
    named = dict(Territory.objects.filter(path__in=above).exclude(country="").values_list("path", "country"))
    found: dict[int, str] = {}
    for user_id, _role, _pk, path in rows:
        country = next((named[each] for each in ways[path] if each in named), "")
        if country:
            found.setdefault(user_id, country)
    return found


@lru_cache(maxsize=128)
def public_holidays(country: str, year: int) -> dict[dt.date, str]:
    """The country's public holidays and their names; none for a country that the `holidays` package does not know."""
    try:
        return dict(holidays.country_holidays(country, years=year))
    except NotImplementedError:
        return {}


def _days(
    times: Sequence[WorkingTime],
    default: WorkingTime,
    country: str,
    special: Mapping[dt.date, bool],
    away: Sequence[tuple[dt.date, dt.date]],
    start: dt.date,
    end: dt.date,
) -> list[dt.date]:
    found = []
    for offset in range((end - start).days):
        day = start + dt.timedelta(days=offset)
        time = next((row for row in reversed(times) if row.active_from <= day), default)
        usual = day.isoweekday() in time.weekdays and not (country and day in public_holidays(country, day.year))
        if special.get(day, usual) and not any(first <= day < back for first, back in away):
            found.append(day)
    return found
