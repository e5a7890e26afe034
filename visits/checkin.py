"""Where a representative was when a visit began: at the dealer's, away from it, or not to be told. Evidence, not a wall.

Pure: positions in, outcome out. The phone judges by the same rules (frontend/phone/place.js), so that it can ask for the
reason on the spot; what counts is what is judged here.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from visits.choices import CheckInOutcome

# Beyond these a fix tells nothing about a shop: metres of uncertainty, seconds since it was taken.
MAX_ACCURACY_M = 100.0
MAX_AGE_S = 120.0
# Mean radius of the earth (IUGG), metres.
EARTH_M = 6_371_008.8


@dataclass(frozen=True, slots=True)
class Fix:
    """A position as the device gave it: degrees, metres of uncertainty, seconds old when the visit began."""

    latitude: float
    longitude: float
    accuracy_m: float
    age_s: float


@dataclass(frozen=True, slots=True)
class Judged:
    """`distance_m` is None without a fix or without the dealer's place; it is told even of a poor fix."""

    outcome: CheckInOutcome
    distance_m: float | None


def distance_m(latitude: float, longitude: float, other_latitude: float, other_longitude: float) -> float:
    """Metres between two places on the great circle (haversine)."""
    north, other_north = math.radians(latitude), math.radians(other_latitude)
    half_north = math.sin((other_north - north) / 2)
    half_east = math.sin(math.radians(other_longitude - longitude) / 2)
    chord = half_north**2 + math.cos(north) * math.cos(other_north) * half_east**2
    return 2 * EARTH_M * math.asin(min(1.0, math.sqrt(chord)))


def judge(fix: Fix | None, *, latitude: float | None, longitude: float | None, range_m: float) -> Judged:
    """Hold a fix against the dealer's place. A fix that is missing, too vague or too old verifies nothing."""
    if fix is None or latitude is None or longitude is None:
        return Judged(CheckInOutcome.UNVERIFIED, None)
    away = distance_m(fix.latitude, fix.longitude, latitude, longitude)
    if fix.accuracy_m > MAX_ACCURACY_M or fix.age_s > MAX_AGE_S:
        return Judged(CheckInOutcome.UNVERIFIED, away)
    return Judged(CheckInOutcome.IN_RANGE if away <= range_m else CheckInOutcome.OUT_OF_RANGE, away)
