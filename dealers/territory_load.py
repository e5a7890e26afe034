"""The load of territories and of those who work them: how many dealers of which tier, how much they buy, and where."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.core.cache import cache
from django.db import connection

from accounts.choices import Role
from accounts.models import Territory, TerritoryAssignment, User
from dealers.choices import TRADING
from dealers.window import around

# One pass over all dealers serves everybody for this long; the page says when it was made.
KEPT_S = 600
_CACHE_KEY = "dealers.territory_load"

_SQL = """
    SELECT territory_id,
           count(*) FILTER (WHERE tier = 'A'),
           count(*) FILTER (WHERE tier = 'B'),
           count(*) FILTER (WHERE tier = 'C'),
           count(*),
           coalesce(sum(sales_12m), 0),
           avg(latitude),
           avg(longitude)
      FROM dealers_dealer
     WHERE deleted_at IS NULL AND status = ANY(%s)
     GROUP BY territory_id
"""


@dataclass(frozen=True)
class Load:
    """Trading dealers and their sales of the last 12 closed months, tax excluded, in the company's currency.

    `latitude` and `longitude` are the middle of the dealers' places; None where none is known.
    """

    a: int = 0
    b: int = 0
    c: int = 0
    dealers: int = 0
    sales_12m: Decimal = Decimal(0)
    latitude: float | None = None
    longitude: float | None = None

    def __add__(self, other: Load) -> Load:
        """Of both together; the middle is weighed by dealers."""
        return Load(
            self.a + other.a,
            self.b + other.b,
            self.c + other.c,
            self.dealers + other.dealers,
            self.sales_12m + other.sales_12m,
            _middle(self.latitude, self.dealers, other.latitude, other.dealers),
            _middle(self.longitude, self.dealers, other.longitude, other.dealers),
        )

    @property
    def untiered(self) -> int:
        return self.dealers - self.a - self.b - self.c


def _middle(one: float | None, weight: int, other: float | None, other_weight: int) -> float | None:
    if one is None or other is None:
        return other if one is None else one
    total = weight + other_weight
    return (one * weight + other * other_weight) / total if total else one


@dataclass(frozen=True)
class RepLoad:
    """What one representative carries. `share_of_most` is 1 for who has the most dealers."""

    user: User
    territories: tuple[Territory, ...]
    load: Load
    share_of_most: float = 0.0


@dataclass(frozen=True)
class Picture:
    """The load as one reader sees it: representatives, heaviest first, and territories with dealers but nobody."""

    reps: tuple[RepLoad, ...]
    vacant: tuple[tuple[Territory, Load], ...]
    total: Load
    made_at: dt.datetime

    @property
    def bounds(self) -> str:
        """`west,south,east,north` in degrees around all of them, with a margin; empty where no place is known."""
        loads = [*(rep.load for rep in self.reps), *(load for _place, load in self.vacant)]
        return around(((load.longitude, load.latitude) for load in loads), margin=0.5, share=0.1)


def territory_loads(*, at: dt.datetime) -> tuple[dict[int, Load], dt.datetime]:
    """The load of each territory by itself, without those below it, and when that was made; kept for KEPT_S seconds."""
    kept = cache.get(_CACHE_KEY)
    if kept is None:
        with connection.cursor() as cursor:
            cursor.execute(_SQL, [[str(status) for status in TRADING]])
            kept = ({pk: Load(*figures) for pk, *figures in cursor.fetchall()}, at)
        cache.set(_CACHE_KEY, kept, KEPT_S)
    return kept


def picture(user: User, *, on: dt.date, at: dt.datetime, within: Territory | None = None) -> Picture:
    """Who carries what on the day, in the territories that the user sees (in the subtree `within`)."""
    territories = Territory.objects.visible_to(user, on=on)
    if within is not None:
        territories = territories.within(within)
    seen = {territory.pk: territory for territory in territories}
    loads, made_at = territory_loads(at=at)
    below = _loads_with_all_below(seen.values(), loads)
    held: dict[int, list[Territory]] = defaultdict(list)
    people: dict[int, User] = {}
    running = TerritoryAssignment.objects.running(on).filter(role=Role.REPRESENTATIVE, territory__in=list(seen))
    for assignment in running.select_related("user").order_by("territory__path"):
        people[assignment.user_id] = assignment.user
        held[assignment.user_id].append(seen[assignment.territory_id])
    reps = [
        RepLoad(people[pk], tuple(places), sum((below[place.pk] for place in _tops(places)), Load()))
        for pk, places in held.items()
    ]
    most = max((rep.load.dealers for rep in reps), default=0)
    reps = [RepLoad(rep.user, rep.territories, rep.load, rep.load.dealers / most if most else 0.0) for rep in reps]
    worked = [place.path for places in held.values() for place in places]
    vacant = [
        (territory, loads[territory.pk])
        for territory in seen.values()
        if territory.pk in loads and not any(territory.path.startswith(path) for path in worked)
    ]
    return Picture(
        reps=tuple(sorted(reps, key=lambda rep: (-rep.load.dealers, rep.user.name))),
        vacant=tuple(sorted(vacant, key=lambda pair: -pair[1].dealers)),
        total=sum((loads[pk] for pk in seen if pk in loads), Load()),
        made_at=made_at,
    )


def _tops(places: Iterable[Territory]) -> list[Territory]:
    """Without those that lie below another of them: nobody's dealers count twice."""
    tops: list[Territory] = []
    for place in sorted(places, key=lambda place: place.path):
        if not tops or not place.path.startswith(tops[-1].path):
            tops.append(place)
    return tops


def _loads_with_all_below(territories: Iterable[Territory], loads: dict[int, Load]) -> dict[int, Load]:
    """Each territory's load with those below it that are in the selection."""
    by_path = sorted(territories, key=lambda territory: territory.path)
    sums: dict[int, Load] = {territory.pk: loads.get(territory.pk, Load()) for territory in by_path}
    by_name = {territory.path: territory.pk for territory in by_path}
    for territory in reversed(by_path):
        above = by_name.get(territory.path[: -territory.STEP])
        if above is not None:
            sums[above] = sums[above] + sums[territory.pk]
    return sums
