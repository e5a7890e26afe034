"""Help from a colleague by what it costs her: the kilometres and minutes that the visits add to her way."""

from __future__ import annotations

import datetime as dt
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db.models import F

from accounts.models import User
from crm.base.lookups import AnyOf
from dealers.models import Dealer
from visits.patches import representatives

KM_A_DEGREE = 111.195
# More colleagues than these are told without kilometres: nobody compares hundreds.
MOST_COMPARED = 60

Spot = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Helper:
    """`km` by road that a visit adds to her way; None where it is not known."""

    user: User
    km: float | None


def between(here: Spot, there: Spot) -> float:
    """Kilometres as the crow flies; within some hundred of them the earth is flat."""
    stretch = math.cos(math.radians((here[0] + there[0]) / 2))
    return math.hypot((here[0] - there[0]) * KM_A_DEGREE, (here[1] - there[1]) * KM_A_DEGREE * stretch)


def added_km(spots: Sequence[Spot], her: Sequence[Spot]) -> float | None:
    """Kilometres by road that visits to `spots` add to tours through `her` places, estimated: each is reached there and back
    from the nearest place, her own or one of those added before. None where nothing is known of either.

    A tour through a tree is at most twice the tree long: it is the bound of the shortest insertion.
    """
    if not spots or not her:
        return None
    left = {number: min(between(spot, place) for place in her) for number, spot in enumerate(spots)}
    total = 0.0
    while left:
        number = min(left, key=lambda each: left[each])
        total += left.pop(number)
        for other in left:
            left[other] = min(left[other], between(spots[other], spots[number]))
    return 2 * total * settings.ROAD_FACTOR


def minutes_by_road(km: float) -> float:
    return km / settings.ROAD_SPEED_KMH * 60


def spot_of(dealer: Dealer) -> Spot | None:
    if dealer.latitude is None or dealer.longitude is None:
        return None
    return dealer.latitude, dealer.longitude


def by_distance(helpers: Sequence[User], dealers: Iterable[Dealer], *, on: dt.date) -> dict[int, list[Helper]]:
    """For each dealer all of these colleagues, the one with the least added way first; three statements."""
    dealers = list(dealers)
    her: Mapping[int, list[Spot]] = {}
    if len(helpers) <= MOST_COMPARED:
        her = _spots_of(helpers, on)
    found = {}
    for dealer in dealers:
        spot = spot_of(dealer)
        each = [Helper(user, added_km([spot], her.get(user.pk, ())) if spot else None) for user in helpers]
        each.sort(key=lambda helper: (helper.km is None, helper.km or 0.0, helper.user.name))
        found[dealer.pk] = each
    return found


def _spots_of(users: Sequence[User], on: dt.date) -> dict[int, list[Spot]]:
    """Where each of them visits dealers on the day."""
    keys = {user.pk for user in users}
    places = {territory: user for territory, user in representatives(on).items() if user in keys}
    found: dict[int, list[Spot]] = defaultdict(list)
    rows = Dealer.objects.filter(AnyOf(F("territory_id"), list(places)), latitude__isnull=False).trading()
    for territory, latitude, longitude in rows.values_list("territory", "latitude", "longitude"):
        found[places[territory]].append((latitude, longitude))
    return found
