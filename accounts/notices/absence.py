"""Who is away, and who stands in. Apps that know of leave register where to look; temporary cover stands in the assignments."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from accounts.models import TerritoryAssignment

# By user the first day back, of those who are away on the day.
Source = Callable[[set[int], dt.date], Mapping[int, dt.date]]

_sources: list[Source] = []


@dataclass(frozen=True, slots=True)
class Absence:
    back_on: dt.date
    stand_ins: tuple[int, ...] = ()


def register(source: Source) -> None:
    if source not in _sources:
        _sources.append(source)


def away(users: Iterable[int], *, on: dt.date) -> dict[int, Absence]:
    """By user who is away on the day, until when, and who is there in her place; as many queries as there are sources, and
    one."""
    asked = set(users)
    back: dict[int, dt.date] = {}
    for source in _sources:
        for user, day in source(asked, on).items():
            back[user] = max(day, back.get(user, day))
    cover: dict[int, set[int]] = defaultdict(set)
    running = TerritoryAssignment.objects.running(on).filter(covers_for__in=asked, user__is_active=True)
    for user, by, period in running.values_list("covers_for", "user", "period"):
        cover[user].add(by)
        # Cover always has an end: a constraint says so.
        back[user] = max(period.upper, back.get(user, period.upper))
    return {user: Absence(day, tuple(sorted(cover[user]))) for user, day in back.items()}
