"""The working week of the demo company: five days, of which the day that it is made on is always one.

On a Saturday a newcomer would find nothing but empty days; trade that works at weekends and rests on Mondays is as real.
"""

from __future__ import annotations

import datetime as dt

MONDAY_TO_FRIDAY = [1, 2, 3, 4, 5]


def weekdays(on: dt.date) -> list[int]:
    """ISO weekdays: Monday to Friday, or the five days that end with `on` when it is a Saturday or Sunday."""
    last = on.isoweekday()
    return MONDAY_TO_FRIDAY if last <= 5 else list(range(last - 4, last + 1))
