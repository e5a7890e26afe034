import datetime as dt

import pytest

from dealers.lunar import lunar_in, next_date, solar_in

D = dt.date


@pytest.mark.parametrize(
    ("year", "month", "day", "leap", "expected"),
    [
        # New Year, dragon boat and mid-autumn festivals as the calendars have them.
        (2025, 1, 1, False, D(2025, 1, 29)),
        (2026, 1, 1, False, D(2026, 2, 17)),
        (2026, 5, 5, False, D(2026, 6, 19)),
        (2025, 8, 15, False, D(2025, 10, 6)),
        (2026, 8, 15, False, D(2026, 9, 25)),
        # 2025 has a leap sixth month; 2026 has none.
        (2025, 6, 1, False, D(2025, 6, 25)),
        (2025, 6, 1, True, D(2025, 7, 25)),
        (2026, 6, 1, True, lunar_in(2026, 6, 1)),
        # The last month of 2024 had 29 days: New Year's Eve was the 29th.
        (2024, 12, 30, False, D(2025, 1, 28)),
        (2024, 12, 29, False, D(2025, 1, 28)),
        (1899, 1, 1, False, None),
        (2100, 1, 1, False, None),
    ],
)
def test_lunar_days(year, month, day, leap, expected):
    assert lunar_in(year, month, day, leap_month=leap) == expected


@pytest.mark.parametrize(
    ("month", "day", "on", "expected"),
    [
        (5, 18, D(2026, 5, 18), D(2026, 5, 18)),
        (5, 18, D(2026, 5, 19), D(2027, 5, 18)),
        (2, 29, D(2026, 1, 1), D(2026, 2, 28)),
        (2, 29, D(2028, 1, 1), D(2028, 2, 29)),
    ],
)
def test_next_solar_day(month, day, on, expected):
    assert next_date(month=month, day=day, lunar=False, on=on) == expected


@pytest.mark.parametrize(
    ("month", "day", "leap", "on", "expected"),
    [
        # A late lunar month falls into the next solar year, and is found from January.
        (12, 8, False, D(2026, 1, 10), D(2026, 1, 26)),
        (12, 8, False, D(2026, 1, 27), D(2027, 1, 15)),
        (8, 15, False, D(2026, 9, 25), D(2026, 9, 25)),
        (8, 15, False, D(2026, 9, 26), D(2027, 9, 15)),
        # Born in a leap sixth month: in it while there is one, in the ordinary month else.
        (6, 1, True, D(2025, 1, 1), D(2025, 7, 25)),
        (6, 1, True, D(2026, 1, 1), D(2026, 7, 14)),
        (1, 1, False, D(2099, 12, 31), None),
    ],
)
def test_next_lunar_day(month, day, leap, on, expected):
    assert next_date(month=month, day=day, lunar=True, leap_month=leap, on=on) == expected


def test_every_lunar_day_comes_within_thirteen_months():
    for month in range(1, 13):
        for day in (1, 15, 30):
            on = D(2024, 1, 1)
            while on < D(2030, 1, 1):
                found = next_date(month=month, day=day, lunar=True, on=on)
                assert found is not None
                assert dt.timedelta() <= found - on < dt.timedelta(days=390)
                on = found + dt.timedelta(days=1)


def test_a_day_that_the_month_does_not_have_is_its_last():
    assert solar_in(2026, 4, 31) == D(2026, 4, 30)
