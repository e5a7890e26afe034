"""Whom something about promotions is told to: the nearest who may act on it, not everybody who could."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping

from accounts.choices import Role
from accounts.models import Territory, TerritoryAssignment
from promotions import access
from promotions.models import Claim, Delegation, Promotion, PromotionChange

# Who settles: administrators only where there is nobody in finance.
_SETTLERS: dict[str, int] = {Role.FINANCE: 1, Role.ADMINISTRATOR: 2}
_KEEPERS: dict[str, int] = {Role.FINANCE: 1, Role.DIRECTOR: 2}


def nearest(
    territory: Territory, ranks: Mapping[str, int], *, on: dt.date, least: int = 0, but: Collection[int | None] = ()
) -> set[int]:
    """Of those who hold a role of `ranks` over the territory, the ones of the lowest rank from `least` on whose own
    territory is the closest. One query."""
    held = TerritoryAssignment.objects.running(on).filter(
        territory__in=Territory.objects.above(territory), role__in=[*ranks], user__is_active=True
    )
    found: dict[tuple[int, int], set[int]] = {}
    for user, role, path in held.values_list("user", "role", "territory__path"):
        if ranks[role] >= least and user not in but:
            found.setdefault((ranks[role], -len(path)), set()).add(user)
    return found[min(found)] if found else set()


def approvers(promotion: Promotion, change: PromotionChange | None, *, rank: int, on: dt.date) -> set[int]:
    """Who decides next, at `rank` or above, and who stands in for them; never who asked for it."""
    asked = access.requesters(promotion) | ({change.requested_by_id} if change else set())
    found = nearest(promotion.territory, access.RANKS, on=on, least=rank, but=asked)
    takers = Delegation.objects.filter(giver__in=found, period__contains=on, taker__is_active=True)
    return found | (set(takers.values_list("taker", flat=True)) - asked)


def leaders(promotion: Promotion, *, on: dt.date) -> set[int]:
    """Who leads the owner."""
    return nearest(promotion.territory, access.RANKS, on=on, but={promotion.owner_id})


def deciders(claim: Claim, *, on: dt.date) -> set[int]:
    """Who decides on the claim; never who asked for it."""
    return nearest(claim.dealer.territory, access.RANKS, on=on, but={claim.submitted_by_id})


def settlers(claim: Claim, *, on: dt.date) -> set[int]:
    """Who pays it; never who asked for it or approved it."""
    return nearest(claim.dealer.territory, _SETTLERS, on=on, but={claim.submitted_by_id, claim.decided_by_id})


def keepers(territory: Territory, *, on: dt.date) -> set[int]:
    """Who keeps the budgets of the territory."""
    return nearest(territory, _KEEPERS, on=on)
