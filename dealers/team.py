"""Who works a territory: the representatives and the managers that stand nearest to it in the tree."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from accounts.choices import Role
from accounts.models import Territory
from crm.base import marks, prepared

# The territory and those above it, the nearest first.
_ASSIGNED = """SELECT a.role, a.territory_id, u.name
  FROM unnest(%s::text[]) AS above (path)
  JOIN accounts_territory t ON t.path = above.path
  JOIN accounts_territoryassignment a ON a.territory_id = t.id AND a.period @> %s::date
  JOIN accounts_user u ON u.id = a.user_id AND u.is_active
 WHERE a.role IN ('REPRESENTATIVE', 'MANAGER')
 ORDER BY t.path DESC, a.period"""


class Team(NamedTuple):
    """Names; of each kind all those who hold the nearest territory that anybody holds."""

    representatives: tuple[str, ...]
    managers: tuple[str, ...]


# By the territory's path, of the last mark and day alone. There are as many as territories.
_kept: dict[tuple[int, dt.date], dict[str, Team]] = {}


def team_of(territory: Territory, *, on: dt.date) -> Team:
    """Those assigned on the day; a query for a territory that was not asked for since anything of people has changed."""
    mark = marks.mark_of(marks.PEOPLE)
    if mark is None:
        return _read(territory, on)
    teams = _kept.get((mark, on))
    if teams is None:
        _kept.clear()
        teams = _kept[mark, on] = {}
    team = teams.get(territory.path)
    if team is None:
        team = teams[territory.path] = _read(territory, on)
    return team


def _read(territory: Territory, on: dt.date) -> Team:
    path, step = territory.path, territory.STEP
    rows = prepared.read(_ASSIGNED, [[path[:end] for end in range(step, len(path) + 1, step)], on])

    def nearest(role: Role) -> tuple[str, ...]:
        held = [(place, name) for each, place, name in rows if each == role]
        return tuple(name for place, name in held if place == held[0][0])

    return Team(nearest(Role.REPRESENTATIVE), nearest(Role.MANAGER))
