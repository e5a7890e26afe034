"""When each visit of a given order begins, with waiting for opening hours and the break where it costs least."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import inf

from visits.routing.answer import Finding, Route, Shortcoming, Visit
from visits.routing.problem import Break, Shift, Window
from visits.routing.travel import Travel

# Rounding of sums of matrix cells; a tenth of a microminute matters to nobody.
EPSILON = 1e-7
ALWAYS = ((0.0, inf),)


@dataclass(frozen=True, slots=True)
class Task:
    """One visit on one day. `starts` are the intervals in which it may begin, rising; empty when it never may."""

    key: int
    node: int
    service_min: float
    starts: tuple[tuple[float, float], ...]
    locked: bool = False


def starts_within(hours: tuple[Window, ...] | None, service_min: float) -> tuple[tuple[float, float], ...]:
    """The intervals in which a visit may begin that must end within the opening hours."""
    if hours is None:
        return ALWAYS
    return tuple(
        (window.opens_min, window.closes_min - service_min)
        for window in hours
        if window.closes_min - service_min >= window.opens_min
    )


def earliest_start(starts: Sequence[tuple[float, float]], arrives_min: float) -> float:
    """`inf` when the last moment has passed."""
    for opens, last in starts:
        if arrives_min <= last + EPSILON:
            return opens if arrives_min < opens else arrives_min
    return inf


def latest_start(starts: Sequence[tuple[float, float]], bound_min: float) -> float:
    """The last moment not after the bound at which a visit may begin; `-inf` when there is none."""
    for opens, last in reversed(starts):
        if bound_min >= opens - EPSILON:
            return bound_min if bound_min < last else last
    return -inf


@dataclass(frozen=True, slots=True)
class _Label:
    """A way to have come so far: minutes too late in all, when the last visit ended, whether the break is over."""

    late_min: float
    free_min: float
    rested: bool
    before: _Label | None = None
    arrives_min: float = 0.0
    starts_min: float = 0.0
    break_min: float | None = None


def time_order(travel: Travel, shift: Shift, tasks: Sequence[Task], *, day: int) -> tuple[Route, tuple[Finding, ...]]:
    """The order as it is, as little late as it can be and then as early over; what is too late or too much is found."""
    labels = [_Label(0.0, shift.starts_min, shift.break_ is None)]
    node = shift.start_node
    for task in tasks:
        drive = travel.minutes[node][task.node]
        labels = _best([_visit(step, task) for label in labels for step in _drive(label, drive, shift.break_)])
        node = task.node
    home = travel.minutes[node][shift.end_node] if shift.end_node is not None and tasks else 0.0
    ends = [step for label in labels for step in _drive(label, home, shift.break_)]
    ends = [label for label in ends if label.rested or not _break_due(label, shift.break_)]
    end = min(ends, key=lambda label: (label.late_min + max(0.0, label.free_min - shift.ends_min), label.free_min))
    return _told(travel, shift, tasks, end, day)


def _drive(label: _Label, drive_min: float, break_: Break | None) -> list[_Label]:
    """The label after the drive, without and with the break on it."""
    arrival = label.free_min + drive_min
    plain = _Label(label.late_min, arrival, label.rested, label)
    if break_ is None or label.rested:
        return [plain]
    begins = max(label.free_min, break_.earliest_start_min)
    rested = _Label(
        label.late_min + max(0.0, begins - break_.latest_start_min),
        max(arrival, break_.earliest_start_min) + break_.length_min,
        True,
        label,
        break_min=begins,
    )
    return [plain, rested]


def _break_due(label: _Label, break_: Break | None) -> bool:
    return break_ is not None and label.free_min > break_.latest_start_min + EPSILON


def _visit(step: _Label, task: Task) -> _Label:
    arrival = step.free_min
    starts = earliest_start(task.starts, arrival)
    late = 0.0
    if starts == inf:
        starts = arrival
        late = max(0.0, arrival - task.starts[-1][1]) if task.starts else 0.0
    return _Label(
        step.late_min + late, starts + task.service_min, step.rested, step.before, arrival, starts, step.break_min
    )


def _best(labels: list[_Label]) -> list[_Label]:
    """The best with and the best without the break behind it."""
    return [
        min(same, key=lambda label: (label.late_min, label.free_min))
        for rested in (False, True)
        if (same := [label for label in labels if label.rested is rested])
    ]


def _told(
    travel: Travel, shift: Shift, tasks: Sequence[Task], end: _Label, day: int
) -> tuple[Route, tuple[Finding, ...]]:
    chain = []
    label = end.before
    while label is not None and label.before is not None:
        chain.append(label)
        label = label.before
    chain.reverse()
    visits, findings = [], []
    for task, label in zip(tasks, chain, strict=True):
        late = max(0.0, label.arrives_min - task.starts[-1][1]) if task.starts else 0.0
        late = late if late > EPSILON else 0.0
        if not task.starts:
            findings.append(Finding(Shortcoming.NEVER_OPEN, 1, stop=task.key, day=day))
        if late:
            findings.append(Finding(Shortcoming.LATE, late, stop=task.key, day=day))
        ends = label.starts_min + task.service_min
        visits.append(Visit(task.key, label.arrives_min, label.starts_min, ends, task.locked, late))
    nodes = [shift.start_node, *(task.node for task in tasks)]
    if shift.end_node is not None and tasks:
        nodes.append(shift.end_node)
    legs = list(pairwise(nodes))
    breaks = [label.break_min for label in (*chain, end) if label.break_min is not None]
    route = Route(
        day=day,
        rep=shift.rep,
        visits=tuple(visits),
        starts_min=shift.starts_min,
        ends_min=end.free_min,
        travel_min=sum(travel.minutes[a][b] for a, b in legs),
        km=None if travel.km is None else sum(travel.km[a][b] for a, b in legs),
        break_min=breaks[0] if breaks else None,
    )
    if route.ends_min > shift.ends_min + EPSILON:
        findings.append(Finding(Shortcoming.OVERTIME, route.ends_min - shift.ends_min, day=day))
    if breaks and shift.break_ and breaks[0] > shift.break_.latest_start_min + EPSILON:
        findings.append(Finding(Shortcoming.BREAK_LATE, breaks[0] - shift.break_.latest_start_min, day=day))
    return route, tuple(findings)
