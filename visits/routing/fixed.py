"""Fixed appointments never move: where they contradict each other or the shift, the rules give way, not they.

What gives way is only what these visits themselves need; the answer is timed by the rules as they were asked, so that
every minute too late is found and told.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import inf

from visits.routing.problem import Shift
from visits.routing.timing import ALWAYS, Task, time_order
from visits.routing.travel import Travel


def held_order(travel: Travel, shift: Shift, fixed: Sequence[Task]) -> list[Task]:
    """The order in which the fixed visits are least late in all, and then drive least; by insertion, in start order."""
    order: list[Task] = []
    for task in sorted(fixed, key=lambda task: (task.starts[0] if task.starts else (inf, inf), task.key)):
        choices = [[*order[:at], task, *order[at:]] for at in range(len(order) + 1)]
        order = min(choices, key=lambda choice: _cost(travel, shift, choice))
    return order


def _cost(travel: Travel, shift: Shift, order: Sequence[Task]) -> tuple[float, float]:
    route, findings = time_order(travel, shift, order, day=0)
    return sum(finding.amount for finding in findings), route.travel_min


def give_way(travel: Travel, shift: Shift, order: Sequence[Task]) -> tuple[Shift, list[Task]]:
    """The shift and the fixed visits with the limits that this order can keep."""
    order = [task if task.starts else replace(task, starts=ALWAYS) for task in order]
    route, _ = time_order(travel, shift, order, day=0)
    widened = [
        replace(task, starts=(*task.starts[:-1], (task.starts[-1][0], visit.starts_min))) if visit.late_min else task
        for task, visit in zip(order, route.visits, strict=True)
    ]
    service = sum(task.service_min for task in order)
    break_ = shift.break_
    if break_ is not None and route.break_min is not None and route.break_min > break_.latest_start_min:
        break_ = replace(break_, latest_start_min=route.break_min)
    return (
        replace(
            shift,
            ends_min=max(shift.ends_min, route.ends_min),
            break_=break_,
            max_stops=None if shift.max_stops is None else max(shift.max_stops, len(order)),
            max_work_min=max(shift.max_work_min, route.travel_min + service),
        ),
        widened,
    )


def before_the_end(task: Task, shift: Shift) -> Task:
    """A visit that is not fixed does not use the overtime that a fixed one forces."""
    until = shift.ends_min - task.service_min
    if until == inf:
        return task
    return replace(task, starts=tuple((opens, min(last, until)) for opens, last in task.starts if opens <= until))
