"""Two people changed one visit: what either changed alone is kept, what both changed is shown side by side.

Pure. All values are as JSON tells them, so that they compare as they travelled.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Merged:
    """`take` is what to write; `conflicts` holds, by field, the value that is there and the one that came."""

    take: dict[str, Any] = field(default_factory=dict)
    conflicts: dict[str, dict[str, Any]] = field(default_factory=dict)


def merge(*, base: Values, theirs: Values, ours: Values) -> Merged:
    """Three ways: `base` is what the phone had seen, `theirs` what is there now, `ours` what the phone changed.

    A field without a base was empty when the phone saw the visit.
    """
    take: dict[str, Any] = {}
    conflicts: dict[str, dict[str, Any]] = {}
    for name, mine in ours.items():
        there = theirs.get(name)
        if _same(there, mine):
            continue
        if _same(there, base.get(name)):
            take[name] = mine
        else:
            conflicts[name] = {"theirs": there, "yours": mine}
    return Merged(take, conflicts)


def _same(one: Any, other: Any) -> bool:
    """Nothing, no, an empty text and an empty object are the same: a form cannot tell them apart."""
    return one == other or (_is_nothing(one) and _is_nothing(other))


def _is_nothing(value: Any) -> bool:
    # 0 equals False, but says something.
    return value is None or value is False or value == "" or value == {}
