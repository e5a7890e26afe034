"""The team's visits as a calendar and on a map; each day and each dot leads to its visits."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db.models import Max, Min
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from accounts.models import User
from crm.base.asked import number
from crm.base.periods import add_months
from dealers.views.access import user_of
from dealers.window import around
from visits.people import person_or_404
from visits.results import scope_for
from visits.team_calendar import SHOWN, places_of, weeks_of
from visits.views.access import today
from visits.views.periods import LENGTHS, Asked, asked_period
from visits.views.results import team_in
from visits.views.sheets import answer

# Dots of one answer; beyond this the map says that not all are shown.
MOST_ON_MAP = 2_000
# Of a team larger than this nobody picks a person from a list.
MOST_IN_LIST = 200
_MARGIN = 0.05


def _asked(request: HttpRequest, asked: Asked) -> tuple[list[User], User | None, list[int]]:
    """The team (403 who leads nobody), the person asked about or None, and whose visits are shown."""
    people = list(team_in(request, asked))
    wanted = number(request.GET.get("person"))
    person = person_or_404(user_of(request), wanted) if wanted else None
    return people, person, [person.pk] if person else [each.pk for each in people]


@require_GET
def days(request: HttpRequest) -> HttpResponseBase:
    """A month of the team, day by day: made, missed, left out, still to come."""
    period = asked_period(request)
    asked = Asked(period.month, add_months(period.month, 1), 1)
    people, person, keys = _asked(request, asked)
    weeks, sums = weeks_of(keys, asked.month, today=today(), scope=scope_for(user_of(request)))
    of_person = {"person": person.pk} if person else {}
    context: dict[str, Any] = {
        "asked": asked, "weeks": weeks, "sums": [(key, sums[key], asked.url("behind", what=key, **of_person)) for key in SHOWN],
        "links": {key: asked.url("behind", what=key, **of_person) for key in SHOWN}, "person": person,
        "people": people if len(people) <= MOST_IN_LIST else [], "labels": _labels(),
    }  # fmt: skip
    return answer(request, "visits/team_days.html", context)


def _labels() -> dict[str, str]:
    return {"done": _("Made"), "missed": _("Missed"), "left_out": _("Left out"), "coming": _("Still to come")}


@require_GET
def results_map(request: HttpRequest) -> HttpResponseBase:
    """Where visits were made, missed, or will be."""
    asked = asked_period(request)
    people, person, keys = _asked(request, asked)
    what = _what(request)
    found = places_of(keys, what, asked.start, asked.until, today=today(), scope=scope_for(user_of(request)))
    edges = found.values_list().aggregate(
        west=Min("dealer__longitude"), south=Min("dealer__latitude"),
        east=Max("dealer__longitude"), north=Max("dealer__latitude"),
    )  # fmt: skip
    bounds = around([(edges["west"], edges["south"]), (edges["east"], edges["north"])], margin=_MARGIN)
    query = request.GET.copy()
    query["what"] = what
    context: dict[str, Any] = {
        "asked": asked, "periods": LENGTHS, "person": person, "people": people if len(people) <= MOST_IN_LIST else [],
        "what": what, "labels": _labels(), "bounds": bounds, "tile_url": settings.MAP_TILE_URL,
        "attribution": settings.MAP_ATTRIBUTION, "points_url": f"{reverse('visits:results_points')}?{query.urlencode()}",
    }  # fmt: skip
    return answer(request, "visits/results_map.html", context)


def _what(request: HttpRequest) -> str:
    what = request.GET.get("what", "")
    return what if what in SHOWN else "done"


@require_GET
def results_points(request: HttpRequest) -> HttpResponse:
    """The dots of the map in the rectangle `bbox` (west, south, east, north)."""
    asked = asked_period(request)
    _people, _person, keys = _asked(request, asked)
    found = places_of(keys, _what(request), asked.start, asked.until, today=today(), scope=scope_for(user_of(request)))
    edges = _edges(request.GET.get("bbox", ""))
    if edges is not None:
        west, south, east, north = edges
        found = found.filter(dealer__longitude__range=(west, east), dealer__latitude__range=(south, north))
    rows = list(found.order_by("-number", "dealer")[: MOST_ON_MAP + 1])
    features = [
        {
            "geometry": {"coordinates": [row["dealer__longitude"], row["dealer__latitude"]]},
            "properties": {
                "name": row["dealer__name"],
                "url": reverse("dealers:detail", args=[row["dealer"]]),
                "tier": row["dealer__tier"] or "",
                "text": ngettext(
                    "%(number)d visit, on %(day)s", "%(number)d visits, the last on %(day)s", row["number"]
                )
                % {"number": row["number"], "day": date_format(row["last"], "SHORT_DATE_FORMAT")},
            },
        }
        for row in rows[:MOST_ON_MAP]
    ]
    return JsonResponse({"features": features, "more": len(rows) > MOST_ON_MAP})


def _edges(text: str) -> tuple[float, float, float, float] | None:
    """None for what is no rectangle."""
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError:
        return None
    return west, south, east, north
