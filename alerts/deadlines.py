"""Deadlines in working time: hours of working days, day and night, as `docs/practice.md` counts 24, 48 and 72 hours. What
would end when nobody works ends with the working day before, or with the first working hour after it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from zoneinfo import ZoneInfo

# Nobody's calendar has so many free days in a row; without it a calendar without working days would never end.
_LONGEST_BREAK = 60
# The working day, by the clock of whoever has the deadline.
WORK_FROM, WORK_UNTIL = dt.time(9), dt.time(18)
FIRST_HOUR_ENDS = dt.time(10)
_DAY = dt.timedelta(days=1)

Works = Callable[[dt.date], bool]


def after_hours(at: dt.datetime, hours: int, works: Works, tz: ZoneInfo) -> dt.datetime:
    """The moment within working hours by which so many hours of working days have passed since `at`, by the clock of `tz`.

    One that falls outside of them is brought forward to the end of the working day before, as long as half of the time is
    left then; else it is put off to the end of the first working hour after it.
    """
    moment = _passed(at, hours, works, tz)
    local = moment.astimezone(tz)
    if works(local.date()) and WORK_FROM <= local.time() <= WORK_UNTIL:
        return moment
    day = local.date() if local.time() > WORK_UNTIL else local.date() - _DAY
    before = _at(_nearest(day, -_DAY, works), WORK_UNTIL, tz)
    if before - at >= dt.timedelta(hours=hours) / 2:
        return before
    day = local.date() if local.time() < WORK_FROM else local.date() + _DAY
    return _at(_nearest(day, _DAY, works), FIRST_HOUR_ENDS, tz)


def _nearest(day: dt.date, step: dt.timedelta, works: Works) -> dt.date:
    """The day, or the first working day in steps from it; the day itself when none is in sight."""
    days = (day + number * step for number in range(_LONGEST_BREAK))
    return next((each for each in days if works(each)), day)


def _at(day: dt.date, time: dt.time, tz: ZoneInfo) -> dt.datetime:
    return dt.datetime.combine(day, time, tz).astimezone(dt.UTC)


def _passed(at: dt.datetime, hours: int, works: Works, tz: ZoneInfo) -> dt.datetime:
    """The moment when so many hours of working days have passed since `at`, days by the clock of `tz`.

    A day counts its real hours: 23 and 25 of them where clocks are changed. With no working day in sight every day counts.
    """
    left = dt.timedelta(hours=hours)
    moment = at.astimezone(dt.UTC)
    day = at.astimezone(tz).date()
    idle = 0
    while True:
        midnight = dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), tz).astimezone(dt.UTC)
        if works(day) or idle >= _LONGEST_BREAK:
            if moment + left <= midnight:
                return moment + left
            left -= midnight - moment
        else:
            idle += 1
        moment, day = midnight, day + dt.timedelta(days=1)
