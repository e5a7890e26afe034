"""The team's day: who is how far, and the stops on a map."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.rights import Right
from accounts.scope import scope_of
from dealers.filters import Asked, ListState
from dealers.geo import bounds_of
from dealers.views.access import user_of
from dealers.window import Window, around
from visits.choices import VisitState
from visits.models import Visit
from visits.people import team
from visits.team_now import TeamDay, team_day
from visits.views.access import read_day, today

# People of one picture; more is not looked at one by one.
MOST = 200
ON_START_PAGE = 8


def _picture(request: HttpRequest) -> TeamDay:
    """Raises PermissionDenied without the right to look at a team."""
    user = user_of(request)
    if not scope_of(user).may(Right.VIEW_TEAM):
        raise PermissionDenied
    on = read_day(request.GET.get("day"), today())
    people = list(team(user, start=on, end=on + dt.timedelta(days=1))[:MOST])
    visits = Visit.objects.visible_to(user).filter(on=on, user__in=people).select_related("dealer", "user")
    return team_day(people, visits, on=on, at=timezone.now())


@require_GET
def shown(request: HttpRequest) -> HttpResponse:
    """Everybody's stops of a day, as a table and on a map."""
    day = _picture(request)
    bounds = around((visit.dealer.longitude, visit.dealer.latitude) for person in day.people for visit in person.stops)
    points_url = f"{reverse('visits:team_points')}?day={day.on:%Y-%m-%d}"
    nobody_drives = not bounds
    if nobody_drives:
        # An empty world tells nothing: the dealers of the reader's territories do.
        bounds, points_url = bounds_of(ListState(), Asked(user_of(request), today())), reverse("dealers:points")
    context = {
        "day": day, "is_today": day.on == today(), "before": day.on - dt.timedelta(days=1),
        "after": day.on + dt.timedelta(days=1), "tile_url": settings.MAP_TILE_URL,
        "attribution": settings.MAP_ATTRIBUTION, "points_url": points_url, "bounds": bounds,
        "nobody_drives": nobody_drives,
    }  # fmt: skip
    return render(request, "visits/team_day.html", context)


@require_GET
def fragment(request: HttpRequest) -> HttpResponse:
    """The same in short, for the start page: who is late first, then who has most before her."""
    day = _picture(request)
    working = sorted(
        (person for person in day.people if person.stops),
        key=lambda person: (-person.late_min, person.done - person.total, person.user.name),
    )
    context = {"day": day, "people": working[:ON_START_PAGE], "more": max(len(working) - ON_START_PAGE, 0)}
    return render(request, "visits/panels/team_day.html", context)


@require_GET
def points(request: HttpRequest) -> JsonResponse:
    """The stops of the day inside the part of the map that is looked at."""
    day = _picture(request)
    try:
        window = Window.read(request.GET.get("bbox", "-180,-90,180,90"), request.GET.get("zoom", "0"))
    except ValueError:
        return JsonResponse({"error": _("The part of the map was not understood.")}, status=400)
    features = []
    for person in day.people:
        for visit in person.stops:
            lat, lng = visit.dealer.latitude, visit.dealer.longitude
            if lat is None or lng is None or not window.holds(lng=lng, lat=lat):
                continue
            features.append({
                "type": "Feature",
                "geometry": {"type": "Point", "coordinates": [round(lng, 5), round(lat, 5)]},
                "properties": {
                    "name": visit.dealer.name, "url": reverse("visits:visit", args=[visit.pk]),
                    "tier": visit.dealer.tier or "", "text": _text_of(visit), "done": visit.state == VisitState.DONE,
                },
            })  # fmt: skip
    return JsonResponse({"features": features, "more": False})


def _text_of(visit: Visit) -> str:
    words = {"name": visit.user.name, "state": visit.get_state_display()}
    if visit.starts_at is None:
        return _("%(name)s · %(state)s") % words
    return _("%(name)s · %(state)s · %(time)s") % {**words, "time": f"{visit.starts_at:%H:%M}"}
