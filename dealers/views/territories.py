"""The load per representative on the page of territories: a fragment with a map, and the map's points."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.models import Territory
from accounts.requests import SignedIn
from crm.base.asked import number
from crm.base.models import Company
from dealers.geo import Window
from dealers.territory_load import Load, Picture, picture


def _picture(request: SignedIn) -> Picture:
    """Of the subtree that `territory` names; 404 when the user does not see it."""
    wanted = request.GET.get("territory", "")
    within = None
    if wanted:
        visible = Territory.objects.visible_to(request.user)
        within = get_object_or_404(visible, pk=number(wanted) or 0)
    company = Company.get()
    return picture(request.user, on=company.today(), at=timezone.now(), within=within)


@require_GET
def territory_load(request: SignedIn) -> HttpResponse:
    shown = _picture(request)
    points = reverse("dealers:territory_points")
    wanted = request.GET.get("territory")
    context = {
        "picture": shown,
        "points_url": f"{points}?territory={wanted}" if wanted else points,
        "currency": Company.get().currency,
        "tile_url": settings.MAP_TILE_URL,
        "attribution": settings.MAP_ATTRIBUTION,
    }
    return render(request, "dealers/territory_load.html", context)


@require_GET
def territory_points(request: SignedIn) -> JsonResponse:
    """One point a representative, and one a vacant territory, in the middle of the dealers there."""
    try:
        window = Window.read(request.GET.get("bbox", "-180,-90,180,90"), request.GET.get("zoom", "0"))
    except ValueError:
        return JsonResponse({"error": _("The part of the map was not understood.")}, status=400)
    shown = _picture(request)
    features = [
        _feature(rep.user.name, rep.load, reverse("accounts:territory", args=[rep.territories[0].pk]))
        for rep in shown.reps
    ]
    features += [
        _feature(
            _("%(territory)s: nobody") % {"territory": place.name}, load, reverse("accounts:territory", args=[place.pk])
        )
        for place, load in shown.vacant
    ]
    inside = [feature for feature in features if feature and _inside(window, feature["geometry"]["coordinates"])]
    return JsonResponse({"features": inside, "more": False})


def _inside(window: Window, place: list[float]) -> bool:
    lng, lat = place
    return window.holds(lng=lng, lat=lat)


def _feature(name: str, load: Load, url: str) -> dict | None:
    """None where no dealer's place is known."""
    if load.latitude is None or load.longitude is None:
        return None
    text = _("%(dealers)d dealers: %(a)d A, %(b)d B, %(c)d C") % {
        "dealers": load.dealers,
        "a": load.a,
        "b": load.b,
        "c": load.c,
    }
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [round(load.longitude, 5), round(load.latitude, 5)]},
        "properties": {"name": name, "url": url, "tier": "", "text": text},
    }
