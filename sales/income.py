"""What a dealer earns on our goods month by month, how steady that is, and what staying brings over the years against
leaving for a better offer. docs/algorithms/income.md has the worked numbers. Amounts in the company's currency.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import fmean, pstdev

from crm.base.periods import Period, add_months, month_start
from sales.choices import SalesKind
from sales.models import DealerMonth
from sales.stock import SOLD_ON

NOTHING = Decimal(0)
# The months that are looked at, and the fewest of which steadiness is told.
MONTHS, FEWEST = 24, 6
# Up to here a coefficient of variation is steady, up to there uneven.
STEADY, UNEVEN = Decimal("0.25"), Decimal("0.50")
# Nobody's growth of a year goes on for ever: it is carried on within these.
LEAST_GROWTH, MOST_GROWTH = Decimal("-0.20"), Decimal("0.20")


@dataclass(frozen=True, slots=True)
class Sums:
    """Of a month: what the dealer bought from us and what it sold on, amounts and quantities."""

    bought: Decimal = NOTHING
    bought_quantity: Decimal = NOTHING
    sold: Decimal = NOTHING
    sold_quantity: Decimal = NOTHING


@dataclass(frozen=True, slots=True)
class Income:
    """`price` is the average purchase price of a unit over the whole period. `months` holds each closed month, the first
    the oldest, with the gross profit of what was sold on at that price; None for a month without any.
    `margin` is the gross profit of the last twelve of them over what they were sold on for, a share, or None."""

    price: Decimal
    months: tuple[tuple[dt.date, Decimal | None], ...]
    margin: Decimal | None = None

    @property
    def known(self) -> list[Decimal]:
        return [profit for _month, profit in self.months if profit is not None]

    def year(self, *, back: int = 0) -> Decimal | None:
        """Gross profit of twelve closed months, the last ones or those `back` years before; None unless each is known."""
        end = len(self.months) - 12 * back
        profits = [profit for _month, profit in self.months[max(end - 12, 0) : end]]
        if len(profits) < 12 or None in profits:
            return None
        return sum((profit for profit in profits if profit is not None), NOTHING)

    @property
    def variation(self) -> Decimal | None:
        """Coefficient of variation of the monthly gross profit of up to twelve last months: standard deviation over mean.
        None with fewer than six months, or when they bring nothing on average."""
        last = [float(profit) for _month, profit in self.months[-12:] if profit is not None]
        if len(last) < FEWEST or fmean(last) <= 0:
            return None
        return Decimal(str(round(pstdev(last) / fmean(last), 4)))

    @property
    def grade(self) -> str:
        """`steady`, `uneven`, `unsteady`, or empty when nothing can be told."""
        variation = self.variation
        if variation is None:
            return ""
        return "steady" if variation <= STEADY else "uneven" if variation <= UNEVEN else "unsteady"

    @property
    def growth(self) -> Decimal | None:
        """Of the last twelve months against those before, a share, within what may be carried on; None where not known."""
        last, before = self.year(), self.year(back=1)
        if last is None or before is None or before <= 0:
            return None
        return min(max(last / before - 1, LEAST_GROWTH), MOST_GROWTH)


def income(sums: Mapping[dt.date, Sums], period: Period) -> Income | None:
    """Pure. None where the dealer tells nothing of what it sold on, or bought nothing in the period."""
    bought = sum((row.bought for row in sums.values()), NOTHING)
    quantity = sum((row.bought_quantity for row in sums.values()), NOTHING)
    if quantity <= 0 or bought <= 0 or not any(row.sold_quantity for row in sums.values()):
        return None
    price, months, month = bought / quantity, [], period.start
    while month < period.end:
        row = sums.get(month, Sums())
        told = bool(row.sold_quantity or row.sold)
        months.append((month, row.sold - row.sold_quantity * price if told else None))
        month = add_months(month, 1)
    since = add_months(period.end, -12)
    profit = sum((each for day, each in months if day >= since and each is not None), NOTHING)
    sold = sum((row.sold for day, row in sums.items() if since <= day < period.end), NOTHING)
    return Income(price, tuple(months), profit / sold if sold > 0 else None)


def income_of(dealer_id: int, on: dt.date) -> Income | None:
    """Of the closed months up to the day; one query."""
    end = month_start(on)
    period = Period(add_months(end, -MONTHS), end)
    found: dict[dt.date, Sums] = {}
    rows = DealerMonth.objects.filter(dealer=dealer_id, month__gte=period.start, month__lt=period.end)
    for kind, month, quantity, amount in rows.values_list("kind", "month", "quantity_e3", "amount_e4"):
        sums, units, money = found.get(month, Sums()), Decimal(quantity).scaleb(-3), Decimal(amount).scaleb(-4)
        if kind == SalesKind.SELL_IN:
            found[month] = Sums(sums.bought + money, sums.bought_quantity + units, sums.sold, sums.sold_quantity)
        elif kind in SOLD_ON:
            found[month] = Sums(sums.bought, sums.bought_quantity, sums.sold + money, sums.sold_quantity + units)
    return income(found, period)


# --- Staying against leaving --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Offer:
    """What another brand offers. Shares: `first_year` and `later` are the income that it brings more than ours brings now,
    `lost` the business that the change loses. `cost` of changing is paid in the first year."""

    first_year: Decimal
    later: Decimal
    lost: Decimal
    cost: Decimal


@dataclass(frozen=True, slots=True)
class Year:
    """The dealer's income of one year, and of all up to it."""

    number: int
    staying: Decimal
    leaving: Decimal
    staying_sum: Decimal
    leaving_sum: Decimal

    @property
    def ahead(self) -> Decimal:
        """By how much staying has brought more by the end of the year; below zero: less."""
        return self.staying_sum - self.leaving_sum


def projected(base: Decimal, *, growth: Decimal, offer: Offer, years: int) -> list[Year]:
    """Pure. `base` is the income of the last year; with us it grows by `growth` a year, elsewhere it does not grow."""
    rows: list[Year] = []
    staying_sum = leaving_sum = NOTHING
    for number in range(1, years + 1):
        staying = base * (1 + growth) ** number
        more = offer.first_year if number == 1 else offer.later
        leaving = base * (1 + more) * (1 - offer.lost) - (offer.cost if number == 1 else NOTHING)
        staying_sum, leaving_sum = staying_sum + staying, leaving_sum + leaving
        rows.append(Year(number, staying, leaving, staying_sum, leaving_sum))
    return rows


def pays_from(years: Sequence[Year]) -> int | None:
    """The first year from whose end on staying has brought more, to the last; None when leaving stays ahead."""
    found = None
    for year in reversed(years):
        if year.ahead < 0:
            break
        found = year.number
    return found
