"""Promotions as a list and as a calendar; those that came out as cases to learn from; a dealer's."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.rights import Right
from accounts.scope import scope_of
from crm.base.asked import number, words
from crm.base.models import Company
from crm.base.periods import add_months, month_start
from dealers.choices import DealerKind
from dealers.views.access import dealer_or_404, today, user_of
from promotions import access
from promotions.actions.approval import waiting_for
from promotions.choices import OVER, ClaimState, Mechanic, PromotionState
from promotions.models import Claim, DealerResult, Participant, Promotion
from promotions.rates import NoRate, rate_on
from visits.views.access import read_day

PAGE = 50
# Whoever looks further back than this searches.
MOST_PAGES = 1000
SHOWN = 300


@require_GET
def listed(request: HttpRequest) -> HttpResponse:
    """The promotions of the reader's territories, the latest first."""
    user = user_of(request)
    state, query = request.GET.get("state", ""), words(request.GET.get("q"))
    rows = Promotion.objects.visible_to(user)
    if state in PromotionState.values:
        rows = rows.filter(state=state)
    elif state == "OPEN":
        rows = rows.exclude(state__in=OVER)
    if query:
        rows = rows.filter(title__icontains=query)
    before = page_of(request)
    shown = list(
        rows.select_related("territory", "owner")
        .annotate(dealers=Count("participants", distinct=True))
        .order_by("-starts_on", "-pk")[before * PAGE : (before + 1) * PAGE + 1]
    )
    budgets = dict(
        Promotion.objects.filter(pk__in=[row.pk for row in shown]).values_list("pk").annotate(Sum("lines__amount"))
    )
    context = {
        **tabs(request, "list"), "rows": [(row, budgets.get(row.pk)) for row in shown[:PAGE]], "state": state, "q": query,
        "states": PromotionState.choices, "next_page": before + 1 if len(shown) > PAGE else None, "page": before,
        "waiting": len(waiting_for(user, on=today())),
    }  # fmt: skip
    return render(request, "promotions/list.html", context)


def page_of(request: HttpRequest) -> int:
    """Which page of a list the address asks for, from 0 on; the last one that is counted instead of one far behind."""
    return min(number(request.GET.get("page")) or 0, MOST_PAGES)


