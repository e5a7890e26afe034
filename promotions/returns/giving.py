"""What a dealer was given, what it promised in return, and what it brought. docs/algorithms/promotions.md, "Giving and return".

Amounts are in the company's currency. What has no rate into it is left out and counted.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import F, OuterRef, Subquery
from django.urls import reverse

from accounts.models import User
from accounts.scope import scope_of
from crm.base.models import Company
from crm.base.periods import add_months
from crm.base.sql import load
from dealers.brands import Share, totals
from dealers.models import BrandShare, Dealer
from promotions.choices import PromotionState
from promotions.models import Claim, DealerResult, Participant, Promotion, SupportRequest
from promotions.rates import NoRate, rate_on
from promotions.support.choices import CommitmentState, SupportState

NOTHING = Decimal(0)
MONTHS = 12
# Support that was given, and is not only asked for.
GIVEN = (SupportState.GRANTED, SupportState.RETURNED)
# Promotions with money out that nobody has evaluated yet.
UNDER_WAY = (PromotionState.RUNNING, PromotionState.ENDED)


@dataclass(frozen=True, slots=True)
class Sums:
    """`promised` and `achieved` of what is due: purchases and payments promised for support, additional sales expected of
    promotions.
    `gain` is the gross profit of what promotions brought in addition, for `gain_cost`."""

    cost: Decimal = NOTHING
    promised: Decimal = NOTHING
    achieved: Decimal = NOTHING
    gain: Decimal = NOTHING
    gain_cost: Decimal = NOTHING

    @property
    def kept(self) -> Decimal | None:
        """Achieved / promised; None while nothing is due."""
        return self.achieved / self.promised if self.promised > 0 else None

    @property
    def ratio(self) -> Decimal | None:
        """Gross profit in addition / its cost (F-18); None while no promotion is evaluated."""
        return self.gain / self.gain_cost if self.gain_cost > 0 else None


@dataclass(frozen=True, slots=True)
class Given:
    """One support or promotion. `promised`, `achieved` and `gain` are None where there is none, or none yet; `due` says
    whether it counts."""

    on: dt.date
    what: str
    url: str
    cost: Decimal
    promised: Decimal | None = None
    achieved: Decimal | None = None
    gain: Decimal | None = None
    due: bool = False

    @property
    def kept(self) -> Decimal | None:
        return self.achieved / self.promised if self.achieved is not None and self.promised else None


def summed(rows: Iterable[Given]) -> Sums:
    """Pure."""
    those = list(rows)
    due = [row for row in those if row.due]
    gained = [row for row in those if row.gain is not None]
    return Sums(
        cost=sum((row.cost for row in those), NOTHING),
        promised=sum((row.promised or NOTHING for row in due), NOTHING),
        achieved=sum((row.achieved or NOTHING for row in due), NOTHING),
        gain=sum((row.gain or NOTHING for row in gained), NOTHING),
        gain_cost=sum((row.cost for row in gained), NOTHING),
    )


def rates(on: dt.date) -> dict[str, Decimal]:
    """Into the company's currency, of every currency that promotions are in, as far as there is one on the day."""
    ours, found = Company.get().currency, {}
    for currency in Promotion.objects.order_by().values_list("currency", flat=True).distinct():
        try:
            found[currency] = rate_on(currency, ours, on)
        except NoRate:
            continue
    return found


