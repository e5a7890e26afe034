"""Profitability: who brings most and least, what a dealer's figures are made of, and the panel of the dealer page."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import F, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.decorators import right_required
from accounts.rights import Right
from crm.base.models import Company
from crm.base.money import from_e4
from dealers.models import Dealer
from dealers.views.access import dealer_or_404, today, user_of
from promotions.models import DealerProfit
from promotions.profit.arithmetic import POOR, THIN, Brought, Earned
from promotions.profit.drilldown import behind, products_without_cost
from promotions.profit.measuring import costs_on, parts_of, window

ROWS = 50
NAMED = 5
DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Told:
    """A night's row with what follows from it; amounts as they are shown."""

    row: DealerProfit
    brought: Brought
    earned: Earned

    @classmethod
    def of(cls, row: DealerProfit) -> Told:
        parts = parts_of(row)
        return cls(row, Brought(parts, row.visits_e4, row.capital_e4), Earned(parts))

    @property
    def amounts(self) -> dict[str, Decimal | None]:
        """Every figure in the company's currency; None: not known."""
        row, brought, earned = self.row, self.brought, self.earned
        return {
            name: from_e4(value)
            for name, value in {
                "sales": row.sales_e4, "costed": row.costed_e4, "goods": row.goods_e4, "margin": brought.margin_e4,
                "rebates": row.rebates_e4, "support": row.support_e4, "promotions": row.promotions_e4,
                "visits": row.visits_e4, "expenses": row.expenses_e4, "balance": row.balance_e4,
                "capital": row.capital_e4, "served": brought.served_e4, "contribution": row.contribution_e4,
                "put_in": brought.put_in_e4, "sold_on": row.sold_e4, "own_margin": earned.margin_e4,
                "own_support": row.support_own_e4, "own_return": earned.return_e4, "stock": earned.stock_e4,
                "deposit": row.deposit_e4, "invested": earned.invested_e4,
            }.items()
        }  # fmt: skip

    @property
    def serving(self) -> Decimal | None:
        """Visits, as far as they are counted, and expenses."""
        return from_e4((self.row.visits_e4 or 0) + self.row.expenses_e4)

    @property
    def partly(self) -> bool:
        """Whether the cost of some of the goods is not known."""
        share = self.brought.costed_share
        return self.brought.margin_e4 is not None and share is not None and share != 1

    @property
    def own_grade(self) -> str:
        """`red` or `yellow` where the dealer earns little with us; empty else."""
        roi = self.earned.roi
        if roi is None:
            return ""
        return "red" if roi < POOR else "yellow" if roi < THIN else ""


@require_GET
@right_required(Right.VIEW_PROFIT)
def listed(request: HttpRequest) -> HttpResponse:
    """The dealers of the reader's territories by what they brought; `sort=least` begins at the other end, without those of
    whom it is not known."""
    seen = DealerProfit.objects.visible_to(user_of(request), rights=(Right.VIEW_PROFIT,)).select_related("dealer")
    least = request.GET.get("sort") == "least"
    rows, after = _page(seen, request.GET.get("after", ""), least=least)
    lacking, more = products_without_cost(NAMED)
    on, company = today(), Company.get()
    period = window(on)
    context = {
        "rows": [Told.of(row) for row in rows], "least": least, "currency": company.currency, "period": period,
        "last_day": period.end - DAY, "costs": costs_on(on), "lacking": lacking, "more_lacking": more,
        **_addresses(request, after),
    }  # fmt: skip
    return render(request, "promotions/profit/list.html", context)


@require_GET
def dealer(request: HttpRequest, pk: int) -> HttpResponse:
    """What a dealer's figures are the sums of."""
    found, on = dealer_or_404(request, pk, Right.VIEW_PROFIT), today()
    told, costs = _told(found), costs_on(on)
    period = window(told.row.until if told else on)
    context = {
        "dealer": found, "told": told, "amounts": told.amounts if told else {}, "period": period, "costs": costs,
        "behind": behind(found, period, on=on), "currency": Company.get().currency, "thin": THIN, "poor": POOR,
        "lines": _lines(told) if told else (), "last_day": period.end - DAY,
        "own_support_less": from_e4(-told.row.support_own_e4) if told else None, "visit_cost": from_e4(costs.visit_e4),
        "capital_rate": None if costs.rate_e5 is None else Decimal(costs.rate_e5).scaleb(-5),
    }  # fmt: skip
    return render(request, "promotions/profit/dealer.html", context)


@require_GET
def panel(request: HttpRequest, pk: int) -> HttpResponse:
    """The same in a few figures, on the dealer page."""
    found = dealer_or_404(request, pk, Right.VIEW_PROFIT)
    told = _told(found)
    context = {
        "dealer": found, "told": told, "amounts": told.amounts if told else {}, "currency": Company.get().currency,
    }  # fmt: skip
    return render(request, "promotions/profit/panel.html", context)


def _told(found: Dealer) -> Told | None:
    row = DealerProfit.objects.filter(dealer=found).first()
    return None if row is None else Told.of(row)


def _lines(told: Told) -> list[tuple[str, str, Decimal | None]]:
    """From margin to contribution: label, the part of the page it opens into, and what it adds (None: not counted)."""
    amounts = told.amounts

    def less(name: str) -> Decimal | None:
        amount = amounts[name]
        return None if amount is None else -amount

    return [
        (_("Gross margin"), "margin", amounts["margin"]),
        (_("Rebates"), "rebates", less("rebates")),
        (_("Support"), "support", less("support")),
        (_("Promotions"), "promotions", less("promotions")),
        (_("Visits"), "visits", less("visits")),
        (_("Expenses"), "expenses", less("expenses")),
        (_("Capital tied up in receivables"), "capital", less("capital")),
    ]


def _addresses(request: HttpRequest, after: str) -> dict[str, str]:
    """Of the next page and of the first one; empty where there is none to go to."""
    query = request.GET.copy()
    behind_first = query.pop("after", None)
    first = f"?{query.urlencode()}" if behind_first else ""
    query["after"] = after
    return {"first_url": first, "next_url": f"?{query.urlencode()}" if after else ""}


def _page(rows: Any, after: str, *, least: bool) -> tuple[list[DealerProfit], str]:
    """So many rows behind the place `after` (contribution, empty where it is not known, and dealer), and the next place."""
    contribution, _dot, who = after.partition(".")
    dealer, place = _whole(who), _whole(contribution)
    if least:
        rows = rows.filter(contribution_e4__isnull=False).order_by("contribution_e4", "dealer")
        if dealer is not None and place is not None:
            rows = rows.filter(
                Q(contribution_e4__gt=place) | Q(contribution_e4=place, dealer__gt=dealer), contribution_e4__gte=place
            )
    else:
        rows = rows.order_by(F("contribution_e4").desc(nulls_last=True), "dealer")
        if dealer is not None and place is not None:
            rows = rows.filter(
                Q(contribution_e4__lt=place) | Q(contribution_e4=place, dealer__gt=dealer) | Q(contribution_e4=None)
            )
        elif dealer is not None:
            rows = rows.filter(contribution_e4=None, dealer__gt=dealer)
    found = list(rows[: ROWS + 1])
    if len(found) <= ROWS:
        return found, ""
    last = found[ROWS - 1]
    return found[:ROWS], f"{'' if last.contribution_e4 is None else last.contribution_e4}.{last.dealer_id}"


def _whole(text: str) -> int | None:
    """A whole number, also below nought; None for what is none or too long for the database."""
    digits = text.removeprefix("-")
    return int(text) if digits.isascii() and digits.isdecimal() and len(digits) <= 18 else None
