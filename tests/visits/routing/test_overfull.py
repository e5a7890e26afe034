"""More visits asked for than the days have room for: the days are filled all the same, the rest is told."""

from __future__ import annotations

import pytest

from visits.routing.distance import Place, as_the_crow_drives
from visits.routing.period import plan_period
from visits.routing.problem import Break, Cadence, PeriodProblem, Shift, Stop, WorkDay

MONDAY = 739_942
# Two towns, the representative lives between them.
PLACES = [
    (31.853, 119.377), (32.102, 118.814), (32.032, 118.753), (31.566, 120.206), (31.588, 120.241), (32.059, 118.797),
    (31.575, 120.304), (32.012, 118.742), (31.547, 120.274), (31.557, 120.242), (31.557, 120.306), (31.581, 120.335),
    (31.602, 120.264), (32.071, 118.712), (32.049, 118.831), (31.564, 120.303), (32.046, 118.734), (32.028, 118.725),
    (31.996, 118.808), (32.037, 118.842), (32.086, 118.73), (31.564, 120.334), (32.024, 118.773), (31.983, 118.754),
    (32.064, 118.801), (32.024, 118.79),
]  # fmt: skip
VISITS = [4, 1, 1, 1, 1, 1, 1, 2, 1, 1, 1, 1, 1, 4, 1, 2, 1, 1, 1, 1, 1, 1, 2, 1, 2]


@pytest.mark.parametrize("by", [{"iterations": 2000, "seconds": 60}, {"seconds": 1.0}, {"seconds": 0.2}])
def test_an_overfull_week_is_filled_and_the_rest_is_told(by: dict[str, float]) -> None:
    shift = Shift(
        rep=0, start_node=0, end_node=0, starts_min=540, ends_min=1080, max_stops=8, max_work_min=432,
        break_=Break(60, 690, 810),
    )  # fmt: skip
    stops = tuple(
        Stop(
            key=at, node=at, service_min={4: 60.0, 2: 45.0, 1: 30.0}[visits],
            when=Cadence(visits, min_gap_days=max(1, 10 // (2 * visits)), max_gap_days={4: 10, 2: 21, 1: 45}[visits]),
            value_min={4: 600.0, 2: 300.0, 1: 120.0}[visits],
        )
        for at, visits in enumerate(VISITS, start=1)
    )  # fmt: skip
    days = tuple(WorkDay(MONDAY + at, (shift,)) for at in (0, 1, 2, 3, 4, 7))
    places = [Place(*place) for place in PLACES]
    travel = as_the_crow_drives(places, road_factor=1.3, speed_kmh=40)
    plan = plan_period(PeriodProblem(travel, days, stops, balance=0.3), seed=1, **by)
    made = sum(len(route.visits) for route in plan.routes)
    assert len({route.day for route in plan.routes}) == 6
    assert made >= 18
    missing = sum(finding.amount for finding in plan.findings if finding.kind == "no_room")
    assert made + missing == sum(VISITS)
