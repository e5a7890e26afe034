"""Working days of a country, and how much of a target period is over, counted in them."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

from alerts.models import TargetPeriod
from visits.models import CalendarDay
from visits.working_days import public_holidays

Works = Callable[[dt.date], bool]


def elapsed_shares(periods: Sequence[TargetPeriod], on: dt.date) -> list[float]:
    """Of each period the share of its working days that lie before the day `on`, 0 to 1."""
    if not periods:
        return []
    calendars = working_calendars(
        {period.country for period in periods},
        min(period.starts_on for period in periods),
        max(period.ends_on for period in periods),
    )
    return [elapsed(period.starts_on, period.ends_on, on, calendars[period.country]) for period in periods]


def elapsed(start: dt.date, end: dt.date, on: dt.date, works: Works) -> float:
    """Working days from `start` that lie before `on`, over all before `end`. A period without any counts by its days."""
    days = [start + dt.timedelta(days=number) for number in range((end - start).days)]
    counted = [day for day in days if works(day)] or days
    return sum(day < on for day in counted) / len(counted) if counted else 1.0


def working_calendars(countries: set[str], start: dt.date, end: dt.date) -> Mapping[str, Works]:
    """For each country a function that says whether people work on a day: Monday to Friday, less public holidays, with the
    company's special days of the time; one query."""
    special: dict[str, dict[dt.date, bool]] = defaultdict(dict)
    for day in CalendarDay.objects.filter(on__gte=start, on__lt=end):
        special[day.country][day.on] = day.works
    return {country: _works(country, special[""] | (special[country] if country else {})) for country in countries}


def _works(country: str, special: Mapping[dt.date, bool]) -> Works:
    def works(day: dt.date) -> bool:
        usual = day.isoweekday() <= 5 and not (country and day in public_holidays(country, day.year))
        return special.get(day, usual)

    return works
