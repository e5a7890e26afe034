"""The collection summary that is carried on visits: open items, their age, what was promised and handed over (M-14)."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from sales.choices import ReceivableKind
from sales.credit import Bucket, ageing
from sales.models import Receivable
from visits.choices import CommitmentKind, CommitmentState, Side
from visits.models import Collection, Commitment

NOTHING = Decimal(0)
# Payments that were handed over are named for so long: by then the ledger knows of them.
LATELY = dt.timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Item:
    """An open invoice or bill; `late_days` past its day, negative before it."""

    number: str
    kind: str
    issued_on: dt.date | None
    due_on: dt.date
    amount: Decimal
    late_days: int


@dataclass(slots=True)
class Owes:
    """What one dealer owes on a day, in the company's currency."""

    items: list[Item] = field(default_factory=list)
    buckets: list[Bucket] = field(default_factory=list)
    # Receipts of the ledger that no invoice is marked paid by yet.
    receipts: Decimal = NOTHING
    promised: list[Commitment] = field(default_factory=list)
    collected: list[Collection] = field(default_factory=list)

    @property
    def total(self) -> Decimal:
        """Open invoices and bills; the ages add up to it."""
        return sum((item.amount for item in self.items), NOTHING)

    @property
    def overdue(self) -> Decimal:
        return sum((item.amount for item in self.items if item.late_days > 0), NOTHING)

    @property
    def balance(self) -> Decimal:
        """Open items less receipts."""
        return self.total - self.receipts

    @property
    def any(self) -> bool:
        return bool(self.items or self.receipts or self.promised or self.collected)


def owed_by(dealers: Iterable[int], *, on: dt.date) -> dict[int, Owes]:
    """What each of these dealers owes, the oldest first; three statements. Every dealer asked about is in the answer."""
    keys = set(dealers)
    if not keys:
        return {}
    found = {pk: Owes() for pk in keys}
    rows: dict[int, list[Receivable]] = defaultdict(list)
    for row in Receivable.objects.filter(dealer__in=keys).exclude(open_amount=0).order_by("due_on", "pk"):
        rows[row.dealer_id].append(row)
    for pk, open_rows in rows.items():
        owes = found[pk]
        owes.buckets = ageing(open_rows, on)
        for row in open_rows:
            if row.kind in (ReceivableKind.INVOICE, ReceivableKind.BILL):
                late = (on - row.due_on).days
                owes.items.append(
                    Item(row.number, row.get_kind_display(), row.issued_on, row.due_on, row.open_amount, late)
                )
            elif row.kind == ReceivableKind.RECEIPT:
                owes.receipts -= row.open_amount
    promised = Commitment.objects.filter(
        dealer__in=keys, side=Side.THEIRS, kind=CommitmentKind.PAYMENT, state=CommitmentState.OPEN
    )
    for promise in promised.order_by("due_on", "pk"):
        found[promise.dealer_id].promised.append(promise)
    since = dt.datetime.combine(on - LATELY, dt.time.min, dt.UTC)
    for paid in Collection.objects.filter(dealer__in=keys, created_at__gte=since).order_by("created_at", "pk"):
        found[paid.dealer_id].collected.append(paid)
    return found
