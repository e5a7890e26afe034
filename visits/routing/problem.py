"""What is asked of the planner of routes: places, working days, dealers to visit.

Minutes of the day count from midnight, days of a horizon from 0 by their position in `PeriodProblem.days`; `number` of
a day is any count of calendar days (`date.toordinal()` will do), so that gaps count week-ends too.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from math import inf, isfinite

from visits.routing.travel import Travel

MINUTES_A_DAY = 1440.0


class ProblemInvalid(ValueError):
    """The question makes no sense; the sentence says which part of it."""


def _demand(holds: bool, sentence: str) -> None:
    if not holds:
        raise ProblemInvalid(sentence)


@dataclass(frozen=True, slots=True)
class Window:
    """Opening hours: a visit starts and ends within them."""

    opens_min: float
    closes_min: float

    def __post_init__(self) -> None:
        _demand(0 <= self.opens_min < self.closes_min, f"A window opens before it closes: {self}")


@dataclass(frozen=True, slots=True)
class Break:
    """A pause of `length_min` that begins between the two moments, between two visits or on the road.

    A day that is over before `latest_start_min` has none.
    """

    length_min: float
    earliest_start_min: float
    latest_start_min: float

    def __post_init__(self) -> None:
        _demand(self.length_min > 0, f"A break takes some time: {self}")
        _demand(0 <= self.earliest_start_min <= self.latest_start_min, f"A break's moments are the wrong way: {self}")


@dataclass(frozen=True, slots=True)
class Shift:
    """One representative (or vehicle) on one day."""

    rep: int
    start_node: int
    # None: the day ends at the last visit.
    end_node: int | None
    starts_min: float = 0.0
    ends_min: float = inf
    break_: Break | None = None
    max_stops: int | None = None
    max_load: float = inf
    # The most that driving and visits may take together, waiting and the break not counted.
    max_work_min: float = inf

    def __post_init__(self) -> None:
        _demand(0 <= self.starts_min < self.ends_min, f"A shift starts before it ends: {self}")
        _demand(self.max_stops is None or self.max_stops > 0, f"A shift has room for a stop: {self}")
        _demand(self.max_load > 0 and self.max_work_min > 0, f"A shift's limits are above zero: {self}")


@dataclass(frozen=True, slots=True)
class WorkDay:
    """A day of the horizon; without shifts nobody works (leave, holiday)."""

    number: int
    shifts: tuple[Shift, ...]

    def __post_init__(self) -> None:
        reps = [shift.rep for shift in self.shifts]
        _demand(len(set(reps)) == len(reps), f"Day {self.number} has two shifts of one representative")


@dataclass(frozen=True, slots=True)
class Cadence:
    """`visits` within the horizon, with calendar days between two of them.

    The gap to `last_visit` (a day's number before the horizon, None when there was none) counts, and so does the gap
    from the last visit to the day after the horizon, which may not exceed the largest.
    """

    visits: int
    min_gap_days: int = 1
    max_gap_days: int | None = None
    last_visit: int | None = None

    def __post_init__(self) -> None:
        _demand(self.visits > 0, f"A cadence has visits: {self}")
        _demand(self.min_gap_days >= 1, f"Two visits are on different days: {self}")
        _demand(
            self.max_gap_days is None or self.max_gap_days >= self.min_gap_days,
            f"The largest gap is not below the smallest: {self}",
        )


@dataclass(frozen=True, slots=True)
class Patterns:
    """The sets of days (positions in the horizon) of which one is to be visited."""

    choices: tuple[tuple[int, ...], ...]

    def __post_init__(self) -> None:
        _demand(bool(self.choices) and all(self.choices), "There is a pattern, and each has a day")
        _demand(all(list(days) == sorted(set(days)) for days in self.choices), "The days of a pattern rise, none twice")


@dataclass(frozen=True, slots=True)
class Stop:
    """A dealer to be visited during the horizon."""

    key: int
    node: int
    service_min: float
    when: Cadence | Patterns
    # Per day of the horizon, in rising order; an empty tuple means closed. None: always open.
    hours: tuple[tuple[Window, ...], ...] | None = None
    # What a visit on each day costs besides the drive, in minutes of driving; for preferred days.
    day_cost_min: tuple[float, ...] | None = None
    # A visit that must be is given up only when the days have no room, and is then reported. One that may be is worth
    # `value_min` minutes of driving.
    must: bool = True
    value_min: float = 0.0
    load: float = 1.0

    def __post_init__(self) -> None:
        _demand(self.service_min >= 0 and isfinite(self.service_min), f"Stop {self.key}: service of no length")
        _demand(self.value_min >= 0 and self.load >= 0, f"Stop {self.key}: a value or a load below zero")
        for windows in self.hours or ():
            _check_windows(windows, f"Stop {self.key}")


@dataclass(frozen=True, slots=True)
class Lock:
    """A visit that never moves: to this day, and to this minute when `starts_min` is given."""

    stop: int
    day: int
    starts_min: float | None = None
    # The representative who makes it; None leaves the choice.
    rep: int | None = None


@dataclass(frozen=True, slots=True)
class PeriodProblem:
    """Which days and in which order: for one representative's month, or for a few vehicles over some days."""

    travel: Travel
    days: tuple[WorkDay, ...]
    stops: tuple[Stop, ...]
    locks: tuple[Lock, ...] = ()
    # 0: only the drive counts. 1: a minute more on a day an hour longer than the mean costs two minutes of driving.
    balance: float = 0.0
    _position: dict[int, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        horizon, nodes = len(self.days), len(self.travel.minutes)
        object.__setattr__(self, "_position", {stop.key: at for at, stop in enumerate(self.stops)})
        _demand(bool(self.days), "A horizon has a day")
        numbers = [day.number for day in self.days]
        _demand(numbers == sorted(set(numbers)), "The days of a horizon rise, none twice")
        _demand(self.balance >= 0, "The weight of balance is not below zero")
        _unique((stop.key for stop in self.stops), "stop")
        for day in self.days:
            for shift in day.shifts:
                _check_nodes((shift.start_node, shift.end_node), nodes, f"Day {day.number}")
        for stop in self.stops:
            self._check_stop(stop, horizon, nodes)
        for lock in self.locks:
            _demand(lock.stop in self._position, f"A lock names stop {lock.stop}, which is not there")
            _demand(0 <= lock.day < horizon, f"Stop {lock.stop} is locked to day {lock.day}, outside the horizon")
        _unique(((lock.stop, lock.day) for lock in self.locks), "lock")

    def _check_stop(self, stop: Stop, horizon: int, nodes: int) -> None:
        _check_nodes((stop.node,), nodes, f"Stop {stop.key}")
        for name, per_day in (("hours", stop.hours), ("day_cost_min", stop.day_cost_min)):
            _demand(per_day is None or len(per_day) == horizon, f"Stop {stop.key}: {name} has one entry per day")
        if isinstance(stop.when, Patterns):
            last = max(days[-1] for days in stop.when.choices)
            _demand(last < horizon, f"Stop {stop.key}: a pattern leaves the horizon")
        elif stop.when.last_visit is not None:
            _demand(
                stop.when.last_visit < self.days[0].number, f"Stop {stop.key}: the visit before lies in the horizon"
            )

    def stop(self, key: int) -> Stop:
        return self.stops[self._position[key]]


@dataclass(frozen=True, slots=True)
class DayStop:
    """A dealer to be visited today."""

    key: int
    node: int
    service_min: float
    hours: tuple[Window, ...] | None = None
    # An appointment: the visit starts at this minute, whatever the opening hours.
    fixed_min: float | None = None
    must: bool = True
    value_min: float = 0.0

    def __post_init__(self) -> None:
        _demand(self.service_min >= 0 and isfinite(self.service_min), f"Stop {self.key}: service of no length")
        _demand(self.value_min >= 0, f"Stop {self.key}: a value below zero")
        _demand(self.fixed_min is None or self.fixed_min >= 0, f"Stop {self.key}: an appointment before midnight")
        _check_windows(self.hours or (), f"Stop {self.key}")


@dataclass(frozen=True, slots=True)
class DayProblem:
    """In which order today, and what to leave out when the day is too short."""

    travel: Travel
    shift: Shift
    stops: tuple[DayStop, ...]

    def __post_init__(self) -> None:
        nodes = len(self.travel.minutes)
        _check_nodes((self.shift.start_node, self.shift.end_node), nodes, "The shift")
        _unique((stop.key for stop in self.stops), "stop")
        for stop in self.stops:
            _check_nodes((stop.node,), nodes, f"Stop {stop.key}")


def _check_windows(windows: Collection[Window], whose: str) -> None:
    edges = [edge for window in windows for edge in (window.opens_min, window.closes_min)]
    _demand(edges == sorted(edges), f"{whose}: windows overlap or are out of order")


def _check_nodes(nodes: Iterable[int | None], known: int, whose: str) -> None:
    _demand(all(node is None or 0 <= node < known for node in nodes), f"{whose}: a place that the matrix lacks")


def _unique(keys: Iterable[object], what: str) -> None:
    seen: set[object] = set()
    for key in keys:
        _demand(key not in seen, f"Twice the same {what}: {key}")
        seen.add(key)
