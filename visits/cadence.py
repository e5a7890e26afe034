"""How many visits a pace asks for in each month, so that every twelve months add up to the year. No Django, no clock.

A pace of `a_year` visits is laid over the months evenly. Dealers with fewer than twelve a year would otherwise all fall
into the same months; a phase from the dealer's number spreads them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

_MONTHS = 12
# Phases are sixteenths of a thousandth or so of a visit: fine enough to spread, exact in whole numbers.
_STEPS = 1 << 16
# Knuth's multiplicative hash: neighbours' numbers get phases far apart.
_SPREAD = 2654435761


def phase_of(dealer_id: int) -> int:
    """Where in its cycle a dealer starts: 0 to 65535, the same for ever."""
    return (dealer_id * _SPREAD >> 8) % _STEPS


def _until(month: dt.date, a_year: int, phase: int) -> int:
    """Visits before `month`, counted from the beginning of the calendar."""
    index = month.year * _MONTHS + month.month - 1
    return (index * a_year * _STEPS + _MONTHS * phase) // (_MONTHS * _STEPS)


def visits_in_month(a_year: int, month: dt.date, phase: int) -> int:
    """Visits that the pace asks for in the month of `month`; twelve months in a row hold exactly `a_year`."""
    start = month.replace(day=1)
    after = (start + dt.timedelta(days=32)).replace(day=1)
    return _until(after, a_year, phase) - _until(start, a_year, phase)


def visits_in(a_year: int, months: Iterable[dt.date], phase: int) -> int:
    """The same for several months."""
    return sum(visits_in_month(a_year, month, phase) for month in months)


def smallest_gap(visits: int, days: int) -> int:
    """Calendar days that two visits should at least be apart: half of what an even spread gives, one at least."""
    return max(1, days // (2 * visits)) if visits else 1
