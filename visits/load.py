"""What a month asks of many representatives, against what they can do, before anything is planned. docs/algorithms/planning.md.

Six statements or so, however many people they are.
"""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.conf import settings
from django.db.models import F

from accounts.models import User
from crm.base.lookups import AnyOf
from crm.base.periods import add_months
from dealers.choices import Tier
from dealers.models import Dealer
from visits.actions.planned import PHONE_MINUTES
from visits.cadence import phase_of, visits_in_month
from visits.choices import Audience
from visits.due import ensure_cycles
from visits.patches import representatives
from visits.targets import Pace, Standard
from visits.working_days import Working, working_of

# Daganzo's length of many tours between one point and visits in an area: twice the mean distance to the middle a tour,
# and 0.57 times the root of visits times area (C. F. Daganzo, Logistics Systems Analysis).
LINE_HAUL, BETWEEN = 2.0, 0.57
KM_A_DEGREE = 111.195
# Visits so many a day are counted on when nothing is known of the days yet.
_USUAL_STOPS = 6.0
FULL = 1.0


@dataclass(frozen=True, slots=True)
class Wish:
    """What one dealer asks of the month."""

    dealer: Dealer
    visits: int
    pace: Pace


@dataclass(slots=True)
class Load:
    """One representative's month. Minutes; `share` is what is asked for over what there is."""

    user: User
    working: Working
    wishes: list[Wish] = field(default_factory=list)
    travel_min: float = 0.0

    @property
    def by_tier(self) -> Counter[str]:
        found: Counter[str] = Counter()
        for wish in self.wishes:
            found[wish.dealer.tier or ""] += wish.visits
        return found

    @property
    def visits(self) -> int:
        return sum(wish.visits for wish in self.wishes)

    @property
    def visit_min(self) -> int:
        return sum(wish.visits * wish.pace.minutes for wish in self.wishes)

    @property
    def capacity_min(self) -> int:
        return self.working.capacity_minutes

    @property
    def load_min(self) -> int:
        return round(self.visit_min + self.travel_min)

    @property
    def stops_there_are(self) -> int:
        return len(self.working.days) * self.working.time.max_stops

    @property
    def share(self) -> float | None:
        """The scarcer of minutes and stops; None when she does not work in the month at all."""
        if not self.capacity_min:
            return None
        return max(self.load_min / self.capacity_min, self.visits / self.stops_there_are)

    @property
    def travel_a_visit(self) -> float:
        return self.travel_min / self.visits if self.visits else 0.0

    @property
    def visits_too_many(self) -> int:
        """Average visits that would have to go for the month to fit; 0 when it fits."""
        over = max(self.load_min - self.capacity_min, 0)
        one = self.load_min / self.visits if self.visits else 1.0
        return max(math.ceil(over / one), self.visits - self.stops_there_are, 0)

    @property
    def room(self) -> int:
        """Average visits that she could make besides."""
        one = self.load_min / self.visits if self.visits else 60.0
        return max(min(int((self.capacity_min - self.load_min) / one), self.stops_there_are - self.visits), 0)


@dataclass(frozen=True, slots=True)
class Offer:
    """What would give when a month is too full: so many `visits` of `kind` DEFER, PHONE or HELP, with `minutes` freed; for
    HELP by `helper`."""

    kind: str
    visits: int
    minutes: int
    helper: User | None = None

    @property
    def enough(self) -> bool:
        return self.visits > 0


def loads_of(users: Sequence[User], month: dt.date, *, on: dt.date) -> dict[int, Load]:
    """The month's load of each, by her id. `on` is the day whose patches and call cycles count."""
    ensure_cycles()
    month = month.replace(day=1)
    worked = working_of(users, month, add_months(month, 1))
    found = {user.pk: Load(user, worked[user.pk]) for user in users}
    places = {territory: user for territory, user in representatives(on).items() if user in found}
    dealers = list(trading_in(places))
    paces = Standard(Audience.REPRESENTATIVE, on).of(dealers)
    spots: dict[int, list[tuple[float, float]]] = defaultdict(list)
    for dealer in dealers:
        pace = paces[dealer.pk]
        owner = places[dealer.territory_id]
        found[owner].wishes.append(Wish(dealer, visits_in_month(pace.a_year, month, phase_of(dealer.pk)), pace))
        if dealer.latitude is not None and dealer.longitude is not None:
            spots[owner].append((dealer.latitude, dealer.longitude))
    for load in found.values():
        load.travel_min = travel_minutes(spots[load.user.pk], load.visits, load.working)
    return found


def trading_in(territories: Iterable[int]) -> Iterable[Dealer]:
    """Dealers in these territories that are to be visited, as far as planning reads them."""
    there = Dealer.objects.filter(AnyOf(F("territory_id"), list(territories)))
    wanted = there.filter(pk__in=there.trading().values("pk")) | there.filter(own_cycle__isnull=False)
    fields = (
        "pk", "name", "kind", "tier", "status", "latitude", "longitude", "territory_id", "created_at", "sales_12m",
    )  # fmt: skip
    return wanted.only(*fields).order_by("pk")


def travel_minutes(spots: Sequence[tuple[float, float]], visits: int, working: Working) -> float:
    """Minutes on the way that so many visits to these places (latitude, longitude) will take; 0 when nowhere is known."""
    if not spots or not visits:
        return 0.0
    middle = (sum(lat for lat, _lng in spots) / len(spots), sum(lng for _lat, lng in spots) / len(spots))
    stretch = math.cos(math.radians(middle[0]))
    away = [
        math.hypot((lat - middle[0]) * KM_A_DEGREE, (lng - middle[1]) * KM_A_DEGREE * stretch) for lat, lng in spots
    ]
    mean = sum(away) / len(away)
    # Of a disc the mean distance to the middle is two thirds of the radius.
    area = math.pi * (1.5 * mean) ** 2
    days = len(working.days)
    tours = min(max(days, 1), visits) if days else visits / _USUAL_STOPS
    km = (LINE_HAUL * mean * tours + BETWEEN * math.sqrt(visits * area)) * settings.ROAD_FACTOR
    return km / settings.ROAD_SPEED_KMH * 60


def offers_for(load: Load, others: Iterable[Load]) -> list[Offer]:
    """What would give, the least painful first; empty when the month fits."""
    wanted = load.visits_too_many
    if not wanted:
        return []
    lesser = [wish for wish in load.wishes if wish.dealer.tier not in (Tier.A, Tier.B)]
    by_phone = sum(wish.visits for wish in lesser if wish.pace.phone_every)
    put_off = sum(wish.visits for wish in lesser)
    travel = load.travel_a_visit
    found = []
    if by_phone:
        number = min(by_phone, wanted)
        found.append(Offer("PHONE", number, round(number * max(_mean_min(lesser) + travel - PHONE_MINUTES, 0.0))))
    if put_off:
        number = min(put_off, wanted)
        found.append(Offer("DEFER", number, round(number * (_mean_min(lesser) + travel))))
    helper = max((other for other in others if other.user.pk != load.user.pk), key=lambda one: one.room, default=None)
    if helper is not None and helper.room:
        number = min(helper.room, wanted)
        found.append(Offer("HELP", number, round(number * load.load_min / load.visits), helper.user))
    return found


def _mean_min(wishes: Sequence[Wish]) -> float:
    visits = sum(wish.visits for wish in wishes)
    return sum(wish.visits * wish.pace.minutes for wish in wishes) / visits if visits else 0.0
