"""Where a visit began, by distance, accuracy and age."""

import pytest

from visits.checkin import EARTH_M, Fix, distance_m, judge
from visits.choices import CheckInOutcome as Outcome

HERE = {"latitude": 31.2304, "longitude": 121.4737}
# Degrees of latitude that are so many metres.
METRE = 360 / (2 * 3.141592653589793 * EARTH_M)


def fix(metres: float, *, accuracy_m: float = 10, age_s: float = 5) -> Fix:
    return Fix(HERE["latitude"] + metres * METRE, HERE["longitude"], accuracy_m, age_s)


@pytest.mark.parametrize(
    ("position", "outcome"),
    [
        (fix(0), Outcome.IN_RANGE),
        (fix(299.9), Outcome.IN_RANGE),
        (fix(300.1), Outcome.OUT_OF_RANGE),
        (fix(250_000), Outcome.OUT_OF_RANGE),
        (fix(0, accuracy_m=100), Outcome.IN_RANGE),
        (fix(0, accuracy_m=100.1), Outcome.UNVERIFIED),
        (fix(5000, accuracy_m=800), Outcome.UNVERIFIED),
        (fix(0, age_s=120), Outcome.IN_RANGE),
        (fix(0, age_s=121), Outcome.UNVERIFIED),
        (None, Outcome.UNVERIFIED),
    ],
)
def test_the_outcome(position, outcome):
    assert judge(position, **HERE, range_m=300).outcome is outcome


def test_a_dealer_without_a_place_verifies_nothing():
    assert judge(fix(0), latitude=None, longitude=None, range_m=300) == judge(None, **HERE, range_m=300)


def test_the_distance_is_told_even_of_a_poor_fix():
    assert judge(fix(5000, accuracy_m=800), **HERE, range_m=300).distance_m == pytest.approx(5000, rel=1e-6)


@pytest.mark.parametrize(
    ("one", "other", "metres"),
    [
        ((0, 0), (0, 180), 3.141592653589793 * EARTH_M),
        ((90, 0), (-90, 77), 3.141592653589793 * EARTH_M),
        ((31.2304, 121.4737), (39.9042, 116.4074), 1_067_000),
        ((10, 179.999), (10, -179.999), 218.99),
    ],
)
def test_distances_on_the_globe(one, other, metres):
    assert distance_m(*one, *other) == pytest.approx(metres, rel=1e-3)
