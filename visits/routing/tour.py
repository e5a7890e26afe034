"""One shift's order while it grows: which insertions keep it in time, and what they cost."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import inf

from visits.routing.problem import Shift
from visits.routing.timing import EPSILON, Task, earliest_start, latest_start
from visits.routing.travel import Travel


@dataclass(frozen=True, slots=True)
class Insertion:
    """`cost_min`: minutes of driving more."""

    cost_min: float
    at: int


class Tour:
    """Keeps for every visit the earliest start that the visits before allow and the latest that those after allow.

    Both twice: with the break still to come and with the break taken. An insertion is then tried in constant time,
    breaks and several windows a day included, because waiting is always allowed: who can come later can come sooner.
    """

    def __init__(self, travel: Travel, shift: Shift, tasks: Sequence[Task] = ()) -> None:
        self._travel = travel.minutes
        self.shift = shift
        self.tasks = list(tasks)
        self._time()

    def __len__(self) -> int:
        return len(self.tasks)

    def _leg(self, here: int, there: int | None) -> float:
        return 0.0 if there is None else self._travel[here][there]

    def _rested_arrival(self, free_min: float, drive_min: float) -> float:
        """Arrival with the break on the drive; `inf` when it is too late for it."""
        break_ = self.shift.break_
        if break_ is None or free_min > break_.latest_start_min + EPSILON:
            return inf
        return max(free_min + drive_min, break_.earliest_start_min) + break_.length_min

    def _last_departure(self, latest_rested_min: float, drive_min: float) -> float:
        """The last moment to set off, the break still to come, for an arrival with the break taken."""
        break_ = self.shift.break_
        if break_ is None or break_.earliest_start_min + break_.length_min > latest_rested_min + EPSILON:
            return -inf
        return min(break_.latest_start_min, latest_rested_min - break_.length_min - drive_min)

    def _time(self) -> None:
        shift, tasks = self.shift, self.tasks
        self._nodes: list[int] = [shift.start_node, *(task.node for task in tasks)]
        paused = shift.break_ is not None
        # When the rep is free to leave each node: break to come, break taken.
        tired, rested = (shift.starts_min, inf) if paused else (inf, shift.starts_min)
        self._tired: list[float] = [tired]
        self._rested: list[float] = [rested]
        before = shift.start_node
        for task in tasks:
            drive = self._travel[before][task.node]
            arrival = rested + drive
            if paused:
                arrival = min(arrival, self._rested_arrival(tired, drive))
                tired = earliest_start(task.starts, tired + drive) + task.service_min
            rested = earliest_start(task.starts, arrival) + task.service_min
            self._tired.append(tired)
            self._rested.append(rested)
            before = task.node
        # The latest arrival at each node and at the end.
        tired = min(shift.ends_min, shift.break_.latest_start_min) if shift.break_ is not None else -inf
        rested = shift.ends_min
        self._tired_until: list[float] = [tired]
        self._rested_until: list[float] = [rested]
        there = shift.end_node
        for task in reversed(tasks):
            drive = 0.0 if there is None else self._travel[task.node][there]
            if paused:
                leave = max(tired - drive, self._last_departure(rested, drive))
                tired = latest_start(task.starts, leave - task.service_min)
            rested = latest_start(task.starts, rested - drive - task.service_min)
            self._tired_until.append(tired)
            self._rested_until.append(rested)
            there = task.node
        self._tired_until.reverse()
        self._rested_until.reverse()

    @property
    def in_time(self) -> bool:
        return self._fits_before(0, self._tired[0], self._rested[0], self._nodes[0])

    def _fits_before(self, at: int, tired: float, rested: float, node: int) -> bool:
        """Whether who is free at `node` then can go on to the visit (or the end) at this position."""
        there = self.tasks[at].node if at < len(self.tasks) else self.shift.end_node
        drive = self._leg(node, there)
        return (
            rested + drive <= self._rested_until[at] + EPSILON
            or tired + drive <= self._tired_until[at] + EPSILON
            or self._rested_arrival(tired, drive) <= self._rested_until[at] + EPSILON
        )

    def cheapest(self, task: Task, ceiling_min: float = inf) -> Insertion | None:
        """The cheapest place that keeps every visit in time; None when there is none below the ceiling."""
        best: Insertion | None = None
        nodes, end = self._nodes, self.shift.end_node
        row = self._travel[task.node]
        paused = self.shift.break_ is not None
        for at, before in enumerate(nodes):
            there = nodes[at + 1] if at + 1 < len(nodes) else end
            drive = self._travel[before][task.node]
            if there is None:
                cost = drive
            elif at == 0 and len(nodes) == 1:
                cost = drive + row[there]
            else:
                cost = drive + row[there] - self._travel[before][there]
            if cost >= ceiling_min:
                continue
            tired, rested = self._tired[at], self._rested[at]
            arrival = rested + drive
            if paused:
                arrival = min(arrival, self._rested_arrival(tired, drive))
                tired = earliest_start(task.starts, tired + drive) + task.service_min
            rested = earliest_start(task.starts, arrival) + task.service_min
            if self._fits_before(at, tired, rested, task.node):
                best, ceiling_min = Insertion(cost, at), cost
        return best

    def insert(self, task: Task, at: int) -> None:
        self.tasks.insert(at, task)
        self._time()

    def keep(self, kept: Iterable[Task]) -> None:
        """Only these, in the order they are in."""
        self.tasks = list(kept)
        self._time()

    @property
    def travel_min(self) -> float:
        if not self.tasks:
            return 0.0
        legs = pairwise(self._nodes)
        return sum(self._travel[a][b] for a, b in legs) + self._leg(self._nodes[-1], self.shift.end_node)

    @property
    def service_min(self) -> float:
        return sum(task.service_min for task in self.tasks)
