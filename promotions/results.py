"""What came of a promotion: sales against the usual, in the period, before and afterwards. docs/algorithms/promotions.md."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from crm.base.models import Company
from crm.base.money import round_money
from promotions import baseline, sold
from promotions.baseline import Series, Usual
from promotions.calculator import NOTHING
from promotions.models import Promotion, PromotionTerms
from promotions.rates import rate_on


@dataclass(frozen=True, slots=True)
class Windows:
    """The period, as many of its length before and afterwards as the terms say; all half-open."""

    start: dt.date
    end: dt.date
    before: dt.date
    after: dt.date

    @classmethod
    def of(cls, promotion: Promotion, terms: PromotionTerms) -> Windows:
        length = dt.timedelta(days=promotion.days)
        return cls(
            promotion.starts_on, promotion.ends_on, promotion.starts_on - terms.periods_before * length,
            promotion.ends_on + terms.periods_after * length,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Result:
    """One dealer's, or all together. `before` and `after`: sales against the usual there; `dip` is what was bought ahead,
    from 0 down. `spend` with the material discount on all sales."""

    estimate: Decimal
    usual: Usual
    actual: Decimal
    before: Decimal
    after: Decimal
    spend: Decimal
    margin: Decimal

    @property
    def uplift(self) -> Decimal:
        return self.actual - self.usual.amount

    @property
    def uplift_share(self) -> Decimal | None:
        return self.uplift / self.usual.amount if self.usual.amount > 0 else None

    @property
    def dip(self) -> Decimal:
        return min(NOTHING, self.after)

    @property
    def net(self) -> Decimal:
        """Uplift less what was only bought earlier. Better sales afterwards are not counted as its merit."""
        return self.uplift + self.dip

    @property
    def gross_profit(self) -> Decimal:
        return self.net * self.margin

    @property
    def roi(self) -> Decimal | None:
        return self.gross_profit / self.spend if self.spend > 0 else None

    @property
    def is_sure(self) -> bool:
        """Whether the sales lie outside of what is usual in nine of ten cases."""
        return not self.usual.low <= self.actual <= self.usual.high


def result(
    series: Series, windows: Windows, *, estimate: Decimal, paid: Decimal, discount: Decimal, margin: Decimal
) -> Result:
    """Pure. What was known before the first window is what the usual is told by."""
    known = windows.before
    actual = series.between(windows.start, windows.end)

    def against(start: dt.date, end: dt.date) -> Decimal:
        return series.between(start, end) - baseline.seasonal(series, start, end, known_until=known)

    return Result(
        estimate=estimate, usual=baseline.usual(series, windows.start, windows.end, known_until=known), actual=actual,
        before=against(windows.before, windows.start), after=against(windows.end, windows.after),
        spend=paid + discount * actual, margin=margin,
    )  # fmt: skip


def together(results: Sequence[Result], series: Sequence[Series], windows: Windows, *, shared: Decimal) -> Result:
    """The sum of the dealers' results and of what was paid for none in particular. The band is that of their sales taken
    together: what one misses another may have."""
    days = (windows.end - windows.start).days
    band = baseline.spread(sold.together(series), days=days, known_until=windows.before) if series else Decimal(1)
    zero = NOTHING
    return Result(
        estimate=sum((each.estimate for each in results), zero),
        usual=Usual(sum((each.usual.amount for each in results), zero), band),
        actual=sum((each.actual for each in results), zero), before=sum((each.before for each in results), zero),
        after=sum((each.after for each in results), zero), spend=sum((each.spend for each in results), zero) + shared,
        margin=results[0].margin if results else zero,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Results:
    """By participant's dealer, and together."""

    windows: Windows
    by_dealer: Mapping[int, Result]
    whole: Result


def results_of(promotion: Promotion, terms: PromotionTerms) -> Results:
    """From the sales records as they are now. Raises NoRate."""
    windows = Windows.of(promotion, terms)
    rate = rate_on(Company.get().currency, promotion.currency, promotion.starts_on)
    participants = list(promotion.participants.order_by("pk"))
    series = sold.by_dealer(
        [row.dealer_id for row in participants], products=list(promotion.products.values_list("pk", flat=True)),
        start=sold.looked_back(windows.before, days=promotion.days, trials=baseline.TRIALS), end=windows.after, rate=rate,
    )  # fmt: skip
    paid: dict[int, Decimal] = {}
    for dealer, amount in promotion.claims.filter(state__in=("APPROVED", "SETTLED")).values_list(
        "dealer", "approved_amount"
    ):
        paid[dealer] = paid.get(dealer, NOTHING) + (amount or NOTHING)
    margin = promotion.margin_share or NOTHING
    found = {
        row.dealer_id: result(
            series[row.dealer_id], windows, estimate=row.estimate, paid=paid.get(row.dealer_id, NOTHING),
            discount=promotion.discount_share, margin=margin,
        )
        for row in participants
    }  # fmt: skip
    shared = sum((amount for dealer, amount in paid.items() if dealer not in found), NOTHING)
    return Results(windows, found, together(list(found.values()), list(series.values()), windows, shared=shared))


def columns(result: Result, currency: str) -> dict[str, Decimal | None]:
    """The result as it is kept, rounded to what can be paid."""

    def money(amount: Decimal) -> Decimal:
        return round_money(amount, currency)

    return {
        "estimate": money(result.estimate), "baseline": money(result.usual.amount), "low": money(result.usual.low),
        "high": money(result.usual.high), "actual": money(result.actual), "before": money(result.before),
        "after": money(result.after), "net": money(result.net), "spend": money(result.spend),
        "roi": None if result.roi is None else round(result.roi, 4),
    }  # fmt: skip
