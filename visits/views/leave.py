"""Leave of the team, and who makes the visits meanwhile."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import User
from accounts.rights import Right
from accounts.scope import scope_of
from crm.base.asked import number
from dealers.views.access import posted, user_of
from visits.actions.planned import cover
from visits.actions.relief import open_for_cover
from visits.actions.return_visits import give_back
from visits.days import write_day
from visits.forms import LeaveForm
from visits.models import Leave, Visit
from visits.people import colleagues, demand_planning, may_plan, person_or_404, team
from visits.views.access import next_of, today

# Leave that ended longer ago is looked up in the back office.
DAYS_BACK = 31


@require_http_methods(["GET", "POST"])
def leave(request: HttpRequest) -> HttpResponse:
    """Who is away, from the last month on; and the form to enter it, with who takes over in the same step."""
    user = user_of(request)
    leads = scope_of(user).may(Right.PLAN_VISITS)
    if not leads and not scope_of(user).may(Right.LOG_VISITS):
        raise PermissionDenied
    on = today()
    people = _people(user, on, leads=leads)
    helpers = _people(user, on, leads=leads).exclude(pk=user.pk) if leads else User.objects.none()
    initial = {"user": number(request.GET.get("person")) or (None if leads else user.pk), "first": on, "last": on}
    form = LeaveForm(posted(request), initial=initial, people=people, helpers=helpers)
    if request.method == "POST" and form.is_valid():
        return _enter(request, user, form)
    since = on - dt.timedelta(days=DAYS_BACK)
    shown = Leave.objects.visible_to(user).filter(period__endswith__gt=since).select_related("user").order_by("period")
    rows = [_row(user, row, open_visits) for row, open_visits in _with_visits(list(shown[:200]), on)]
    context: dict[str, Any] = {"form": form, "rows": rows, "today": on, "leads": leads, "helpers": helpers}
    return render(request, "visits/leave.html", context, status=422 if form.is_bound else 200)


def _people(user: User, on: dt.date, *, leads: bool) -> Any:
    """Whose leave the user may enter."""
    if not leads:
        return User.objects.filter(pk=user.pk)
    return (team(user, start=on, end=on + dt.timedelta(days=1)) | User.objects.filter(pk=user.pk)).distinct()


def _with_visits(rows: list[Leave], on: dt.date) -> list[tuple[Leave, int]]:
    """Leave with the visits that are still planned in it; one statement for all."""
    if not rows:
        return []
    start = max(min(row.period.lower for row in rows), on)
    end = max(row.period.upper for row in rows)
    planned = Visit.objects.filter(user__in=[row.user_id for row in rows], state="PLANNED", on__gte=start, on__lt=end)
    counted: Counter[tuple[int, dt.date]] = Counter()
    for user_id, day, count in planned.values_list("user", "on").annotate(Count("pk")).order_by():
        counted[user_id, day] += count
    return [
        (
            row,
            sum(
                count
                for (user_id, day), count in counted.items()
                if user_id == row.user_id and row.period.lower <= day < row.period.upper
            ),
        )
        for row in rows
    ]


def _row(user: User, row: Leave, visits: int) -> dict[str, Any]:
    return {
        "leave": row,
        "last": row.period.upper - dt.timedelta(days=1),
        "visits": visits,
        "may_plan": may_plan(user, row.user),
    }


@transaction.atomic
def _enter(request: HttpRequest, user: User, form: LeaveForm) -> HttpResponse:
    demand_planning(user, form.cleaned_data["user"])
    row = form.save()
    helper = form.cleaned_data.get("helper")
    if helper is not None:
        _give(request, row, helper)
    else:
        messages.success(request, _("Leave of %(name)s is entered.") % {"name": row.user.name})
    return redirect("visits:leave")


def _give(request: HttpRequest, row: Leave, helper: User) -> None:
    """The visits from today on; what is over stays hers."""
    start = max(row.period.lower, today())
    given = cover(absent=row.user, by=helper, start=start, end=row.period.upper) if start < row.period.upper else 0
    if given:
        open_for_cover(helper=helper, absent=row.user, start=start, end=row.period.upper)
        taken = Visit.objects.filter(
            user=helper, on__gte=start, on__lt=row.period.upper, state="PLANNED", sequence=None
        )
        for day in sorted(set(taken.values_list("on", flat=True))):
            write_day(helper, day)
    text = ngettext(
        "%(helper)s takes over %(number)d visit of %(name)s.",
        "%(helper)s takes over %(number)d visits of %(name)s.",
        given,
    )
    messages.success(request, text % {"helper": helper.name, "number": given, "name": row.user.name})


def _leave_or_404(request: HttpRequest, pk: int) -> Leave:
    row: Leave = get_object_or_404(Leave.objects.select_related("user"), pk=pk)
    # 404 or 403 as for the person's other pages.
    person_or_404(user_of(request), row.user_id)
    demand_planning(user_of(request), row.user)
    return row


@require_POST
@transaction.atomic
def cover_leave(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the visits of these days to a colleague (`helper`), or put them back into the month (`helper` empty)."""
    user = user_of(request)
    row = _leave_or_404(request, pk)
    back = next_of(request, reverse("visits:leave"))
    if wanted := number(request.POST.get("helper")):
        helper = get_object_or_404(colleagues(user, row.user, on=today()), pk=wanted)
        _give(request, row, helper)
        return redirect(back)
    start = max(row.period.lower, today())
    returned = give_back(user=row.user, start=start, end=row.period.upper, today=today())
    text = ngettext(
        "%(number)d visit goes to the days she works.", "%(number)d visits go to the days she works.", returned.moved
    ) % {"number": returned.moved}  # fmt: skip
    if returned.stuck:
        text += " " + ngettext(
            "%(number)d found no day and stays where it is.",
            "%(number)d found no day and stay where they are.",
            returned.stuck,
        ) % {"number": returned.stuck}
    messages.success(request, text)
    return redirect(back)


@require_POST
def end_leave(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a leave out again."""
    row = _leave_or_404(request, pk)
    row.delete()
    messages.success(request, _("The leave of %(name)s is taken out.") % {"name": row.user.name})
    return redirect(next_of(request, reverse("visits:leave")))
