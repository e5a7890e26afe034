"""Receivables by age and how much of the credit limit is used. Formulas: docs/practice.md section 7."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from django.utils.translation import gettext_lazy as _

from sales.choices import ReceivableKind

NOTHING = Decimal(0)


class OpenItem(Protocol):
    kind: str
    due_on: dt.date
    open_amount: Decimal


@dataclass(frozen=True, slots=True)
class Bucket:
    """Open amounts that are `first` to `last` days past due; `last` is None for the oldest."""

    label: object
    first: int
    last: int | None
    amount: Decimal = NOTHING
    items: int = 0
    # Of all that is owed, 0 to 1; None when nothing is.
    share: Decimal | None = None


# (label, first day past due, last day past due)
BUCKETS: tuple[tuple[object, int, int | None], ...] = (
    (_("not due"), -(10**6), 0),
    (_("1–30 days"), 1, 30),
    (_("31–60 days"), 31, 60),
    (_("61–90 days"), 61, 90),
    (_("over 90 days"), 91, None),
)


def ageing(items: Iterable[OpenItem], on: dt.date) -> list[Bucket]:
    """Open invoices and bills by days past due on the day `on`; receipts not yet applied and orders are left out."""
    owed = [each for each in items if each.kind in (ReceivableKind.INVOICE, ReceivableKind.BILL) and each.open_amount]
    total = sum((each.open_amount for each in owed), NOTHING)
    buckets = []
    for label, first, last in BUCKETS:
        inside = [
            each.open_amount
            for each in owed
            if first <= (on - each.due_on).days and (last is None or (on - each.due_on).days <= last)
        ]
        amount = sum(inside, NOTHING)
        share = amount / total if total > 0 else None
        buckets.append(Bucket(label, first, last, amount, len(inside), share))
    return buckets


@dataclass(frozen=True, slots=True)
class CreditUse:
    """What we stand to lose against what we allow. Exposure = receivables + bills + orders - receipts - deposit."""

    invoices: Decimal
    bills: Decimal
    orders: Decimal
    receipts: Decimal
    deposit: Decimal
    limit: Decimal | None

    @property
    def balance(self) -> Decimal:
        """Invoices and bills less receipts."""
        return self.invoices + self.bills - self.receipts

    @property
    def exposure(self) -> Decimal:
        """Never below nothing: a deposit larger than the debt is no claim of ours on the limit."""
        return max(self.balance + self.orders - self.deposit, NOTHING)

    @property
    def use(self) -> Decimal | None:
        """Exposure over limit, 1 when used up; `None` without a limit, or with one of nothing."""
        return self.exposure / self.limit if self.limit else None

    @property
    def free(self) -> Decimal | None:
        """What may still be delivered on credit, below zero when exceeded; `None` without a limit."""
        return None if self.limit is None else self.limit - self.exposure


def credit_use(items: Iterable[OpenItem], *, limit: Decimal | None, deposit: Decimal | None) -> CreditUse:
    """Sum the open items by kind."""
    sums = dict.fromkeys(ReceivableKind.values, NOTHING)
    for each in items:
        sums[each.kind] += each.open_amount
    return CreditUse(
        invoices=sums[ReceivableKind.INVOICE],
        bills=sums[ReceivableKind.BILL],
        orders=sums[ReceivableKind.ORDER],
        receipts=-sums[ReceivableKind.RECEIPT],
        deposit=deposit or NOTHING,
        limit=limit,
    )