def tabs(request: HttpRequest, here: str) -> dict[str, Any]:
    """What every page of promotions has above it."""
    user = user_of(request)
    scope = scope_of(user)
    return {
        "here": here, "may_plan": access.may_plan(user), "may_manage_budgets": access.may_manage_budgets(user),
        "may_approve": scope.may(Right.APPROVE_PROMOTIONS) or bool(access.givers(user, on=today())),
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Bar:
    """A promotion in the calendar: per cent of the quarter before it, and its length."""

    promotion: Promotion
    left: float
    width: float
    clashes: list[str]


@require_GET
def calendar(request: HttpRequest) -> HttpResponse:
    """A quarter of promotions, with those that meet at the same dealers with the same products."""
    start = month_start(read_day(request.GET.get("month"), today()))
    end = add_months(start, 3)
    rows = list(
        Promotion.objects.visible_to(user_of(request))
        .exclude(state__in=[PromotionState.CANCELLED, PromotionState.REJECTED])
        .overlapping(start, end)
        .select_related("territory", "owner")
        .order_by("starts_on", "pk")[:SHOWN]
    )
    clashes = _clashes(rows)
    days = (end - start).days
    bars = []
    for row in rows:
        first, last = max(row.starts_on, start), min(row.ends_on, end)
        bars.append(
            Bar(row, 100 * (first - start).days / days, 100 * (last - first).days / days, clashes.get(row.pk, []))
        )
    months = [add_months(start, step) for step in range(3)]
    context = {
        **tabs(request, "calendar"), "bars": bars, "start": start, "end": end, "previous": add_months(start, -3), "following": end,
        "months": [(month, 100 * (month - start).days / days) for month in months],
        "now": 100 * (today() - start).days / days if start <= today() < end else None,
    }  # fmt: skip
    return render(request, "promotions/calendar.html", context)


def _clashes(rows: list[Promotion]) -> dict[int, list[str]]:
    """Titles of those that each meets: same days, a dealer in common, a product in common (none named: all)."""
    keys = [row.pk for row in rows]
    dealers: dict[int, set[int]] = {pk: set() for pk in keys}
    for pk, dealer in Participant.objects.filter(promotion__in=keys).values_list("promotion", "dealer"):
        dealers[pk].add(dealer)
    products: dict[int, set[int]] = {pk: set() for pk in keys}
    for pk, product in Promotion.products.through.objects.filter(promotion__in=keys).values_list(
        "promotion", "product"
    ):
        products[pk].add(product)
    found: dict[int, list[str]] = {}
    for index, one in enumerate(rows):
        for two in rows[index + 1 :]:
            if two.starts_on >= one.ends_on:
                break
            same = not products[one.pk] or not products[two.pk] or products[one.pk] & products[two.pk]
            if same and dealers[one.pk] & dealers[two.pk]:
                found.setdefault(one.pk, []).append(two.title)
                found.setdefault(two.pk, []).append(one.title)
    return found


@require_GET
def library(request: HttpRequest) -> HttpResponse:
    """What promotions brought, by mechanics and kind of dealer: the best returns first."""
    user = user_of(request)
    mechanic, kind = request.GET.get("mechanic", ""), request.GET.get("kind", "")
    rows = DealerResult.objects.filter(
        evaluation__promotion__in=Promotion.objects.visible_to(user), roi__isnull=False
    ).select_related("evaluation__promotion__owner", "dealer")
    if mechanic in Mechanic.values:
        rows = rows.filter(evaluation__promotion__mechanic=mechanic)
    if kind in DealerKind.values:
        rows = rows.filter(dealer__kind=kind)
    sums = _sums(rows)
    context = {
        **tabs(request, "library"), "rows": rows.order_by("-roi", "-pk")[:PAGE], "mechanics": Mechanic.choices,
        "kinds": DealerKind.choices, "mechanic": mechanic, "kind": kind,
        "sums": [
            {
                "mechanic": Mechanic(mechanic_of).label, "kind": DealerKind(kind_of).label, "count": count,
                "met": net / estimate if estimate else None,
            }
            for (mechanic_of, kind_of), (count, net, estimate) in sums.items()
        ],
    }  # fmt: skip
    return render(request, "promotions/library.html", context)


def _sums(rows: Any) -> dict[tuple[str, str], tuple[int, Decimal, Decimal]]:
    """By mechanics and kind of dealer: results, what came in addition and what was expected, in the company's currency by
    the rates of today. Results of a currency that has none count without their amounts."""
    own, on = Company.get().currency, today()
    found: dict[tuple[str, str], tuple[int, Decimal, Decimal]] = {}
    rates: dict[str, Decimal] = {}
    grouped = rows.order_by().values_list(
        "evaluation__promotion__mechanic", "dealer__kind", "evaluation__promotion__currency"
    )
    summed = grouped.annotate(Count("pk"), Sum("net"), Sum("estimate"))
    for mechanic, kind, currency, count, net, estimate in summed.order_by(
        "evaluation__promotion__mechanic", "dealer__kind"
    ):
        if currency not in rates:
            try:
                rates[currency] = rate_on(currency, own, on)
            except NoRate:
                rates[currency] = Decimal(0)
        rate = rates[currency]
        before = found.get((mechanic, kind), (0, Decimal(0), Decimal(0)))
        found[mechanic, kind] = (before[0] + count, before[1] + net * rate, before[2] + estimate * rate)
    return found


@require_GET
def panel(request: HttpRequest, pk: int) -> HttpResponse:
    """A dealer's promotions: what runs, what it was paid, what came of it."""
    dealer = dealer_or_404(request, pk)
    user = user_of(request)
    rows = list(
        Promotion.objects.visible_to(user).of_dealer(dealer.pk).exclude(state__in=[PromotionState.REJECTED])
        .order_by("-starts_on", "-pk")[:8]
    )  # fmt: skip
    results = {
        row.evaluation.promotion_id: row
        for row in DealerResult.objects.filter(dealer=dealer, evaluation__promotion__in=rows).select_related(
            "evaluation"
        )
    }
    since = today() - dt.timedelta(days=365)
    paid = (
        Claim.objects.visible_to(user).filter(dealer=dealer, state=ClaimState.SETTLED, settled_on__gte=since)
        .values_list("promotion__currency").annotate(Sum("approved_amount")).order_by("promotion__currency")
    )  # fmt: skip
    context = {"dealer": dealer, "rows": [(row, results.get(row.pk)) for row in rows], "paid": list(paid)}
    return render(request, "promotions/panels/dealer.html", context)
