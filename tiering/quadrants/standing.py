"""How a dealer stands today, as far as the steps of its plan rest on it; and whether a step may be called done."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Q, Sum
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crm.base.models import Company
from crm.base.templatetags.crm import amount, number, percent
from dealers.choices import AgreementKind
from dealers.models import Agreement, Dealer
from sales.models import DealerFigures
from tiering.choices import PlanStepKind

K = PlanStepKind


@dataclass(frozen=True, slots=True)
class Standing:
    """`balance` in the company's currency. `stock` is the quantity of the last count, of the day `stock_on`; None without
    one. `agreements` run today, `frameworks` among them. `share` (0..1) of its territory's sales in the last twelve closed
    months; None without any."""

    balance: Decimal
    stock: Decimal | None
    stock_on: dt.date | None
    agreements: int
    frameworks: int
    share: Decimal | None


def standing_of(dealer: Dealer, *, on: dt.date) -> Standing:
    """Three queries."""
    figures: Any = DealerFigures.objects.filter(pk=dealer.pk).values("balance_e4", "stock_e3", "stock_on").first() or {}
    running = Q(ends_on__isnull=True) | Q(ends_on__gt=on)
    kinds = list(Agreement.objects.filter(running, dealer=dealer, starts_on__lte=on).values_list("kind", flat=True))
    of_all = Dealer.objects.filter(territory=dealer.territory_id).aggregate(sold=Sum("sales_12m"))["sold"]
    stock = figures.get("stock_e3")
    return Standing(
        balance=Decimal(figures.get("balance_e4") or 0) / 10_000,
        stock=None if stock is None else Decimal(stock) / 1000,
        stock_on=figures.get("stock_on"),
        agreements=len(kinds),
        frameworks=kinds.count(AgreementKind.FRAMEWORK),
        share=dealer.sales_12m / of_all if of_all and of_all > 0 else None,
    )


def in_the_way(kind: str, standing: Standing, *, note: str = "", share_limit: Decimal | None = None) -> str:
    """Why the step cannot be called done yet, as a sentence with the figures; empty when nothing is in the way."""
    currency = Company.get().currency
    match kind:
        case K.PAID if standing.balance > 0:
            return _("The dealer still owes %(amount)s %(currency)s.") % {
                "amount": amount(standing.balance, currency), "currency": currency,
            }  # fmt: skip
        case K.STOCK_RETURNED if standing.stock and standing.stock_on and not note:
            return _("The count of %(day)s shows %(quantity)s. Note what became of it, or have it counted again.") % {
                "day": date_format(standing.stock_on), "quantity": number(standing.stock),
            }  # fmt: skip
        case K.AGREEMENT_ENDED if standing.agreements:
            return ngettext(
                "%(count)s agreement still runs: say in the file when it ends.",
                "%(count)s agreements still run: say in the file when they end.",
                standing.agreements,
            ) % {"count": standing.agreements}
        case K.FRAMEWORK if not standing.frameworks:
            return _("No framework agreement runs yet: put it into the file first.")
        case K.TERMS if not standing.agreements:
            return _("No agreement runs yet: put it into the file first.")
        case K.SHARE if share_limit is not None and standing.share is not None and standing.share > share_limit:
            return _("The dealer makes %(share)s of its territory's sales; the plan allows %(limit)s.") % {
                "share": percent(standing.share), "limit": percent(share_limit),
            }  # fmt: skip
    return ""
