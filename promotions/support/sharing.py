"""How the cost of support is shared between us and the dealers (G-05)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, F, QuerySet, Sum
from django.db.models.functions import Coalesce

# What is aimed at: docs/algorithms/support.md.
OUR_TARGET = Decimal("0.5")
NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class Shared:
    """Of so many requests: what they cost (the estimate until that is known), what of it is ours, in the company's
    currency."""

    count: int
    cost: Decimal
    ours: Decimal

    @property
    def share(self) -> Decimal | None:
        """Ours, weighted by cost; None where nothing was spent."""
        return self.ours / self.cost if self.cost > 0 else None

    @property
    def above_target(self) -> bool:
        return self.share is not None and self.share > OUR_TARGET


def shared(requests: QuerySet) -> Shared:
    """One query."""
    cost = Coalesce("actual_cost", F("cost_people") + F("cost_travel") + F("cost_wear"))
    sums = requests.order_by().aggregate(
        count=Count("pk"), cost=Sum(cost, default=NOTHING), ours=Sum(cost * F("company_share"), default=NOTHING)
    )
    return Shared(sums["count"], sums["cost"], sums["ours"])
