"""Sales of a dealer month by month, this fiscal year against the last."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from crm.base.money import from_e3, from_e4
from crm.base.periods import Period, add_months, fiscal_year, fiscal_year_period, month_start
from sales.models import DealerMonth

AMOUNT, QUANTITY = "amount", "quantity"
MEASURES = (AMOUNT, QUANTITY)
NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class YearOfSales:
    """Twelve months of the fiscal year `year` and of the one before; `None` for months that have not begun."""

    year: int
    period: Period
    closed_until: dt.date
    this: tuple[Decimal | None, ...]
    last: tuple[Decimal, ...]

    @property
    def months(self) -> list[dt.date]:
        return [add_months(self.period.start, number) for number in range(12)]

    @property
    def closed(self) -> int:
        """How many of the year's months are over."""
        return sum(month < self.closed_until for month in self.months)

    @property
    def total(self) -> Decimal:
        """The whole year so far, the open month included."""
        return sum((value for value in self.this if value is not None), NOTHING)

    @property
    def last_total(self) -> Decimal:
        return sum(self.last, NOTHING)

    @property
    def closed_total(self) -> Decimal:
        return sum((value or NOTHING for value in self.this[: self.closed]), NOTHING)

    @property
    def same_months(self) -> Decimal:
        """Last year's sales in the months that are over this year."""
        return sum(self.last[: self.closed], NOTHING)

    @property
    def growth(self) -> Decimal | None:
        """Closed months over the same months of last year, as a share; `None` without sales then."""
        before = self.same_months
        return (self.closed_total - before) / before if before > 0 else None


def year_of_sales(values: Mapping[dt.date, Decimal], *, year: int, on: dt.date, first_month: int = 1) -> YearOfSales:
    """Lay out sums by month; months without one count as nothing sold."""
    period = fiscal_year_period(year, first_month)
    months = [add_months(period.start, number) for number in range(12)]
    return YearOfSales(
        year=year,
        period=period,
        closed_until=month_start(on),
        this=tuple(values.get(month, NOTHING) if month <= on else None for month in months),
        last=tuple(values.get(add_months(month, -12), NOTHING) for month in months),
    )


def values_by_month(dealer_id: int, kind: str, measure: str, period: Period) -> dict[dt.date, Decimal]:
    """The dealer's sums of a kind by month; one query, from the rollup."""
    rows = DealerMonth.objects.filter(
        dealer_id=dealer_id, kind=kind, month__gte=period.start, month__lt=period.end
    ).values_list("month", "quantity_e3", "amount_e4")
    if measure == QUANTITY:
        return {month: from_e3(quantity) or NOTHING for month, quantity, _amount in rows}
    return {month: from_e4(amount) or NOTHING for month, _quantity, amount in rows}


def kinds_and_years(dealer_id: int, first_month: int) -> dict[str, list[int]]:
    """The fiscal years with sales, latest first, by kind of sale; one query."""
    found: dict[str, set[int]] = {}
    for kind, month in DealerMonth.objects.filter(dealer_id=dealer_id).values_list("kind", "month"):
        found.setdefault(kind, set()).add(fiscal_year(month, first_month))
    return {kind: sorted(years, reverse=True) for kind, years in found.items()}


def year_to_show(years: Sequence[int], *, asked: int | None, on: dt.date, first_month: int) -> int:
    """The year asked for; else the running one when it or the one before has sales; else the last that has."""
    running = fiscal_year(on, first_month)
    if asked is not None:
        return asked
    if not years or running in years or running - 1 in years:
        return running
    past = [year for year in years if year <= running]
    return past[0] if past else running
