"""Sell-in of dealers by day, of some products or of all: what baselines are made of."""

from __future__ import annotations

import calendar
import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable
from decimal import Decimal

from django.db.models import Sum

from promotions.baseline import QUARTER, YEAR, YEARS, Series
from sales.choices import SalesKind
from sales.models import SalesRecord

NOTHING = Decimal(0)


def looked_back(start: dt.date, *, days: int, trials: int) -> dt.date:
    """The first day that an estimate from `start` on, and its band, ask for."""
    return start - max(YEARS) * YEAR - 2 * QUARTER - dt.timedelta(days=days * (trials + 2))


def by_dealer(
    dealer_ids: Iterable[int], *, products: Collection[int], start: dt.date, end: dt.date, rate: Decimal
) -> dict[int, Series]:
    """A series for each dealer, in another currency at `rate`; figures of whole months are spread over their days. One
    query."""
    ids = list(dealer_ids)
    rows = SalesRecord.objects.filter(dealer__in=ids, kind=SalesKind.SELL_IN, on__gte=start.replace(day=1), on__lt=end)
    if products:
        rows = rows.filter(product__in=list(products))
    days: dict[int, dict[dt.date, Decimal]] = defaultdict(lambda: defaultdict(lambda: NOTHING))
    for dealer, on, by_month, amount in rows.order_by().values_list("dealer", "on", "by_month").annotate(Sum("amount")):
        if by_month:
            length = calendar.monthrange(on.year, on.month)[1]
            for number in range(length):
                days[dealer][on + dt.timedelta(days=number)] += amount * rate / length
        else:
            days[dealer][on] += amount * rate
    return {pk: Series(days[pk]) for pk in ids}


def together(series: Iterable[Series]) -> Series:
    """The sum of several."""
    total: dict[dt.date, Decimal] = defaultdict(lambda: NOTHING)
    for each in series:
        for day, amount in each.days():
            total[day] += amount
    return Series(total)
