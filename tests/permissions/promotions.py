"""Promotions: everybody sees those of her territories."""

from __future__ import annotations

from tests.permissions import EVERYBODY, Row

ROWS = {
    "promotions:list": Row(get=EVERYBODY),
}
