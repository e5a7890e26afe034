"""A race instead of a judgement: dealers against those of their kind, tier and territory, by rules that everybody can read.

place = rank by sales of the last twelve closed months over those of the twelve before. Whoever sold less than a tenth of the
group's median in the year before does not take part: from next to nothing anything is growth.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

from django.db import connection

from accounts.models import Territory, User
from accounts.scope import scope_of
from crm.base.money import from_e4
from crm.base.sql import load
from dealers.models import Dealer

BASE_SHARE = Decimal("0.1")
MOST = 50


@dataclass(frozen=True, slots=True)
class Place:
    """Amounts in the company's currency; equal growth shares a place."""

    place: int
    dealer: Dealer
    now: Decimal
    before: Decimal

    @property
    def growth(self) -> Decimal:
        return self.now / self.before - 1


@dataclass(frozen=True, slots=True)
class Race:
    """The first of `dealers` that take part, of `alike` in the group."""

    places: list[Place]
    dealers: int
    alike: int


def territories_offered(user: User) -> list[Territory]:
    """Those of the user that hold others, from the top down: a patch alone is no field to race in."""
    seen = Territory.objects.visible_to(user).filter(children__isnull=False).distinct()
    found: list[Territory] = list(seen.order_by("path"))
    return found


def race(user: User, *, kind: str, tier: str, territory: Territory | None) -> Race:
    """Among the dealers that the user sees, in the territory or (None) in all of hers. Two queries, one more for a
    territory."""
    within = _within(user, territory)
    parameters = {
        "kind": kind, "tier": tier, "territories": None if within is None else list(within), "base_share": BASE_SHARE,
        "most": MOST,
    }  # fmt: skip
    with connection.cursor() as cursor:
        load("tiering", "leaderboard").run(cursor, params=parameters)
        rows = cursor.fetchall()
    dealers = Dealer.objects.select_related("territory").in_bulk([row[0] for row in rows])
    places = [
        Place(place, dealers[pk], from_e4(now) or Decimal(0), from_e4(before) or Decimal(0))
        for pk, place, now, before, _count, _alike in rows
        if pk in dealers
    ]
    return Race(places, rows[0][4] if rows else 0, rows[0][5] if rows else 0)


def _within(user: User, territory: Territory | None) -> Collection[int] | None:
    """The patches to look in; None for all there are."""
    scope = scope_of(user)
    if territory is None:
        return None if scope.everything else scope.territory_ids
    seen = Territory.objects.visible_to(user).within(territory)
    return list(seen.values_list("pk", flat=True))
