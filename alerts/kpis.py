"""What warnings came to: how early cases were solved, how fast people were, what came back, which losses were foreseen.

Cases count for the day they opened, losses for the day the dealer ended. Everything is of what the reader sees: the cases
behind a figure are those of her list.
"""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection

from accounts.models import Territory, User
from accounts.rights import Right
from accounts.scope import scope_of
from alerts.models import Case
from crm.base.models import Company
from crm.base.sql import load
from dealers.choices import TRADING

# A loss was foreseen by a case that opened within so many days before it.
HORIZON_DAYS = 365
# Solved for good is what does not come back within so many days.
AGAIN_DAYS = 90


class By(enum.Enum):
    KIND = "kind"
    TERRITORY = "territory"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Kpi:
    """One group, or all together (`key` ""). Medians are None without cases; hours and days as they pass, weekends too."""

    key: str
    opened: int = 0
    solved: int = 0
    solved_yellow: int = 0
    dismissed: int = 0
    acknowledged: int = 0
    in_time: int = 0
    acknowledge_hours: float | None = None
    cause_days: float | None = None
    solve_days: float | None = None
    came_back: int = 0
    losses: int = 0
    warned: int = 0
    lead_days: float | None = None

    @property
    def yellow_share(self) -> float | None:
        """Of the solved cases those that never grew worse than yellow."""
        return self.solved_yellow / self.solved if self.solved else None

    @property
    def in_time_share(self) -> float | None:
        return self.in_time / self.acknowledged if self.acknowledged else None

    @property
    def came_back_share(self) -> float | None:
        return self.came_back / self.solved if self.solved else None

    @property
    def dismissed_share(self) -> float | None:
        return self.dismissed / self.opened if self.opened else None

    @property
    def foreseen_share(self) -> float | None:
        """Of the lost dealers those that a case went before."""
        return self.warned / self.losses if self.losses else None


@dataclass(frozen=True, slots=True)
class Kept:
    """Dealers of a tier or of so many years, or all: at the beginning, of them at the end, won since, and those kept that
    bought more in twelve closed months than in the twelve before."""

    by: str
    tier: str
    years: int | None
    began: int
    kept: int
    won: int
    grown: int

    @property
    def retention(self) -> float | None:
        return self.kept / self.began if self.began else None

    @property
    def lost(self) -> int:
        return self.began - self.kept

    @property
    def loss_rate(self) -> float | None:
        return None if self.retention is None else 1 - self.retention


def top_of(user: User, rights: Sequence[Right] = ()) -> str:
    """The path of the deepest territory that holds all that the reader sees; empty where there is none."""
    paths = sorted(
        Territory.objects.filter(pk__in=scope_of(user).where(*rights).territory_ids).values_list("path", flat=True)
    )
    if not paths:
        return ""
    first, last = paths[0], paths[-1]
    same = next(
        (at for at, (one, other) in enumerate(zip(first, last, strict=False)) if one != other),
        min(len(first), len(last)),
    )
    return first[: same - same % Territory.STEP]


def figures(
    user: User, by: By | None, *, start: dt.date, until: dt.date, within: str = "", rights: Sequence[Right] = ()
) -> list[Kpi]:
    """Groups of what opened and was lost in the period below the territory with the path `within`; with `by` None one row of
    all. A territory's key is the path of the next level below. Two queries."""
    scope = scope_of(user).where(*rights)
    below = list(Territory.objects.filter(path__startswith=within).values_list("pk", flat=True)) if within else []
    cases = Case.objects.visible_to(user, rights=rights)
    if within:
        cases = cases.filter(territory__in=below)
    try:
        seen, seen_values = cases.order_by().values("pk").query.sql_with_params()
    except EmptyResultSet:
        return []
    # Positional and named parameters cannot be mixed: the subquery's become named.
    named = {f"seen_{number}": value for number, value in enumerate(seen_values)}
    seen = seen % tuple(f"%(seen_{number})s" for number in range(len(seen_values)))
    territories = [pk for pk in scope.territory_ids if not within or pk in set(below)]
    values: dict[str, Any] = {
        "start": start, "until": until, "zone": Company.get().time_zone, "steps": len(within) + Territory.STEP,
        "horizon": HORIZON_DAYS, "again": AGAIN_DAYS, "everything": scope.everything and not within,
        "territories": territories, **named,
    }  # fmt: skip
    found: dict[str, dict[str, Any]] = {}
    with connection.cursor() as cursor:
        for step in ("cases", "losses"):
            cursor.execute(_statement(step, by, seen), values)
            names = [column.name for column in cursor.description]
            for row in cursor.fetchall():
                line = dict(zip(names, row, strict=True))
                found.setdefault(str(line.pop("key") or ""), {}).update(line)
    if by is By.KIND:
        # A loss is of no kind: each kind is held against all of them.
        losses = found.pop("", {}).get("losses", 0)
        found = {key: {**line, "losses": losses} for key, line in found.items()}
    return [Kpi(key, **{name: _plain(value) for name, value in line.items()}) for key, line in found.items()]


def _statement(step: str, by: By | None, seen: str) -> str:
    day = "c.opened_on" if step == "cases" else "(c.lost_at AT TIME ZONE %(zone)s)"
    key = {
        None: "''",
        By.KIND: "c.kind",
        By.TERRITORY: "left(t.path, %(steps)s)",
        By.MONTH: f"date_trunc('month', {day})::date",
    }[by]
    of = "c.kind IS NOT NULL" if by is By.KIND else "c.kind IS NULL"
    text = load("alerts", "kpis").statement(step)
    return text.replace("/* key */", key).replace("/* seen */", seen).replace("/* of */", of)


def _plain(value: Any) -> Any:
    return float(value) if value is not None and not isinstance(value, int) else value


def kept_dealers(
    user: User, *, start: dt.date, until: dt.date, within: str = "", rights: Sequence[Right] = ()
) -> list[Kept]:
    """All together first, then by years as a dealer, then by tier. One query."""
    scope = scope_of(user).where(*rights)
    territories = scope.territory_ids
    if within:
        below = set(Territory.objects.filter(path__startswith=within).values_list("pk", flat=True))
        territories = [pk for pk in territories if pk in below]
    values: dict[str, Any] = {
        "start": start, "until": until, "zone": Company.get().time_zone, "trading": [status.value for status in TRADING],
        "everything": scope.everything and not within, "territories": territories,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(load("alerts", "kpis").statement("kept"), values)
        return [
            Kept("tier" if by_tier else "years" if by_years else "", tier or "", years, began, kept, won, grown)
            for by_tier, by_years, tier, years, began, kept, won, grown in cursor.fetchall()
        ]
