"""`python -m visits.routing.warm`: compiles the search, so that no worker has to; does nothing when that is done."""

from __future__ import annotations

from visits.routing import cache
from visits.routing.day import order_day
from visits.routing.problem import DayProblem, DayStop, Shift
from visits.routing.travel import Travel


def main() -> None:
    if cache.is_warm():
        return
    travel = Travel(((0.0, 1.0, 2.0), (1.0, 0.0, 1.0), (2.0, 1.0, 0.0)))
    stops = (DayStop(1, 1, 5), DayStop(2, 2, 5))
    order_day(DayProblem(travel, Shift(1, 0, 0), stops), seed=1, seconds=0, iterations=1)
    cache.set_warm()


if __name__ == "__main__":
    main()
