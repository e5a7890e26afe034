"""What an amount of one currency is in another, by the company's own rates."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from promotions.models import ExchangeRate

ONE = Decimal(1)
_DIGITS = Decimal("1e-8")


class NoRate(LookupError):
    """There is no rate of the pair on the day."""

    def __init__(self, currency: str, into: str, on: dt.date) -> None:
        super().__init__(f"{currency} {into} {on}")
        self.currency, self.into, self.on = currency, into, on


def rate_on(currency: str, into: str, on: dt.date) -> Decimal:
    """Units of `into` for one of `currency`, by the last rate up to the day; the other way round where only that is known.
    Raises NoRate."""
    if currency == into:
        return ONE
    for first, second, turned in ((currency, into, False), (into, currency, True)):
        row = (
            ExchangeRate.objects.filter(currency=first, into=second, valid_from__lte=on).order_by("-valid_from").first()
        )
        if row is not None:
            return (ONE / row.rate).quantize(_DIGITS) if turned else row.rate
    raise NoRate(currency, into, on)
