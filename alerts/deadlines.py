"""Deadlines in working time: hours of working days, day and night, as `docs/practice.md` counts 24, 48 and 72 hours."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from zoneinfo import ZoneInfo

# Nobody's calendar has so many free days in a row; without it a calendar without working days would never end.
_LONGEST_BREAK = 60


def after_hours(at: dt.datetime, hours: int, works: Callable[[dt.date], bool], tz: ZoneInfo) -> dt.datetime:
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
