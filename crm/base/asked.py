"""What stands in an address, read without trust."""

from __future__ import annotations

# Longer than any key or count; Python refuses to read numbers of thousands of digits.
_MOST_DIGITS = 18


def number(text: str | None) -> int | None:
    """A whole number from 0 on; None for what is none, or longer than any we give out."""
    if text and text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS:
        return int(text)
    return None
