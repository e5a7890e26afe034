"""What follows when a territory passes to somebody else or somebody's work there ends: apps above hang on here.

    from accounts.passing_on import Follower, register
    register(Follower("visits", count=planned_visits, follow=pass_visits_on, sentence=said))

`follow` runs in the same transaction, after the assignments have changed, and may refuse with a ValidationError. Cover
is no change of hands: whoever lets a colleague stand in settles it herself.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from accounts.models import TerritoryAssignment, User


@dataclass(frozen=True, slots=True)
class Change:
    """From the day `since` on `leaver` no longer works these assignments' territories in their roles; `successor` does,
    None when nobody was named. `by` changed it."""

    leaver: User
    successor: User | None
    assignments: Sequence[TerritoryAssignment]
    since: dt.date
    by: User


@dataclass(frozen=True, slots=True)
class Follower:
    """`count` says beforehand how much would move, `follow` moves it and says how much did and how much stays behind
    without anybody; `sentence` puts such numbers into words in the language that is active, empty for nothing."""

    key: str
    count: Callable[[Change], int]
    follow: Callable[[Change], tuple[int, int]]
    sentence: Callable[[int, int], str]


_followers: dict[str, Follower] = {}


def register(follower: Follower) -> None:
    """A second one with the same key replaces the first."""
    _followers[follower.key] = follower


def follow(change: Change) -> list[str]:
    """Let everything follow; what is to be said about it."""
    said = []
    for follower in _followers.values():
        moved, left = follower.follow(change)
        said.append(follower.sentence(moved, left))
    return [text for text in said if text]


def foretell(change: Change) -> list[str]:
    """What would follow, as far as it can be said beforehand; nothing is changed."""
    return [text for one in _followers.values() if (text := one.sentence(one.count(change), 0))]
