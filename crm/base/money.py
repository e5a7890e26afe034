"""Money: one rounding, one representation in rollups."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

# ISO 4217 minor units where they are not 2.
_MINOR_UNITS = {"JPY": 0, "KRW": 0, "VND": 0, "CLP": 0, "ISK": 0, "XAF": 0, "XOF": 0, "KWD": 3, "BHD": 3, "TND": 3}

# Rollups keep amounts as whole ten-thousandths of the currency (bigint): exact sums, narrow rows.
AMOUNT_SCALE = 10_000
# ... and quantities as whole thousandths of the unit.
QUANTITY_SCALE = 1_000


def minor_units(currency: str) -> int:
    """Digits after the point that `currency` (ISO 4217) is paid in."""
    return _MINOR_UNITS.get(currency, 2)


def round_money(amount: Decimal, currency: str) -> Decimal:
    """Round to what `currency` can be paid in, halves away from zero (commercial rounding)."""
    return amount.quantize(Decimal(1).scaleb(-minor_units(currency)), rounding=ROUND_HALF_UP)


def from_e4(value: int | None) -> Decimal | None:
    """Ten-thousandths from a rollup as an amount; `None` stays `None`."""
    return None if value is None else Decimal(value).scaleb(-4)


def from_e3(value: int | None) -> Decimal | None:
    """Thousandths from a rollup as a quantity; `None` stays `None`."""
    return None if value is None else Decimal(value).scaleb(-3)
