import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.base.periods import add_months
from visits.cadence import phase_of, smallest_gap, visits_in, visits_in_month

JANUARY = dt.date(2026, 1, 1)
YEAR = [add_months(JANUARY, number) for number in range(12)]


@pytest.mark.parametrize(
    ("a_year", "by_month"),
    [
        (48, [4] * 12),
        (24, [2] * 12),
        (12, [1] * 12),
        (0, [0] * 12),
        # Four a year: one a quarter.
        (4, [0, 0, 1] * 4),
        # Weekly: four or five a month.
        (52, [4, 4, 5] * 4),
    ],
)
def test_a_pace_is_laid_over_the_months(a_year: int, by_month: list[int]) -> None:
    assert [visits_in_month(a_year, month, phase=0) for month in YEAR] == by_month


@given(
    a_year=st.integers(0, 400), dealer=st.integers(1, 10**9), start=st.dates(dt.date(1990, 1, 1), dt.date(2100, 1, 1))
)
def test_any_twelve_months_hold_the_year(a_year: int, dealer: int, start: dt.date) -> None:
    months = [add_months(start.replace(day=1), number) for number in range(12)]
    assert visits_in(a_year, months, phase_of(dealer)) == a_year


def test_dealers_with_one_visit_a_year_are_spread_over_the_months() -> None:
    dealers = range(1, 1201)
    by_month = [sum(visits_in_month(1, month, phase_of(dealer)) for dealer in dealers) for month in YEAR]
    assert sum(by_month) == 1200
    assert min(by_month) > 80
    assert max(by_month) < 120


@pytest.mark.parametrize(("visits", "days", "gap"), [(4, 30, 3), (2, 30, 7), (1, 30, 15), (4, 3, 1), (0, 30, 1)])
def test_visits_keep_half_the_even_distance(visits: int, days: int, gap: int) -> None:
    assert smallest_gap(visits, days) == gap
