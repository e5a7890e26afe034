from dataclasses import FrozenInstanceError

import pytest

from tests.visits.routing.questions import line
from visits.routing.problem import (
    Break,
    Cadence,
    DayProblem,
    DayStop,
    Lock,
    Patterns,
    PeriodProblem,
    ProblemInvalid,
    Shift,
    Stop,
    Window,
    WorkDay,
)
from visits.routing.travel import Travel

SHIFT = Shift(1, 0, 0)
DAYS = (WorkDay(1, (SHIFT,)), WorkDay(2, (SHIFT,)))
STOP = Stop(1, 1, 30, Cadence(1))


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Window(600, 600), "opens before it closes"),
        (lambda: Break(0, 600, 700), "takes some time"),
        (lambda: Break(30, 700, 600), "wrong way"),
        (lambda: Shift(1, 0, 0, starts_min=600, ends_min=500), "starts before it ends"),
        (lambda: Shift(1, 0, 0, max_stops=0), "room for a stop"),
        (lambda: WorkDay(1, (SHIFT, SHIFT)), "two shifts of one"),
        (lambda: Cadence(0), "has visits"),
        (lambda: Cadence(1, min_gap_days=5, max_gap_days=4), "largest gap"),
        (lambda: Patterns(()), "There is a pattern"),
        (lambda: Patterns(((1, 0),)), "days of a pattern rise"),
        (lambda: Stop(1, 1, -1, Cadence(1)), "no length"),
        (lambda: DayStop(1, 1, 10, hours=(Window(1, 9), Window(5, 20))), "overlap"),
        (lambda: PeriodProblem(line(0, 1), (), (STOP,)), "A horizon has a day"),
        (lambda: PeriodProblem(line(0, 1), DAYS[::-1], (STOP,)), "days of a horizon rise"),
        (lambda: PeriodProblem(line(0, 1), DAYS, (STOP, STOP)), "Twice the same stop"),
        (lambda: PeriodProblem(line(0), DAYS, (STOP,)), "Stop 1: a place that the matrix lacks"),
        (lambda: PeriodProblem(line(0, 1), DAYS, (STOP,), (Lock(2, 0),)), "which is not there"),
        (lambda: PeriodProblem(line(0, 1), DAYS, (STOP,), (Lock(1, 2),)), "outside the horizon"),
        (lambda: PeriodProblem(line(0, 1), DAYS, (STOP,), (Lock(1, 0), Lock(1, 0))), "Twice the same lock"),
        (lambda: PeriodProblem(line(0, 1), DAYS, (Stop(1, 1, 5, Patterns(((0, 2),))),)), "leaves the horizon"),
        (lambda: PeriodProblem(line(0, 1), DAYS, (Stop(1, 1, 5, Cadence(1), hours=((),)),)), "one entry per day"),
        (lambda: PeriodProblem(line(0, 1), DAYS, (Stop(1, 1, 5, Cadence(1, last_visit=1)),)), "visit before"),
        (lambda: DayProblem(line(0, 1), Shift(1, 0, 7), ()), "The shift: a place"),
    ],
)
def test_questions_that_make_no_sense_say_why(make, words):
    with pytest.raises(ProblemInvalid, match=words):
        make()


@pytest.mark.parametrize("minutes", [((0.0, 1.0),), ((0.0, float("nan")), (1.0, 0.0)), ((0.0, -1.0), (1.0, 0.0))])
def test_matrices_that_are_none(minutes):
    with pytest.raises(ValueError, match="matrix of minutes"):
        Travel(minutes)


def test_questions_do_not_change():
    with pytest.raises(FrozenInstanceError):
        STOP.service_min = 5
