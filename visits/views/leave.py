"""Leave of the team, and who makes the visits meanwhile."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
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
from visits.actions import stand_in
from visits.actions.return_visits import give_back
from visits.days import write_day
from visits.forms import LONGEST_LEAVE_DAYS, LeaveForm, longest_leave_text
from visits.models import Leave, Visit
from visits.people import colleagues, demand_planning, may_plan, person_or_404, team
from visits.views.access import next_of, read_day, today

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
    if request.method == "POST" and form.is_valid() and _enter(request, user, form):
        return redirect("visits:leave")
    since = on - dt.timedelta(days=DAYS_BACK)
    shown = Leave.objects.visible_to(user).filter(period__endswith__gt=since).select_related("user").order_by("period")
    shown = shown.prefetch_related("covers__helper")
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
        "helpers": sorted({cover.helper.name for cover in row.covers.all()}),
        "may_plan": may_plan(user, row.user),
    }


def _enter(request: HttpRequest, user: User, form: LeaveForm) -> bool:
    """Enter the leave and who takes over, both or nothing; False, with the reason in the form, when it cannot be."""
    demand_planning(user, form.cleaned_data["user"])
    try:
        with transaction.atomic():
            row = form.save()
            helper = form.cleaned_data.get("helper")
            text = _give(user, row, helper) if helper is not None else _entered(row)
    except IntegrityError as error:
        # Somebody entered leave for the same days at the same moment.
        if "leave_not_twice_at_a_time" not in str(error):
            raise
        form.add_error("first", _("Leave is already entered for some of these days."))
        return False
    except ValidationError as refused:
        form.add_error("helper", refused.messages)
        return False
    messages.success(request, text)
    return True


def _entered(row: Leave) -> str:
    return _("Leave of %(name)s is entered.") % {"name": row.user.name}


def _give(user: User, row: Leave, helper: User) -> str:
    """The visits from today on, where the user plans; what is over stays hers. Raises ValidationError."""
    start, end = max(row.period.lower, today()), row.period.upper
    held = scope_of(user).where(Right.PLAN_VISITS).territory_ids
    given = stand_in.cover_leave(by=user, leave=row, helper=helper, territories=held, on=today())
    taken = Visit.objects.filter(user=helper, on__gte=start, on__lt=end, state="PLANNED", sequence=None)
    for day in sorted(set(taken.values_list("on", flat=True))):
        write_day(helper, day)
    text = ngettext(
        "%(helper)s takes over %(number)d visit of %(name)s.",
        "%(helper)s takes over %(number)d visits of %(name)s.",
        given,
    )
    return text % {"helper": helper.name, "number": given, "name": row.user.name}


def _leave_or_404(request: HttpRequest, pk: int) -> Leave:
    row: Leave = get_object_or_404(Leave.objects.select_related("user").select_for_update(of=("self",)), pk=pk)
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
        try:
            with transaction.atomic():
                messages.success(request, _give(user, row, helper))
        except ValidationError as refused:
            messages.error(request, " ".join(refused.messages))
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
@transaction.atomic
def end_leave(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a leave out again; of one that runs, the days from today on. Visits that colleagues took over come back."""
    row = _leave_or_404(request, pk)
    name = row.user.name
    back = _until(request, row, today())
    if back is not None:
        text = ngettext(
            "The leave of %(name)s is taken out; %(number)d visit comes back.",
            "The leave of %(name)s is taken out; %(number)d visits come back.", back,
        )  # fmt: skip
        messages.success(request, text % {"name": name, "number": back})
    return redirect(next_of(request, reverse("visits:leave")))


@require_POST
@transaction.atomic
def change_leave(request: HttpRequest, pk: int) -> HttpResponse:
    """Another last day (`last`). When it is earlier, visits that colleagues took over for the days after it come back."""
    row = _leave_or_404(request, pk)
    name = row.user.name
    last = read_day(request.POST.get("last"), dt.date.min)
    if last < max(row.period.lower, today() - dt.timedelta(days=1)):
        messages.error(request, _("Choose a last day that is not over and not before the first one."))
    elif (last - row.period.lower).days >= LONGEST_LEAVE_DAYS:
        messages.error(request, longest_leave_text())
    elif (back := _until(request, row, last + dt.timedelta(days=1))) is not None:
        text = ngettext(
            "The leave of %(name)s is changed; %(number)d visit comes back.",
            "The leave of %(name)s is changed; %(number)d visits come back.", back,
        )  # fmt: skip
        messages.success(request, text % {"name": name, "number": back})
    return redirect(next_of(request, reverse("visits:leave")))


def _until(request: HttpRequest, row: Leave, until: dt.date) -> int | None:
    """Let the leave last until before `until`; how many visits came back, None (and a message) when it cannot be."""
    try:
        with transaction.atomic():
            return stand_in.end_leave(by=user_of(request), leave_id=row.pk, until=until, on=today())
    except IntegrityError as error:
        if "leave_not_twice_at_a_time" not in str(error):
            raise
        messages.error(request, _("Leave is already entered for some of these days."))
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    return None
