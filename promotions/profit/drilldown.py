"""The rows behind a dealer's profitability: what each of its figures is the sum of, as the tables stand now."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q, Sum

from crm.base.models import Company
from crm.base.periods import Period
from dealers.models import Dealer
from promotions.choices import ClaimState
from promotions.models import Claim, RebateAccrual, RebateProgramme, SupportRequest
from promotions.profit.measuring import programmes_counted, rates_into
from promotions.support.choices import SupportState
from sales.choices import SalesKind
from sales.models import Product, SalesRecord
from visits.choices import ExpenseState, Means, VisitState
from visits.models import Expense, Visit

NOTHING = Decimal(0)
# More than anybody reads.
MOST = 300


@dataclass(frozen=True, slots=True)
class Sold:
    """Sales of a product (None: told without one); `goods` is None where its cost is not known."""

    product: Product | None
    quantity: Decimal
    amount: Decimal
    goods: Decimal | None

    @property
    def margin(self) -> Decimal | None:
        return None if self.goods is None else self.amount - self.goods

    @property
    def share(self) -> Decimal | None:
        """Of the sales; None without any, or without a cost."""
        margin = self.margin
        return None if margin is None or self.amount <= 0 else margin / self.amount


@dataclass(frozen=True, slots=True)
class OfProgramme:
    """What is owed by a programme, and what of it belongs to the twelve months."""

    programme: RebateProgramme
    owed: Decimal
    months: int
    so_far: int

    @property
    def counted(self) -> Decimal:
        return self.owed * self.months / self.so_far


@dataclass(frozen=True, slots=True)
class Paid:
    """A claim or an expense. `amount` in the company's currency; None where its currency has no rate."""

    row: Claim | Expense
    amount: Decimal | None


@dataclass(frozen=True, slots=True)
class Behind:
    """All of it; each list is what one figure sums up."""

    sold: list[Sold]
    rebates: list[OfProgramme]
    support: list[SupportRequest]
    claims: list[Paid]
    expenses: list[Paid]
    visits: list[Visit]


def behind(dealer: Dealer, period: Period, *, on: dt.date) -> Behind:
    """Nine queries."""
    rates = rates_into(Company.get().currency, on)
    within = {"on__gte": period.start, "on__lt": period.end}
    claims = Claim.objects.filter(
        dealer=dealer, state__in=(ClaimState.APPROVED, ClaimState.SETTLED), done_on__gte=period.start, done_on__lt=period.end
    )  # fmt: skip
    expenses = Expense.objects.filter(Q(dealer=dealer) | Q(dealer=None, visit__dealer=dealer), **within)
    return Behind(
        sold=_sold(dealer, period),
        rebates=_rebates(dealer, period, on),
        support=list(
            dealer.support_requests.filter(
                state__in=(SupportState.GRANTED, SupportState.RETURNED), starts_on__gte=period.start,
                starts_on__lt=period.end,
            )[:MOST]
        ),
        claims=[
            _paid(row, row.approved_amount or NOTHING, rates.get(row.promotion.currency))
            for row in claims.select_related("promotion").order_by("done_on", "pk")[:MOST]
        ],
        expenses=[
            _paid(row, row.amount, rates.get(row.currency))
            for row in expenses.filter(state=ExpenseState.APPROVED).order_by("on", "pk")[:MOST]
        ],
        visits=list(
            Visit.objects.filter(dealer=dealer, state=VisitState.DONE, means=Means.IN_PERSON, **within)
            .select_related("user")
            .order_by("-on", "-pk")[:MOST]
        ),
    )  # fmt: skip


def products_without_cost(limit: int) -> tuple[list[Product], bool]:
    """Products on sale whose cost nobody has entered, and whether there are more than `limit`."""
    found = list(Product.objects.filter(active=True, unit_cost=None).order_by("code")[: limit + 1])
    return found[:limit], len(found) > limit


def _sold(dealer: Dealer, period: Period) -> list[Sold]:
    """The largest first."""
    rows = (
        SalesRecord.objects.filter(dealer=dealer, kind=SalesKind.SELL_IN, on__gte=period.start, on__lt=period.end)
        .order_by()
        .values_list("product")
        .annotate(Sum("quantity"), Sum("amount"))
    )
    sums = list(rows)
    products = Product.objects.in_bulk([pk for pk, _quantity, _amount in sums if pk is not None])
    found = []
    for pk, quantity, amount in sums:
        product = None if pk is None else products[pk]
        cost = None if product is None else product.unit_cost
        found.append(Sold(product, quantity, amount, None if cost is None else quantity * cost))
    return sorted(found, key=lambda row: (-row.amount, row.product.code if row.product else ""))


def _rebates(dealer: Dealer, period: Period, on: dt.date) -> list[OfProgramme]:
    counted = {each.programme_id: each for each in programmes_counted(period, on=on)}
    accruals = RebateAccrual.objects.filter(dealer=dealer, programme__in=counted).exclude(accrued_e4=0)
    return [
        OfProgramme(row.programme, row.owed, counted[row.programme_id].months, counted[row.programme_id].so_far)
        for row in accruals.select_related("programme").order_by("programme__starts_on", "programme_id")
    ]


def _paid(row: Claim | Expense, amount: Decimal, rate: Decimal | None) -> Paid:
    return Paid(row, None if rate is None else amount * rate)
