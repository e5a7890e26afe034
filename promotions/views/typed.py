"""Figures typed into plain fields."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from django.utils.formats import get_format

_MOST = Decimal("1e13")


def decimal_of(text: str | None) -> Decimal | None:
    """A figure as the reader writes it, with or without separators of thousands; None for what is none."""
    plain = "".join((text or "").split()).replace(get_format("THOUSAND_SEPARATOR"), "")
    try:
        value = Decimal(plain.replace(get_format("DECIMAL_SEPARATOR"), "."))
    except InvalidOperation:
        return None
    return value if value.is_finite() and abs(value) < _MOST else None
