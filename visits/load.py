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
from visits.neighbours import added_km, minutes_by_road, spot_of
from visits.patches import representatives
from visits.targets import Pace, Standard
from visits.working_days import Working, working_of

# Daganzo's length of many tours between one point and visits in an area: twice the mean distance to the middle a tour,
# and 0.57 times the root of visits times area (C. F. Daganzo, Logistics Systems Analysis).
LINE_HAUL, BETWEEN = 2.0, 0.57
KM_A_DEGREE = 111.195
# What gives when a month is too full.
PHONE, DEFER, HELP = KINDS = ("PHONE", "DEFER", "HELP")
# Helpers that are offered, and visits by which they are compared.
HELPERS, COMPARED_BY = 3, 20
# Visits so many a day are counted on when nothing is known of the days yet.
_USUAL_STOPS = 6.0


@dataclass(frozen=True, slots=True)
class Wish:
    """What one dealer asks of the month. `far`: there and back takes longer than a day."""

    dealer: Dealer
    visits: int
    pace: Pace
    far: bool = False


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
    def far_visits(self) -> int:
        """Visits that no day has room for: they need a night away, a telephone or a colleague who lives nearer."""
        return sum(wish.visits for wish in self.wishes if wish.far)

    @property
    def near(self) -> list[Wish]:
        """What days can be filled with; the load is made of these."""
        return [wish for wish in self.wishes if not wish.far]

    @property
    def near_visits(self) -> int:
        return self.visits - self.far_visits

    @property
    def visit_min(self) -> int:
        return sum(wish.visits * wish.pace.minutes for wish in self.near)

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
        return max(self.load_min / self.capacity_min, self.near_visits / self.stops_there_are)

    @property
    def travel_a_visit(self) -> float:
        return self.travel_min / self.near_visits if self.near_visits else 0.0

    @property
    def visits_too_many(self) -> int:
        """Average visits that would have to go for the month to fit; 0 when it fits."""
        over = max(self.load_min - self.capacity_min, 0)
        one = self.load_min / self.near_visits if self.near_visits else 1.0
        return max(math.ceil(over / one), self.near_visits - self.stops_there_are, 0)

    @property
    def room(self) -> int:
        """Average visits that she could make besides."""
        one = self.load_min / self.near_visits if self.near_visits else 60.0
        return max(min(int((self.capacity_min - self.load_min) / one), self.stops_there_are - self.near_visits), 0)


@dataclass(frozen=True, slots=True)
class Offer:
    """What would give when a month is too full: so many `visits` of `kind` DEFER, PHONE or HELP, with `minutes` freed; for
    HELP by `helper`, whose way gets longer by `km` and `added_min` (None: not known)."""

    kind: str
    visits: int
    minutes: int
    helper: User | None = None
    km: float | None = None
    added_min: float | None = None

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
    by_owner: dict[int, list[Dealer]] = defaultdict(list)
    for dealer in dealers:
        by_owner[places[dealer.territory_id]].append(dealer)
    for owner, theirs in by_owner.items():
        load = found[owner]
        km = distances(theirs, load.working)
        for dealer in theirs:
            pace = paces[dealer.pk]
            there_and_back = 2 * minutes_for(km.get(dealer.pk, 0.0)) + pace.minutes
            load.wishes.append(
                Wish(
                    dealer, visits_in_month(pace.a_year, month, phase_of(dealer.pk)), pace,
                    far=there_and_back > load.working.minutes_a_day,
                )
            )  # fmt: skip
        near = [km[wish.dealer.pk] for wish in load.near if wish.dealer.pk in km]
        load.travel_min = travel_minutes(near, load.near_visits, load.working)
    return found


def trading_in(territories: Iterable[int]) -> Iterable[Dealer]:
    """Dealers in these territories that are to be visited, as far as planning reads them."""
    there = Dealer.objects.filter(AnyOf(F("territory_id"), list(territories)))
    wanted = there.filter(pk__in=there.trading().values("pk")) | there.filter(own_cycle__isnull=False)
    fields = (
        "pk", "name", "kind", "tier", "status", "latitude", "longitude", "territory_id", "created_at", "sales_12m",
    )  # fmt: skip
    return wanted.only(*fields).order_by("pk")