def given_to(dealer: Dealer, *, on: dt.date) -> tuple[list[Given], int]:
    """All of the last twelve months, the latest first, and how many promotions lack a rate. Four queries and one a
    currency."""
    since, into = add_months(on, -MONTHS), rates(on)
    rows = [
        _of_support(row) for row in SupportRequest.objects.filter(dealer=dealer, state__in=GIVEN, starts_on__gte=since)
    ]
    unrated = 0
    results = DealerResult.objects.filter(dealer=dealer, evaluation__promotion__starts_on__gte=since)
    for result in results.select_related("evaluation__promotion"):
        promotion = result.evaluation.promotion
        if (rate := into.get(promotion.currency)) is None:
            unrated += 1
            continue
        rows.append(
            Given(
                promotion.starts_on, promotion.title, reverse("promotions:result", args=[promotion.pk]),
                result.spend * rate, result.estimate * rate, result.net * rate,
                None if result.roi is None else result.roi * result.spend * rate, due=True,
            )
        )  # fmt: skip
    takes_part = Participant.objects.filter(
        dealer=dealer, promotion__state__in=UNDER_WAY, promotion__starts_on__gte=since, promotion__evaluation=None
    )
    paid = _paid(dealer, [row.promotion_id for row in takes_part])
    for row in takes_part.select_related("promotion"):
        if (rate := into.get(row.promotion.currency)) is None:
            unrated += 1
            continue
        rows.append(
            Given(
                row.promotion.starts_on, row.promotion.title, reverse("promotions:promotion", args=[row.promotion_id]),
                paid.get(row.promotion_id, NOTHING) * rate, row.estimate * rate,
            )
        )  # fmt: skip
    return sorted(rows, key=lambda row: row.on, reverse=True), unrated


def _of_support(request: SupportRequest) -> Given:
    """What was promised is purchases, payments or both; once one of them is due the other waits for its own day."""
    promises = (
        (request.buys_amount, request.bought_amount, request.commitment),
        (request.pays_amount, request.paid_amount, request.payment),
    )
    made = [(promised, achieved, state) for promised, achieved, state in promises if promised is not None]
    due = [(promised, achieved) for promised, achieved, state in made if state != CommitmentState.OPEN]
    return Given(
        request.starts_on, str(request.get_kind_display()), reverse("promotions:support_request", args=[request.pk]),
        request.spent_by_us,
        sum((promised for promised, *_rest in due or made), NOTHING),
        sum((achieved or NOTHING for _promised, achieved in due), NOTHING) if due else None,
        due=bool(due),
    )  # fmt: skip


def _paid(dealer: Dealer, promotions: Sequence[int]) -> dict[int, Decimal]:
    paid: dict[int, Decimal] = {}
    claims = Claim.objects.filter(dealer=dealer, promotion__in=promotions, state__in=("APPROVED", "SETTLED"))
    for promotion, amount in claims.values_list("promotion", "approved_amount"):
        paid[promotion] = paid.get(promotion, NOTHING) + (amount or NOTHING)
    return paid


@dataclass(frozen=True, slots=True)
class OurShare:
    """Our brands in the dealer's portfolio on its last day: of its sales and of its working capital, 0 to 1 or None."""

    on: dt.date
    sales: Decimal | None
    funds: Decimal | None


def our_shares(dealers: Sequence[int], *, on: dt.date) -> Mapping[int, OurShare]:
    """Of each dealer that has a portfolio; one query."""
    last = BrandShare.objects.filter(dealer=OuterRef("dealer"), on__lte=on).order_by("-on").values("on")[:1]
    rows = BrandShare.objects.filter(dealer__in=dealers).annotate(last=Subquery(last)).filter(on=F("last"))
    by_dealer: dict[int, list[BrandShare]] = {}
    for row in rows:
        by_dealer.setdefault(row.dealer_id, []).append(row)
    found = {}
    for dealer, brands in by_dealer.items():
        whole = totals(Share(row.brand, row.ours, row.sales_share, row.fund_share) for row in brands)
        found[dealer] = OurShare(brands[0].on, whole.ours_sales, whole.ours_funds)
    return found


def by_dealer(user: User, *, on: dt.date, order: str, most: int) -> list[tuple[int, Sums]]:
    """The user's dealers that were given something in the last twelve months: who got most first (`given`), or who kept
    least of what is due (`kept`). One statement and one query a currency."""
    into, scope = rates(on), scope_of(user)
    parameters: dict[str, Any] = {
        "since": add_months(on, -MONTHS), "currencies": list(into), "rates": list(into.values()),
        "everything": scope.everything, "territories": list(scope.territory_ids) if not scope.everything else [],
        "most": most, "by_kept": order == "kept",
    }  # fmt: skip
    with connection.cursor() as cursor:
        load("promotions", "returns").run(cursor, params=parameters)
        return [(pk, Sums(*(value or NOTHING for value in sums))) for pk, *sums in cursor.fetchall()]
