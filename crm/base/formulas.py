"""Cells that a spreadsheet would run as a formula, written so that it shows them instead."""

from __future__ import annotations

SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠")


def guarded(text: str) -> str:
    """`text` with a quote before it where a spreadsheet would take it for a formula. Only for texts, not for figures."""
    return f"'{text}" if text.startswith(SIGNS) else text
