"""Small questions for the tests of routing."""

from __future__ import annotations

from math import hypot

from hypothesis import strategies as st

from visits.routing.problem import (
    Break,
    Cadence,
    DayProblem,
    DayStop,
    Lock,
    Patterns,
    PeriodProblem,
    Shift,
    Stop,
    Window,
    WorkDay,
)
from visits.routing.travel import Travel


def plane(*places: tuple[float, float]) -> Travel:
    """A minute and a kilometre for each unit of the plane."""
    minutes = tuple(tuple(hypot(x - u, y - v) for u, v in places) for x, y in places)
    return Travel(minutes, minutes)


def line(*places: float) -> Travel:
    return plane(*((place, 0.0) for place in places))


_coordinates = st.integers(0, 40)
_windows = st.sampled_from(
    [
        None,
        (Window(540, 720),),
        (Window(780, 1020),),
        (Window(540, 660), Window(840, 960)),
        (Window(600, 605),),
        (),
    ]
)
_breaks = st.sampled_from([None, Break(45, 690, 780), Break(30, 480, 500)])


@st.composite
def days(draw: st.DrawFn, most: int = 8) -> DayProblem:
    n = draw(st.integers(0, most))
    places = [(draw(_coordinates), draw(_coordinates)) for _ in range(n + 2)]
    stops = tuple(
        DayStop(
            key=100 + at,
            node=2 + at,
            service_min=draw(st.sampled_from([0.0, 10.0, 30.0])),
            hours=draw(_windows),
            fixed_min=draw(st.sampled_from([None, None, None, None, 540.0, 600.0, 1080.0])),
            must=draw(st.booleans()),
            value_min=draw(st.integers(0, 60)),
        )
        for at in range(n)
    )
    shift = Shift(
        rep=7,
        start_node=0,
        end_node=draw(st.sampled_from([0, 1, None])),
        starts_min=480,
        ends_min=draw(st.sampled_from([600.0, 840.0, 1080.0])),
        break_=draw(_breaks),
        max_stops=draw(st.sampled_from([None, 1, 4])),
        max_work_min=draw(st.sampled_from([float("inf"), 240.0])),
    )
    return DayProblem(plane(*places), shift, stops)


@st.composite
def periods(draw: st.DrawFn, most: int = 7) -> PeriodProblem:
    """Two weeks of one representative, some of whose days are off."""
    n = draw(st.integers(1, most))
    places = [(draw(_coordinates), draw(_coordinates)) for _ in range(n + 1)]
    numbers = [1, 2, 3, 4, 5, 8, 9, 10, 11, 12]
    limits = draw(st.sampled_from([(None, 1080.0), (2, 1080.0), (None, 600.0)]))
    break_ = draw(_breaks)
    shift = Shift(7, 0, 0, 480, limits[1], break_, limits[0])
    off = draw(st.sets(st.integers(0, 9), max_size=4))
    work = tuple(WorkDay(number, () if at in off else (shift,)) for at, number in enumerate(numbers))
    stops = []
    for at in range(n):
        when = draw(
            st.one_of(
                st.builds(
                    Cadence,
                    visits=st.integers(1, 4),
                    min_gap_days=st.sampled_from([1, 2]),
                    max_gap_days=st.sampled_from([None, 4, 7]),
                    last_visit=st.sampled_from([None, 0, -10]),
                ),
                st.just(Patterns(((0, 5), (1, 6), (2, 7)))),
            )
        )
        hours = draw(st.one_of(st.none(), st.tuples(*[_windows.map(lambda w: w or ())] * 10)))
        stops.append(
            Stop(
                key=100 + at,
                node=1 + at,
                service_min=draw(st.sampled_from([0.0, 30.0, 60.0])),
                when=when,
                hours=hours,
                must=draw(st.booleans()),
                value_min=draw(st.integers(0, 60)),
            )
        )
    pairs = draw(st.sets(st.tuples(st.integers(0, n - 1), st.integers(0, 9)), max_size=4))
    locks = tuple(Lock(100 + at, day, draw(st.sampled_from([None, 540.0, 1000.0]))) for at, day in sorted(pairs))
    return PeriodProblem(plane(*places), work, tuple(stops), locks, balance=draw(st.sampled_from([0.0, 0.5])))
