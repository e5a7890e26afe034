"""Rebate programmes of last year and of this one; last year's are settled by two people."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal as D
from random import Random

from django.utils import timezone

from accounts.models import Territory, User
from dealers.choices import TRADING, DealerKind
from dealers.models import Dealer
from promotions.models import RebateBand, RebatePoints, RebateProgramme
from promotions.rebates.choices import Basis, ProgrammeState
from promotions.rebates.settling import decide, pay, propose

SEED = 11
_MARGINS = {"agent_margin": D("0.06"), "sub_dealer_margin": D("0.11")}


def promise(*, on: dt.date) -> None:
    """Before the nights, which work out what is owed."""
    director = User.objects.get(email__startswith="director@")
    root = Territory.objects.get(parent=None)
    last, this, coming = (dt.date(on.year + number, 1, 1) for number in (-1, 0, 1))
    for start, end in ((last, this), (this, coming)):
        _publish(
            director, start, f"Annual purchase rebate {start.year}", Basis.AMOUNT, end,
            (("50000", "0.01"), ("100000", "0.015"), ("200000", "0.02"), ("400000", "0.03")), gate_share=None, cap_share=D("0.025"),
            speed_days=[30, 60, 90], speed_percents=[100, 80, 50],
        )  # fmt: skip
    _publish(
        director, this, f"Growth award {this.year} for franchisees", Basis.GROWTH, coming, (("0.10", "0.01"), ("0.20", "0.02")),
        dealer_kinds=[DealerKind.FRANCHISEE.value], cap_amount=D("20000"),
    )  # fmt: skip
    conduct = _publish(
        director, this, f"Display, stock figures and training {this.year}", Basis.POINTS, coming,
        (("60", "0.003"), ("80", "0.006")), note="Points are given for display, for stock figures sent in time and for training taken.",
    )  # fmt: skip
    draft = RebateProgramme.objects.create(
        name=f"Annual purchase rebate {coming.year}", basis=Basis.AMOUNT, starts_on=coming,
        ends_on=dt.date(coming.year + 1, 1, 1), gate_share=D("0.90"), created_by=director, **_MARGINS,
    )  # fmt: skip
    _bands(draft, (("50000", "0.01"), ("150000", "0.02"), ("400000", "0.035")))
    _judge(conduct, root, on)


def settle(*, on: dt.date, at: dt.datetime) -> None:
    """After the nights: finance proposes last year's rebate country by country, the director approves the first."""
    finance = User.objects.get(email__startswith="finance@")
    director = User.objects.get(email__startswith="director@")
    programme = RebateProgramme.objects.filter(ends_on=dt.date(on.year, 1, 1), state=ProgrammeState.PUBLISHED).first()
    if programme is None:
        return
    owing = programme.accruals.exclude(accrued_e4=0)
    countries = Territory.objects.filter(parent__parent=None, parent__isnull=False).order_by("path")
    for number, country in enumerate(countries[:2]):
        if not owing.filter(dealer__territory__path__startswith=country.path).exists():
            continue
        settlement = propose(programme=programme, territory=country, by=finance, on=on, at=at)
        if number == 0:
            decide(settlement=settlement, by=director, approve=True, reason="", at=at)
            pay(settlement=settlement, by=finance, at=at)


def _publish(
    by: User, start: dt.date, name: str, basis: Basis, end: dt.date, bands: tuple[tuple[str, str], ...], **terms: object
) -> RebateProgramme:
    at = timezone.make_aware(dt.datetime.combine(start - dt.timedelta(days=20), dt.time(3)), dt.UTC)
    programme = RebateProgramme.objects.create(
        name=name, basis=basis, starts_on=start, ends_on=end, created_by=by, published_by=by, published_at=at,
        state=ProgrammeState.PUBLISHED, **_MARGINS, **terms,
    )  # fmt: skip
    _bands(programme, bands)
    return programme


def _bands(programme: RebateProgramme, bands: tuple[tuple[str, str], ...]) -> None:
    RebateBand.objects.bulk_create(
        RebateBand(programme=programme, starts_at=D(start), rate=D(rate)) for start, rate in bands
    )


def _judge(programme: RebateProgramme, root: Territory, on: dt.date) -> None:
    """Every third dealer that trades has points, given by the director on a morning of this month."""
    random = Random(SEED)
    director = User.objects.get(email__startswith="director@")
    at = timezone.make_aware(dt.datetime.combine(on - dt.timedelta(days=6), dt.time(3)), dt.UTC)
    dealers = Dealer.objects.filter(status__in=TRADING, territory__path__startswith=root.path).order_by("pk")
    RebatePoints.objects.bulk_create(
        RebatePoints(
            programme=programme, dealer=dealer, points=random.choice((45, 60, 70, 75, 85, 95)), given_by=director, given_at=at,
            note="Display and stock figures of the last quarter",
        )
        for dealer in dealers[::3]
    )  # fmt: skip
