"""The dealers below a dealer: as a tree, on a map, and how complete their files are."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from crm.base.models import Company
from dealers import hierarchy
from dealers.models import Dealer
from dealers.views.access import dealer_or_404, user_of
from dealers.views.frame import page
from dealers.window import around

MOST_ON_MAP = 2000


def _below(request: HttpRequest, dealer: Dealer) -> tuple[list[tuple[Dealer, int]], int]:
    """The dealers below that the reader sees, with their depth, in the order of the tree; and how many she does not."""
    order = hierarchy.descendants(dealer.pk)
    rows = Dealer.objects.visible_to(user_of(request)).select_related("territory").in_bulk([pk for pk, _depth in order])
    return [(rows[pk], depth) for pk, depth in order if pk in rows], len(order) - len(rows)


@require_GET
def sub_dealers(request: HttpRequest, pk: int) -> HttpResponse:
    """E-10 too: how many of the sub-dealers have a complete file."""
    dealer = dealer_or_404(request, pk)
    below, hidden = _below(request, dealer)
    needed = Company.get().completeness_required
    complete = sum(row.completeness >= needed for row, _depth in below)
    unfiled = sorted((row for row, _depth in below if row.completeness < needed), key=lambda row: row.completeness)
    placed = [row for row, _depth in below if row.latitude is not None]
    context = {
        "below": [(row, depth, min(depth, 6)) for row, depth in below],
        "hidden": hidden,
        "complete": complete,
        "complete_share": complete / len(below) if below else None,
        "needed": needed,
        "unfiled": unfiled[:10],
        "placed": len(placed),
        "points_url": reverse("dealers:sub_dealers_map", args=[pk]),
        "bounds": around((row.longitude, row.latitude) for row in [*placed, dealer]),
        "tile_url": settings.MAP_TILE_URL,
        "attribution": settings.MAP_ATTRIBUTION,
    }
    return page(request, "dealers/sub_dealers.html", dealer, "sub_dealers", context)


@require_GET
def sub_dealers_map(request: HttpRequest, pk: int) -> HttpResponse:
    """The dealer and those below as points; the whole family, whatever part of the map is asked for."""
    dealer = dealer_or_404(request, pk)
    rows = [(dealer, 0), *_below(request, dealer)[0]]
    features = [
        {
            "geometry": {"coordinates": [row.longitude, row.latitude]},
            "properties": {
                "name": row.name,
                "url": row.get_absolute_url(),
                "tier": row.tier or "",
                "text": row.get_kind_display() if depth else _("this dealer"),
            },
        }
        for row, depth in rows
        if row.latitude is not None and row.longitude is not None
    ]
    return JsonResponse({"features": features[:MOST_ON_MAP], "more": len(features) > MOST_ON_MAP})
