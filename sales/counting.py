"""A stock count taken at the dealer's, written from outside of an import."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction

from sales import tasks
from sales.models import StockCount

# From here on stock counts as aged: docs/practice.md section 8.
AGED_AFTER = dt.timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Counted:
    """Of one product, in its unit; `oldest_on`: when the oldest batch was made, None when nobody looked."""

    product_id: int
    quantity: Decimal
    oldest_on: dt.date | None = None


@transaction.atomic
def count_stock(*, dealer_id: int, on: dt.date, counted: Sequence[Counted]) -> None:
    """Write the whole count of a day: what is not named was not there. The dealer's figures follow by a worker.

    An earlier count of the same day is replaced. Quantities by age are not known from a look at the shelf, except that
    nothing is aged when the oldest batch is not.
    """
    StockCount.objects.filter(dealer_id=dealer_id, on=on).exclude(
        product__in=[each.product_id for each in counted]
    ).delete()
    StockCount.objects.bulk_create(
        [
            StockCount(
                dealer_id=dealer_id, product_id=each.product_id, on=on, quantity=each.quantity,
                oldest_batch_on=each.oldest_on,
                aged_quantity=Decimal(0) if each.oldest_on and on - each.oldest_on <= AGED_AFTER else None,
            )
            for each in counted
        ],
        update_conflicts=True,
        unique_fields=["dealer", "on", "product"],
        update_fields=["quantity", "aged_quantity", "oldest_batch_on"],
    )  # fmt: skip
    # Figures are written under one lock for all: nobody with a phone waits for an import that holds it.
    tasks.follow_dealers_later([dealer_id])
