"""Giving and return: what dealers were given against what they promised and brought; joint activities and agreements."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from crm.base.models import Company
from dealers.models import Dealer
from dealers.views.access import dealer_or_404, today, user_of
from promotions.returns import giving, joint
from promotions.views.promotions import tabs

MOST = 100
SHOWN = 8


@require_GET
def listed(request: HttpRequest) -> HttpResponse:
    """The reader's dealers by what they were given, or by what they kept of their promises."""
    user, on = user_of(request), today()
    order = "kept" if request.GET.get("order") == "kept" else "given"
    sums = giving.by_dealer(user, on=on, order=order, most=MOST)
    dealers = Dealer.objects.visible_to(user).in_bulk([pk for pk, _sums in sums])
    shares = giving.our_shares(list(dealers), on=on)
    context = {
        **tabs(request, "returns"), "order": order, "currency": Company.get().currency, "most": MOST,
        "rows": [(dealers[pk], row, shares.get(pk)) for pk, row in sums if pk in dealers],
    }  # fmt: skip
    return render(request, "promotions/returns/list.html", context)


@require_GET
def joint_activities(request: HttpRequest) -> HttpResponse:
    """Dealers with joint activities, those without a framework agreement first."""
    user, on = user_of(request), today()
    context = {
        **tabs(request, "returns"), "rows": joint.with_activities(user, on=on)[:MOST], "months": joint.MONTHS,
        "summary": joint.summary(user, on=on),
    }  # fmt: skip
    return render(request, "promotions/returns/joint.html", context)


@require_GET
def panel(request: HttpRequest, pk: int) -> HttpResponse:
    """What the dealer was given in a year beside what it promised, what it brought, and our share of its business."""
    dealer, on = dealer_or_404(request, pk), today()
    rows, unrated = giving.given_to(dealer, on=on)
    context = {
        "dealer": dealer, "rows": rows[:SHOWN], "more": max(len(rows) - SHOWN, 0), "sums": giving.summed(rows),
        "unrated": unrated, "share": giving.our_shares([dealer.pk], on=on).get(dealer.pk),
        "currency": Company.get().currency,
    }  # fmt: skip
    return render(request, "promotions/returns/panel.html", context)
