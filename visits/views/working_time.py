"""When and how much somebody works, as her manager enters it; what counted before stays written down."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import User
from accounts.rights import Right
from accounts.scope import scope_of
from dealers.views.access import posted, user_of
from visits.forms_planning import WorkingTimeForm
from visits.models import WorkingTime
from visits.people import may_plan, person_or_404
from visits.views.access import of_person, today
from visits.working_days import working_time as counting


def _may_set(user: User, person: User) -> bool:
    """Whoever plans her visits; nobody sets her own hours unless she plans others' too."""
    return may_plan(user, person) and scope_of(user).may(Right.PLAN_VISITS)


@require_http_methods(["GET", "POST"])
@of_person
def working_time(request: HttpRequest, person: User) -> HttpResponse:
    """What counts today and what will count, with the form for the next change."""
    user, on = user_of(request), today()
    may_set = _may_set(user, person)
    if request.method == "POST" and not may_set:
        raise PermissionDenied
    now = counting(person, on)
    fresh = WorkingTime(user=person)
    for name in WorkingTimeForm.Meta.fields:
        setattr(fresh, name, getattr(now, name))
    fresh.active_from = on
    form = WorkingTimeForm(posted(request), instance=fresh, today=on)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            # One that counts from the same day is replaced.
            WorkingTime.objects.filter(user=person, active_from=form.cleaned_data["active_from"]).delete()
            form.save()
        day = date_format(form.cleaned_data["active_from"], "DATE_FORMAT")
        messages.success(request, _("Kept from %(day)s on. Plan the month again to follow it.") % {"day": day})
        return redirect("visits:working_time", person.pk)
    rows = list(WorkingTime.objects.filter(user=person).order_by("-active_from"))
    running = next((row.pk for row in rows if row.active_from <= on), None)
    context: dict[str, Any] = {
        "person": person, "is_own": user.pk == person.pk, "form": form if may_set else None, "rows": rows, "today": on,
        "running": running, "now": now, "leads": scope_of(user).may(Right.VIEW_TEAM),
    }  # fmt: skip
    return render(request, "visits/working_time.html", context, status=422 if form.is_bound else 200)


@require_POST
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Take out what has not begun to count."""
    row = get_object_or_404(WorkingTime.objects.select_related("user"), pk=pk)
    person = person_or_404(user_of(request), row.user_id)
    if not _may_set(user_of(request), person):
        raise PermissionDenied
    if row.active_from <= today():
        messages.error(request, _("This counts already. Enter what counts from now on instead."))
    else:
        row.delete()
        messages.success(request, _("Taken out."))
    return redirect("visits:working_time", person.pk)
