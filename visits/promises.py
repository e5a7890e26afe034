"""Whether a promised payment or purchase was kept, by the figures: docs/algorithms/promises.md.

Pure: amounts and days in, a state out.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from visits.choices import CommitmentState

# From this share on a promise is partly kept, below it is not.
PARTLY_FROM = Decimal("0.5")
# Figures of the last day come in during the night after it; a promise is judged by them the night after that.
GRACE = dt.timedelta(days=2)

NOTHING = Decimal(0)


@dataclass(slots=True)
class Promised:
    """One dealer's promise of a payment or a purchase. `amount` in the company's currency, `quantity` in the product's
    unit; None for what was not promised.

    `came_amount` and `came_quantity` are all that came from `since` (its first day) until its last day or today; None while
    the figures cannot tell. `settled_on` is when it was last judged, None while it is open.
    """

    pk: int
    since: dt.date
    due_on: dt.date
    amount: Decimal | None = None
    quantity: Decimal | None = None
    came_amount: Decimal | None = None
    came_quantity: Decimal | None = None
    settled_on: dt.date | None = None
    # Judged for good: what came for it is known and stays.
    is_final: bool = False

    @property
    def share(self) -> Decimal | None:
        """0 and more: the smaller one where both an amount and a quantity were promised; None while nobody can tell."""
        shares = []
        for promised, came in ((self.amount, self.came_amount), (self.quantity, self.came_quantity)):
            if not promised:
                continue
            if came is None:
                return None
            shares.append(max(came, NOTHING) / promised)
        return min(shares) if shares else None


def count_once(promises: Sequence[Promised]) -> None:
    """Of one dealer's promises of one kind: what came counts for the one that is due first, the rest for the next.

    Changes `came_amount` and `came_quantity` to what came for each.
    """
    ordered = sorted(promises, key=lambda promise: (promise.due_on, promise.pk))
    for place, promise in enumerate(ordered):
        if promise.is_final:
            continue
        for earlier in ordered[:place]:
            over = earlier.settled_on is not None and earlier.settled_on <= promise.since
            if over or earlier.due_on < promise.since:
                continue
            if promise.came_amount is not None:
                promise.came_amount -= _credited(earlier.amount, earlier.came_amount)
            if promise.came_quantity is not None:
                promise.came_quantity -= _credited(earlier.quantity, earlier.came_quantity)
        for name in ("came_amount", "came_quantity"):
            came = getattr(promise, name)
            if came is not None:
                setattr(promise, name, max(came, NOTHING))


def _credited(promised: Decimal | None, came: Decimal | None) -> Decimal:
    """What an earlier promise has taken up: no more than was promised."""
    if not promised or came is None:
        return NOTHING
    return min(promised, max(came, NOTHING))


def verdict(promise: Promised, *, on: dt.date) -> CommitmentState:
    """Kept as soon as all came; partly kept or not kept when its day and the grace are over; open until then, and where
    the figures cannot tell."""
    share = promise.share
    if share is None:
        return CommitmentState.OPEN
    if share >= 1:
        return CommitmentState.KEPT
    if on < promise.due_on + GRACE:
        return CommitmentState.OPEN
    return CommitmentState.PARTLY if share >= PARTLY_FROM else CommitmentState.BROKEN