def distances(dealers: Sequence[Dealer], working: Working) -> dict[int, float]:
    """Kilometres as the crow flies from where the day starts (the middle of the dealers, where no start is entered) to
    each dealer whose place is known; within one patch the earth is flat."""
    spots = {
        dealer.pk: (dealer.latitude, dealer.longitude)
        for dealer in dealers
        if dealer.latitude is not None and dealer.longitude is not None
    }
    if not spots:
        return {}
    lat, lng = working.time.start_latitude, working.time.start_longitude
    if lat is None or lng is None:
        lat = sum(spot[0] for spot in spots.values()) / len(spots)
        lng = sum(spot[1] for spot in spots.values()) / len(spots)
    stretch = math.cos(math.radians(lat))
    return {
        pk: math.hypot((spot[0] - lat) * KM_A_DEGREE, (spot[1] - lng) * KM_A_DEGREE * stretch)
        for pk, spot in spots.items()
    }


def minutes_for(km: float) -> float:
    """Minutes on the road for kilometres as the crow flies, by the settings of the installation."""
    return km * settings.ROAD_FACTOR / settings.ROAD_SPEED_KMH * 60


def travel_minutes(km: Sequence[float], visits: int, working: Working) -> float:
    """Minutes on the way that so many visits to dealers so far from the start will take; 0 when nowhere is known."""
    if not km or not visits:
        return 0.0
    mean = sum(km) / len(km)
    # Of a disc the mean distance to the middle is two thirds of the radius.
    area = math.pi * (1.5 * mean) ** 2
    days = len(working.days)
    tours = min(days, visits) if days else visits / _USUAL_STOPS
    return minutes_for(LINE_HAUL * mean * tours + BETWEEN * math.sqrt(visits * area))


def offers_for(load: Load, others: Iterable[Load]) -> list[Offer]:
    """What would give, the least painful first; empty when the month fits."""
    wanted = load.visits_too_many
    if not wanted:
        return []
    lesser = [wish for wish in load.near if wish.dealer.tier not in (Tier.A, Tier.B)]
    by_phone = sum(wish.visits for wish in lesser if wish.pace.phone_every)
    put_off = sum(wish.visits for wish in lesser)
    travel = load.travel_a_visit
    found: list[Offer] = []
    if by_phone:
        number = min(by_phone, wanted)
        found.append(Offer(PHONE, number, round(number * max(_mean_min(lesser) + travel - PHONE_MINUTES, 0.0))))
    if put_off:
        number = min(put_off, wanted)
        found.append(Offer(DEFER, number, round(number * (_mean_min(lesser) + travel))))
    return found + _help_for(load, others, wanted)


def _help_for(load: Load, others: Iterable[Load], wanted: int) -> list[Offer]:
    """Colleagues with room, whose way gets the least longer for each visit first; those of whom nothing is known last."""
    offers = []
    for other in others:
        if other.user.pk == load.user.pk or not other.room:
            continue
        number = min(other.room, wanted)
        given = whom(load, HELP, min(number, COMPARED_BY))
        spots = [spot for wish in given if (spot := spot_of(wish.dealer)) is not None]
        her = [spot for wish in other.near if (spot := spot_of(wish.dealer)) is not None]
        km = added_km(spots, her)
        if km is not None:
            km *= number / len(spots)
        freed = round(number * load.load_min / load.near_visits)
        offers.append(
            Offer(HELP, number, freed, other.user, km, minutes_by_road(km) if km is not None else None)
        )  # fmt: skip
    offers.sort(
        key=lambda offer: (
            offer.km is None,
            (offer.km or 0.0) / offer.visits,
            -offer.visits,
            offer.helper.pk if offer.helper else 0,
        )
    )
    return offers[:HELPERS]


def whom(load: Load, kind: str, visits: int) -> list[Wish]:
    """The dealers whose visits give first: without A and B where it can be, those that sell the least."""
    lesser = [wish for wish in load.near if wish.visits and (kind == HELP or wish.dealer.tier not in (Tier.A, Tier.B))]
    if kind == PHONE:
        lesser = [wish for wish in lesser if wish.pace.phone_every]
    lesser.sort(key=lambda wish: (wish.dealer.tier in (Tier.A, Tier.B), wish.dealer.sales_12m or 0, wish.dealer.pk))
    return lesser[:visits]


def _mean_min(wishes: Sequence[Wish]) -> float:
    visits = sum(wish.visits for wish in wishes)
    return sum(wish.visits * wish.pace.minutes for wish in wishes) / visits if visits else 0.0
