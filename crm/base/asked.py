"""What stands in an address, read without trust."""

from __future__ import annotations

# Longer than any key or count; Python refuses to read numbers of thousands of digits.
_MOST_DIGITS = 18
# Longer than any name.
_MOST_CHARACTERS = 200


def number(text: str | None) -> int | None:
    """A whole number from 0 on; None for what is none, or longer than any we give out."""
    if text and text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS:
        return int(text)
    return None


def words(text: str | None) -> str:
    """What somebody looks for, without the blanks around it; empty where the database could not hold it: it has no zero
    bytes and no halves of characters."""
    text = (text or "").strip()[:_MOST_CHARACTERS]
    return "" if "\0" in text or any("\ud800" <= character <= "\udfff" for character in text) else text
