"""What days cost a dealer whose visits are to be spread: gaps that are too long or too short."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import inf

from visits.routing.answer import Finding, Shortcoming
from visits.routing.problem import Cadence

# A day outside the gaps asked for weighs like this many minutes of driving.
GAP_DAY_MIN = 200.0


@dataclass(frozen=True, slots=True)
class DayCosts:
    """Minutes of driving for having the first visit on a day, the next after one before, the last on a day.

    `inf` where a locked day would be passed over.
    """

    first: tuple[float, ...]
    between: tuple[tuple[float, ...], ...]
    last: tuple[float, ...]


def costs_of(
    cadence: Cadence, numbers: Sequence[int], locked: Collection[int], gap_day_min: float = GAP_DAY_MIN
) -> DayCosts:
    """`numbers` are those of the days of the horizon, `locked` positions in it.

    What no choice can avoid (a dealer overdue before the horizon begins) is taken off, so that it makes no visit worse
    than none.
    """
    days = range(len(numbers))
    after = numbers[-1] + 1
    first = [0.0 if cadence.last_visit is None else _excess(cadence, number - cadence.last_visit) for number in numbers]
    last = [max(0.0, after - number - (cadence.max_gap_days or inf)) for number in numbers]
    least_first, least_last = min(first), min(last)
    low, high = (min(locked), max(locked)) if locked else (len(numbers), -1)
    return DayCosts(
        first=tuple(inf if low < day else gap_day_min * (first[day] - least_first) for day in days),
        between=tuple(
            tuple(
                inf
                if later <= day or any(day < held < later for held in locked)
                else gap_day_min * _excess(cadence, numbers[later] - numbers[day])
                for later in days
            )
            for day in days
        ),
        last=tuple(inf if high > day else gap_day_min * (last[day] - least_last) for day in days),
    )


def _excess(cadence: Cadence, gap_days: int) -> float:
    """Days by which a gap is too short or too long."""
    longest = inf if cadence.max_gap_days is None else cadence.max_gap_days
    return max(0.0, cadence.min_gap_days - gap_days, gap_days - longest)


def gap_findings(key: int, cadence: Cadence, numbers: Sequence[int], days: Sequence[int]) -> list[Finding]:
    """The gaps that are not as asked, each with the day that ends it (None: the end of the horizon)."""
    moments: list[tuple[int, int | None]] = [(numbers[day], day) for day in days]
    if cadence.last_visit is not None:
        moments.insert(0, (cadence.last_visit, None))
    found = []
    for (before, _), (after, day) in pairwise(moments):
        found += _gap_finding(key, cadence, after - before, day)
    if moments and cadence.max_gap_days is not None:
        beyond = numbers[-1] + 1 - moments[-1][0] - cadence.max_gap_days
        if beyond > 0:
            found.append(Finding(Shortcoming.GAP_TOO_LONG, beyond, stop=key))
    return found


def _gap_finding(key: int, cadence: Cadence, gap_days: int, day: int | None) -> list[Finding]:
    excess = _excess(cadence, gap_days)
    if not excess:
        return []
    kind = Shortcoming.GAP_TOO_SHORT if gap_days < cadence.min_gap_days else Shortcoming.GAP_TOO_LONG
    return [Finding(kind, excess, stop=key, day=day)]
