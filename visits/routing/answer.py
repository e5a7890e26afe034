"""What the planner of routes answers: timed routes, and everything that could not be done as asked."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum, auto


class Shortcoming(StrEnum):
    """Ways in which an answer falls short; the unit of `Finding.amount` in brackets."""

    # Visits asked for and not planned [visits], and why.
    NO_ROOM = auto()
    NEVER_OPEN = auto()
    NOBODY_WORKS = auto()
    # A visit that may be was not worth the drive or found no room [visits].
    LEFT_OUT = auto()
    # Between two visits, or to the edge of the horizon [days beyond what was asked].
    GAP_TOO_LONG = auto()
    GAP_TOO_SHORT = auto()
    # What fixed appointments force [minutes].
    LATE = auto()
    OVERTIME = auto()
    BREAK_LATE = auto()
    # More fixed visits than the shift has room for [stops, load or minutes].
    TOO_MANY_STOPS = auto()
    TOO_MUCH_LOAD = auto()
    TOO_MUCH_WORK = auto()
    # More visits are locked than the cadence asks for, or on days of no pattern [visits].
    LOCKED_OTHERWISE = auto()


@dataclass(frozen=True, slots=True)
class Finding:
    """`stop` is None when it concerns a whole day, `day` None when it concerns the horizon."""

    kind: Shortcoming
    amount: float
    stop: int | None = None
    day: int | None = None


@dataclass(frozen=True, slots=True)
class Visit:
    """`late_min`: how much later it starts than it should, 0 when in time."""

    stop: int
    arrives_min: float
    starts_min: float
    ends_min: float
    locked: bool = False
    late_min: float = 0.0


@dataclass(frozen=True, slots=True)
class Route:
    """One shift. `km` is None where the problem has none; `break_min` is when the break begins, None without one."""

    day: int
    rep: int
    visits: tuple[Visit, ...]
    starts_min: float
    ends_min: float
    travel_min: float
    km: float | None
    break_min: float | None = None

    @property
    def work_min(self) -> float:
        """Driving and visits, without waiting and the break."""
        return self.travel_min + sum(visit.ends_min - visit.starts_min for visit in self.visits)

    @property
    def keys(self) -> tuple[int, ...]:
        return tuple(visit.stop for visit in self.visits)


@dataclass(frozen=True, slots=True)
class PeriodPlan:
    """Routes with at least one visit, by day and representative."""

    routes: tuple[Route, ...]
    findings: tuple[Finding, ...]
    iterations: int
    seconds: float
    notice: str = ""

    @property
    def travel_min(self) -> float:
        return sum(route.travel_min for route in self.routes)

    @property
    def km(self) -> float:
        return sum(route.km or 0.0 for route in self.routes)


@dataclass(frozen=True, slots=True)
class DayRoute:
    """`left_out`: the stops that found no room, the least valuable first to go."""

    route: Route
    left_out: tuple[int, ...]
    findings: tuple[Finding, ...]
    iterations: int
    seconds: float
    notice: str = ""
