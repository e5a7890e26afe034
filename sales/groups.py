"""Sales of a dealer by product group and kind, from the records themselves."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import F, Sum

from crm.base.periods import Period
from sales.choices import SalesKind
from sales.models import SalesRecord

NOTHING = Decimal(0)


@dataclass(slots=True)
class GroupSales:
    """Amounts of one product group by kind of sale; `before` is the same period a year earlier."""

    group: str
    amounts: dict[str, Decimal] = field(default_factory=dict)
    quantities: dict[str, Decimal] = field(default_factory=dict)
    before: dict[str, Decimal] = field(default_factory=dict)

    def growth(self, kind: str) -> Decimal | None:
        """As a share; `None` without sales a year earlier."""
        before = self.before.get(kind, NOTHING)
        return (self.amounts.get(kind, NOTHING) - before) / before if before > 0 else None


def sales_by_group(dealer_id: int, period: Period, before: Period) -> list[GroupSales]:
    """The groups sold in either period, the largest sell-in first; two queries."""
    groups: dict[str, GroupSales] = {}
    for row in _sums(dealer_id, period):
        group = groups.setdefault(row["group"] or "", GroupSales(row["group"] or ""))
        group.amounts[row["kind"]] = row["amount"]
        group.quantities[row["kind"]] = row["quantity"]
    for row in _sums(dealer_id, before):
        group = groups.setdefault(row["group"] or "", GroupSales(row["group"] or ""))
        group.before[row["kind"]] = row["amount"]
    return sorted(groups.values(), key=lambda each: (-each.amounts.get(SalesKind.SELL_IN, NOTHING), each.group))


def total_of(groups: Iterable[GroupSales]) -> GroupSales:
    """All groups together."""
    total = GroupSales("")
    for each in groups:
        for ours, theirs in (
            (total.amounts, each.amounts), (total.quantities, each.quantities), (total.before, each.before)
        ):  # fmt: skip
            for kind, value in theirs.items():
                ours[kind] = ours.get(kind, NOTHING) + value
    return total


def _sums(dealer_id: int, period: Period):
    return (
        SalesRecord.objects.filter(dealer_id=dealer_id)
        .between(period.start, period.end)
        .values("kind", group=F("product__category"))
        .annotate(amount=Sum("amount"), quantity=Sum("quantity"))
        .order_by()
    )
