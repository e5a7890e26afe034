"""The management level of a dealer, 1 to 5, from the checklist behind it."""

from __future__ import annotations

from collections.abc import Collection

LOWEST, HIGHEST = 1, 5


def from_checks(checked: Collection[str], known: Collection[str]) -> int | None:
    """None while nothing is checked; otherwise 1 plus four steps spread evenly over the list, rounded down.

    Of eight: one check gives 1, two give 2, four 3, six 4, all 5.
    """
    count = len(set(checked) & set(known))
    if count == 0:
        return None
    return LOWEST + (HIGHEST - LOWEST) * count // len(known)
