"""Sales against target: how much is reached, and whether that is fast enough."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Sum

from crm.base.periods import Period
from sales.models import SalesRecord, SalesTarget

NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class Attainment:
    """A target and what was sold in its period before the day `on`. Amounts, or quantities where only these are set."""

    period: Period
    on: dt.date
    kind: str
    target: Decimal
    actual: Decimal
    is_quantity: bool = False

    @property
    def share(self) -> Decimal | None:
        """Actual over target; `None` for a target of nothing."""
        return self.actual / self.target if self.target > 0 else None

    @property
    def elapsed(self) -> Decimal:
        """Share of the period's days that are over, 0 to 1."""
        days = (min(max(self.on, self.period.start), self.period.end) - self.period.start).days
        return Decimal(days) / (self.period.end - self.period.start).days

    @property
    def expected(self) -> Decimal:
        """What should have been sold by now at an even pace."""
        return self.target * self.elapsed

    @property
    def pace(self) -> Decimal | None:
        """Share reached over share of time gone; 1 is on time. `None` before the start or without a target."""
        return self.share / self.elapsed if self.share is not None and self.elapsed > 0 else None


def attainments_of(dealer_id: int, on: dt.date, *, at_most: int = 6) -> list[Attainment]:
    """The dealer's targets that have begun, the latest first; one query more for each."""
    targets = SalesTarget.objects.filter(dealer_id=dealer_id, period_start__lte=on).order_by("-period_end", "pk")
    found = []
    for target in targets[:at_most]:
        period = Period(target.period_start, target.period_end)
        sums = (
            SalesRecord.objects.filter(dealer_id=dealer_id, kind=target.kind)
            .between(period.start, min(period.end, on))
            .aggregate(amount=Sum("amount"), quantity=Sum("quantity"))
        )
        is_quantity = target.amount is None
        goal = target.quantity if is_quantity else target.amount
        actual = sums["quantity" if is_quantity else "amount"]
        found.append(Attainment(period, on, target.kind, goal or NOTHING, actual or NOTHING, is_quantity))
    return found
