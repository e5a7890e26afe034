"""Planned visits that nobody is to make any more: who plans the territory gives them to somebody."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.models import User
from accounts.rights import Right
from accounts.scope import scope_of
from crm.base.asked import number
from dealers.views.access import user_of
from visits.actions.planned import PlanRefused
from visits.models import Visit
from visits.moving import give_visit, left_behind
from visits.people import LEADERS, WORKERS, person_or_404, team
from visits.querysets import VisitQuerySet
from visits.views.access import today

# Shown, and given, at once; the rest comes up when these have somebody.
MOST = 200


@require_http_methods(["GET", "POST"])
def unassigned(request: HttpRequest) -> HttpResponse:
    """The list; and the chosen ones go to one colleague."""
    user = user_of(request)
    if not scope_of(user).may(Right.PLAN_VISITS):
        raise PermissionDenied
    if request.method == "POST":
        _give(request, user)
        return redirect("visits:unassigned")
    rows = list(
        _left(user).select_related("dealer__territory", "user").order_by("on", "dealer__name", "pk")[: MOST + 1]
    )
    context: dict[str, Any] = {
        "visits": rows[:MOST], "more": len(rows) > MOST, "people": list(team(user, start=today(), end=today() + dt.timedelta(days=1), roles=(*WORKERS, *LEADERS))),
    }  # fmt: skip
    return render(request, "visits/unassigned.html", context)


def _left(user: User) -> VisitQuerySet:
    """Those in territories that the user plans."""
    keys = [row.visit_id for row in left_behind(on=today())]
    found: VisitQuerySet = Visit.objects.visible_to(user, rights=(Right.PLAN_VISITS,)).filter(pk__in=keys)
    return found


@transaction.atomic
def _give(request: HttpRequest, user: User) -> None:
    wanted = number(request.POST.get("to"))
    if not wanted:
        messages.error(request, _("Choose who makes the visits."))
        return
    to = person_or_404(user, wanted)
    chosen = [key for key in map(number, request.POST.getlist("visit")) if key][:MOST]
    given, refused = 0, []
    for visit in _left(user).filter(pk__in=chosen).order_by("pk"):
        try:
            with transaction.atomic():
                give_visit(visit_id=visit.pk, to=to, by=user, today=today(), locked=visit.locked)
        except PlanRefused as error:
            refused.append(str(error))
        else:
            given += 1
    for text in dict.fromkeys(refused):
        messages.error(request, text)
    if given:
        text = ngettext("%(name)s takes over %(number)d visit.", "%(name)s takes over %(number)d visits.", given)
        messages.success(request, text % {"name": to.name, "number": given})
    elif not refused:
        messages.info(request, _("No visit was chosen."))
