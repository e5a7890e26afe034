"""What the composer's page needs of rows that are kept by language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template

register = template.Library()


@register.filter
def at(values: Mapping[str, Any], key: str) -> Any:
    """What stands under a key; empty for nothing."""
    return values.get(key, "")
