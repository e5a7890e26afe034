"""Pages that help to advise a dealer: what to order, and what staying with us brings over the years."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal, InvalidOperation

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from crm.base.models import Company
from dealers.models import Dealer
from sales import ordering
from sales.forms import OfferForm, OrderForm
from sales.income import Income, income_of, pays_from, projected

_MOST_ORDERED = Decimal(10) ** 9


def _dealer(request: HttpRequest, pk: int) -> Dealer:
    return get_object_or_404(Dealer.objects.visible_to(request.user), pk=pk)


@require_http_methods(["GET", "POST"])
def order_check(request: HttpRequest, pk: int) -> HttpResponse:
    """What the dealer should order, and with a POST what its order does to its stock; nothing is written."""
    dealer, on = _dealer(request, pk), Company.get().today()
    form = OrderForm(request.POST or None, initial={"days": ordering.USUAL_DAYS})
    days = form.cleaned_data["days"] if form.is_bound and form.is_valid() else ordering.USUAL_DAYS
    ordered, wrong = _ordered(request.POST)
    context = {
        "dealer": dealer, "form": form, "wrong": wrong, "asked": bool(ordered), "most": ordering.MOST_DAYS, "days": days,
        "check": ordering.check(dealer.pk, on, days=days, ordered=ordered),
    }  # fmt: skip
    return render(request, "sales/order_check.html", context, status=422 if wrong or form.errors else 200)


@require_GET
def income(request: HttpRequest, pk: int) -> HttpResponse:
    """What the dealer earns on our goods by month, and what staying brings over the years against an offer."""
    dealer, on = _dealer(request, pk), Company.get().today()
    earned = income_of(dealer.pk, on)
    base = earned.year() if earned else None
    usual = {"growth": round((earned.growth or Decimal(0)) * 100, 1) if earned else 0}
    form = OfferForm(request.GET or None, usual=usual)
    years = []
    if base is not None and base > 0 and (not form.is_bound or form.is_valid()):
        asked = form.answers
        years = projected(base, growth=asked.growth, offer=asked.offer, years=asked.years)
    context = {
        "dealer": dealer, "earned": earned, "base": base, "form": form, "years": years, "pays_from": pays_from(years),
        "chart": _chart(earned) if earned else None, "currency": Company.get().currency,
    }  # fmt: skip
    return render(request, "sales/income.html", context, status=422 if form.errors else 200)


@require_GET
def income_panel(request: HttpRequest, pk: int) -> HttpResponse:
    """What the dealer earned on our goods in a year, and how steady that was."""
    dealer = _dealer(request, pk)
    earned = income_of(dealer.pk, Company.get().today())
    context = {"dealer": dealer, "earned": earned, "currency": Company.get().currency}
    return render(request, "sales/panels/income.html", context)


def _ordered(posted: QueryDict) -> tuple[dict[int, Decimal], list[str]]:
    """Quantities by product, and what of the typed words is no quantity."""
    found, wrong = {}, []
    for name in posted:
        key, _dash, product = name.partition("-")
        text = str(posted[name]).strip()
        if key != "order" or not (product.isascii() and product.isdecimal() and len(product) < 18) or not text:
            continue
        try:
            quantity = Decimal(text)
        except InvalidOperation:
            wrong.append(text[:40])
            continue
        if quantity.is_finite() and 0 <= quantity <= _MOST_ORDERED:
            found[int(product)] = quantity
        else:
            wrong.append(text[:40])
    return found, wrong


def _chart(earned: Income) -> dict[str, object]:
    def name(month: dt.date) -> str:
        return date_format(month, "YEAR_MONTH_FORMAT")

    return {
        "categories": [name(month) for month, _profit in earned.months], "unit": Company.get().currency, "digits": 0,
        "series": [{
            "name": _("Gross profit of the dealer"), "kind": "bar",
            "values": [None if profit is None else float(profit) for _month, profit in earned.months],
        }],
    }  # fmt: skip
