"""The demo company's people and vehicles for dealers: requests of every state, a calendar, promises kept and not kept."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Sum

from accounts.choices import Role
from accounts.models import Territory, User
from crm.demo.promotions import held_by
from dealers.choices import TRADING
from dealers.models import Dealer
from promotions.models import SupportRequest, SupportResource
from promotions.support import actions
from promotions.support.choices import ResourceKind, StaffKind, SupportState
from promotions.support.commitments import check_commitments, paid_by
from sales.choices import SalesKind
from sales.models import SalesRecord

VEHICLE, PERSON = ResourceKind.VEHICLE, ResourceKind.PERSON
HUNDRED = Decimal(100)
_DAY = dt.timedelta(days=1)
# By country: two vehicles, then a salesperson, a supervisor and a promoter.
_SENT = {
    "CN": ("沪A·7K315", "沪A·2M908", "周敏", "吴建华", "林小雨"),
    "JP": ("品川 500 さ 12-34", "品川 500 す 56-78", "中村 彩", "小林 健一", "加藤 美咲"),
    "KR": ("12가 3456", "34나 7890", "한지민", "오세훈", "윤서연"),
    "US": ("7KLM204", "8BXC517", "Dana Ortiz", "Glenn Parker", "Mia Chen"),
}
_STAFF = (StaffKind.SALESPERSON, StaffKind.SUPERVISOR, StaffKind.LOCAL_PROMOTER)


@dataclass(frozen=True, slots=True)
class Wish:
    """A request as it is to be: `starts` and `ends` are days from the day of the demo; `sent` which of the five.

    `buys`: promised, as a share of what the dealer bought in that time (above 1 it is missed) or usually buys; `pays`:
    promised, of which so much of one came.
    """

    what: str
    sent: int
    starts: int
    ends: int
    until: SupportState
    cost: tuple[int, int, int]
    buys: str = ""
    buys_by: int = 0
    pays: int = 0
    pays_by: int = 0
    paid: str = "1"
    ours: str = "0.5"
    words: str = ""


_WISHES = (
    Wish("Deliver the summer stock to its outlets", 0, -70, -60, SupportState.RETURNED, (900, 420, 260), "0.8", -20, words="212 deliveries, and every outlet had the new price tags the same day"),
    Wish("Exchange of old refrigerators in three towns", 1, -45, -38, SupportState.RETURNED, (640, 310, 180), "1.3", -10, words="Half of the exchanges were put off by the buyers"),
    Wish("Help through the anniversary sale", 2, -60, -30, SupportState.RETURNED, (2400, 300, 0), "0.7", 20, 6000, -5, "1.2", words="The sales staff now explain inverters themselves"),
    Wish("Open the second branch", 3, -33, -24, SupportState.RETURNED, (1800, 240, 0), "", 0, 9000, -3, "0.4", "0.6", "The branch opened a week late; the shelves are full"),
    Wish("Bring showroom pieces for the autumn fair", 0, -3, 6, SupportState.GRANTED, (500, 280, 150), "0.9", 40),
    Wish("Train the new sales staff", 3, -5, 10, SupportState.GRANTED, (1500, 160, 0), "0.9", 45, 4000, 30, ours="0.6"),
    Wish("Deliver for the opening weekend", 1, 8, 15, SupportState.GRANTED, (560, 240, 160), "1", 60),
    Wish("Carry samples to its outlets", 1, -20, -15, SupportState.REFUSED, (480, 200, 120), "0.5", 30, words="It has two vans of its own that stood still that week"),
    Wish("Count the stock of the season", 2, 12, 20, SupportState.WITHDRAWN, (800, 90, 0), "0.5", 60),
    Wish("Deliver for the year-end sale", 0, 9, 14, SupportState.REQUESTED, (620, 260, 170), "1", 70),
    Wish("Demonstrate cooking on four weekends", 4, 5, 33, SupportState.REQUESTED, (1900, 120, 0), "1", 80, ours="0.5"),
    Wish("Stand in for the sales manager", 2, 10, 24, SupportState.REQUESTED, (2100, 150, 0), "", 0, 5000, 40),
)  # fmt: skip
# Everywhere else these of them.
_ELSEWHERE = (0, 4, 9)
_EVERYTHING = {"CN", "JP"}


def make(*, on: dt.date) -> int:
    """People, vehicles and requests as of the day, and what came of the promises; how many requests."""
    made = 0
    for country in Territory.objects.filter(parent__parent=None, parent__isnull=False, code__in=_SENT).order_by("path"):
        sent = _resources(country)
        leader = held_by(country, Role.MANAGER, on)
        dealers = Dealer.objects.filter(
            territory__path__startswith=country.path, status__in=TRADING, sales_12m__gt=60_000
        ).order_by("-sales_12m", "pk")
        wishes = _WISHES if country.code in _EVERYTHING else [_WISHES[number] for number in _ELSEWHERE]
        # Every third, so that all tiers ask.
        for wish, dealer in zip(wishes, dealers.select_related("territory")[: 3 * len(wishes) : 3], strict=False):
            rep = held_by(dealer.territory, Role.REPRESENTATIVE, on)
            if rep and leader:
                _carry_out(wish, dealer, sent[wish.sent], rep, leader, on)
                made += 1
    check_commitments(on=on)
    return made


def _resources(country: Territory) -> list[SupportResource]:
    names = _SENT[country.code]
    kinds = [(VEHICLE, ""), (VEHICLE, ""), *((PERSON, kind) for kind in _STAFF)]
    return SupportResource.objects.bulk_create(
        SupportResource(kind=kind, staff_kind=staff, name=name, territory=country)
        for name, (kind, staff) in zip(names, kinds, strict=True)
    )


def _carry_out(wish: Wish, dealer: Dealer, sent: SupportResource, rep: User, leader: User, on: dt.date) -> None:
    starts, ends = on + wish.starts * _DAY, on + wish.ends * _DAY
    asked = min(starts - 9 * _DAY, on - 2 * _DAY)
    people, travel, wear = wish.cost
    request = SupportRequest.objects.create(
        dealer=dealer, kind=sent.kind, staff_kind=sent.staff_kind, purpose=wish.what, starts_on=starts, ends_on=ends,
        why_this_kind="The dealer's own people are new" if sent.staff_kind else "", cost_people=people, cost_travel=travel,
        cost_wear=wear, company_share=Decimal(wish.ours), consent_by=dealer.name, consent_on=asked, requested_by=rep,
        requested_at=_at(asked), buys_amount=_promised(wish, dealer, starts, on), pays_amount=wish.pays or None,
        buys_by=on + wish.buys_by * _DAY if wish.buys else None, pays_by=on + wish.pays_by * _DAY if wish.pays else None,
    )  # fmt: skip
    decided = min(asked + 3 * _DAY, on)
    match wish.until:
        case SupportState.REFUSED:
            actions.refuse(request=request, by=leader, reason=wish.words, at=_at(decided))
        case SupportState.WITHDRAWN:
            actions.withdraw(request=request)
        case SupportState.GRANTED | SupportState.RETURNED:
            actions.grant(
                request=request, resource=sent, by=leader, at=_at(decided), on=decided,
                jumped_because="It opens in that week, and the others can wait until the next",
            )  # fmt: skip
            _as_it_stood(request, wish)
            if wish.until == SupportState.RETURNED:
                cost = Decimal(sum(wish.cost)) * Decimal("1.04")
                actions.give_back(request=request, result=wish.words, actual_cost=cost, on=ends)


def _promised(wish: Wish, dealer: Dealer, starts: dt.date, on: dt.date) -> Decimal | None:
    """In hundreds: of what it bought by then where that time is over, else of what it usually buys."""
    if not wish.buys:
        return None
    until = on + wish.buys_by * _DAY
    sold = SalesRecord.objects.filter(
        dealer=dealer, kind=SalesKind.SELL_IN, on__gte=starts, on__lte=until
    ).aggregate(sum=Sum("amount", default=Decimal(0)))["sum"] if until < on else None  # fmt: skip
    usual = (dealer.sales_12m or Decimal(0)) * (until - starts).days / 365
    amount = (usual if sold is None else sold) * Decimal(wish.buys)
    return max((amount / HUNDRED).quantize(Decimal(1)) * HUNDRED, HUNDRED)


def _as_it_stood(request: SupportRequest, wish: Wish) -> None:
    """The account on the day of the grant: of a promise whose day is over, so much of it has come since."""
    if wish.pays and wish.pays_by < 0:
        before = paid_by(request.dealer_id) - wish.pays * Decimal(wish.paid)
        SupportRequest.objects.filter(pk=request.pk).update(paid_before=before)


def _at(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(3), dt.UTC)
