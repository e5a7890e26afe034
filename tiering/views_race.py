"""The race of dealers among their like."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.models import Territory
from crm.base.asked import number
from crm.base.models import Company
from dealers.choices import DealerKind, Tier
from dealers.views.access import user_of
from tiering.leaderboard import BASE_SHARE, race, territories_offered

# Who asks for nothing sees the largest group whose places are won by growth.
_KIND, _TIER = DealerKind.FRANCHISEE, Tier.B


@require_GET
def leaderboard(request: HttpRequest) -> HttpResponse:
    """Of one kind, tier and territory, with the rules of the race."""
    user = user_of(request)
    kind, tier = request.GET.get("kind", ""), request.GET.get("tier", "")
    kind = kind if kind in DealerKind.values else _KIND.value
    tier = tier if tier in Tier.values else _TIER.value
    offered = territories_offered(user)
    territory = next((each for each in offered if each.pk == number(request.GET.get("territory"))), None)
    context = {
        "race": race(user, kind=kind, tier=tier, territory=territory), "kind": kind, "tier": tier, "territory": territory,
        "kinds": DealerKind.choices, "tiers": Tier.choices, "territories": _indented(offered), "base_share": BASE_SHARE,
        "currency": Company.get().currency,
    }  # fmt: skip
    return render(request, "tiering/leaderboard.html", context)


def _indented(territories: list[Territory]) -> list[tuple[int, str]]:
    top = min((each.depth for each in territories), default=0)
    return [(each.pk, "\u2003" * (each.depth - top) + each.name) for each in territories]
