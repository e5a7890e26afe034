"""Days to remember, on the solar calendar: when does a birthday, by whichever calendar it is kept, come next?

Customs followed. A lunar day 30 falls on day 29 in a year whose month has only 29 days. Who was born in a leap month
celebrates in that leap month in the years that have it and in the ordinary month in the others. 29 February is kept on
28 February in common years.
"""

from __future__ import annotations

import calendar
import datetime as dt

from lunardate import LunarDate

# What the tables of lunardate know.
FIRST_YEAR, LAST_YEAR = 1900, 2099


def solar_in(year: int, month: int, day: int) -> dt.date:
    """The day in a solar year; the month's last day where it has no such day."""
    return dt.date(year, month, min(day, calendar.monthrange(year, month)[1]))


def lunar_in(year: int, month: int, day: int, *, leap_month: bool = False) -> dt.date | None:
    """The solar date of a lunar day in the lunar year `year` (named by the solar year it begins in).

    None outside 1900 to 2099.
    """
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return None
    is_leap = leap_month and LunarDate.leap_month_for_year(year) == month
    for candidate in (day, day - 1):
        try:
            return LunarDate(year, month, candidate, is_leap).to_solar_date()
        except ValueError:
            continue
    return None


def next_date(*, month: int, day: int, lunar: bool, on: dt.date, leap_month: bool = False) -> dt.date | None:
    """The first time from `on` (that day included) that the occasion falls; None beyond the lunar tables."""
    if not lunar:
        this_year = solar_in(on.year, month, day)
        return this_year if this_year >= on else solar_in(on.year + 1, month, day)
    # A lunar year begins in January or February, so a late lunar month falls into the next solar year.
    falls = (lunar_in(year, month, day, leap_month=leap_month) for year in range(on.year - 1, on.year + 2))
    return min((date for date in falls if date and date >= on), default=None)
