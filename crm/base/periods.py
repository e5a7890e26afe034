"""Business periods. All are half-open: from `start`, before `end`."""

from __future__ import annotations

import calendar
import datetime as dt
from dataclasses import dataclass

# Days that an address or a form may ask for: years can be counted back and on from them.
EARLIEST, LATEST = dt.date(2000, 1, 1), dt.date(2100, 12, 31)


@dataclass(frozen=True, slots=True)
class Period:
    start: dt.date
    end: dt.date

    def __contains__(self, day: dt.date) -> bool:
        return self.start <= day < self.end


def month_start(day: dt.date) -> dt.date:
    """First day of the month of `day`."""
    return day.replace(day=1)


def add_months(day: dt.date, months: int) -> dt.date:
    """The same day `months` later (earlier when negative), or that month's last day where it has no such day."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def fiscal_year(day: dt.date, first_month: int = 1) -> int:
    """The fiscal year that holds `day`, named by the calendar year it starts in."""
    return day.year if day.month >= first_month else day.year - 1


def fiscal_year_period(year: int, first_month: int = 1) -> Period:
    """The fiscal year that starts in calendar year `year`."""
    return Period(dt.date(year, first_month, 1), dt.date(year + 1, first_month, 1))


def last_closed_fiscal_year(on: dt.date, first_month: int = 1) -> int:
    """The last fiscal year that had ended before `on`."""
    return fiscal_year(on, first_month) - 1
