"""One person's month, week and day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.formats import localize
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import User
from accounts.rights import Right
from accounts.scope import scope_of
from crm.base.asked import number, words
from crm.base.periods import add_months, month_start
from crm.base.text import run_on
from crm.base.undo import toast
from dealers.models import Dealer
from dealers.views.access import posted, user_of
from visits import board, fatigue
from visits.actions.planned import PlanRefused, add_visit, leave_order_to_router, put_in_order
from visits.choices import Audience, Horizon, Means, PlanState, VisitState
from visits.days import Day, write_day
from visits.elsewhere import eyes_of
from visits.extra import sentence_of, sentences_of
from visits.findings import notice_of, sentences
from visits.forms import VisitForm
from visits.models import ExtraVisit, Visit, VisitPlan
from visits.neighbours import by_distance
from visits.overview import rows_of
from visits.people import colleagues, demand_planning, may_plan
from visits.route_map import drawn
from visits.views.access import next_of, of_person, read_day, read_month, today


@require_GET
@of_person
def month(request: HttpRequest, person: User) -> HttpResponse:
    """The month as a calendar, what it holds and what found no place."""
    start = read_month(request)
    plan = VisitPlan.objects.filter(
        user=person, audience=Audience.REPRESENTATIVE, horizon=Horizon.MONTH, starts_on=start
    ).first()
    row = rows_of([person], start, on=today())[0]
    dealers = _dealers_of(row.report, user_of(request), person)
    asked = _asked_for(row.report)
    helpers = list(colleagues(user_of(request), person, on=max(start, today())))
    left_out = [dealers[entry["dealer"]] for entry in row.report.get("left_out", ()) if entry["dealer"] in dealers]
    near = by_distance(helpers, left_out, on=max(start, today())) if left_out and helpers else {}
    context = month_board_context(request, person, start) | {
        "previous": add_months(start, -1), "following": add_months(start, 1),
        "row": row, "plan": plan,
        "left_out": [_explained(entry, asked) | {"dealer": dealers[entry["dealer"]], "helpers": near.get(entry["dealer"], [])} for entry in row.report.get("left_out", ()) if entry["dealer"] in dealers],
        "gaps": [entry | {"dealer": dealers[entry["dealer"]]} for entry in row.report.get("gaps", ()) if entry["dealer"] in dealers],
        "others": sentences(_tellable(row.report.get("other", ()), dealers), dealers),
        "notice": notice_of(row.report.get("notice", "")),
        "helpers": helpers,
        "is_proposal": plan is not None and plan.planned_at is not None and plan.state == PlanState.DRAFT,
        "is_over": add_months(start, 1) <= today(),
    }  # fmt: skip
    return render(request, "visits/month.html", context)


def month_board_context(request: HttpRequest, person: User, month: dt.date) -> dict[str, Any]:
    """The month's calendar alone, as it is answered when a visit was moved on it."""
    start = month_start(month)
    return _of(request, person) | {
        "month": start,
        "weeks": board.month_of(person, start, today=today(), reader=user_of(request)),
    }


def _asked_for(report: dict[str, Any]) -> dict[int, str]:
    """By number the sentences of extra visits that found no day."""
    keys = [key for entry in report.get("left_out", ()) for key in entry.get("requests", ())]
    return {row.pk: sentence_of(row) for row in ExtraVisit.objects.filter(pk__in=keys)} if keys else {}


def _explained(entry: dict[str, Any], asked: dict[int, str]) -> dict[str, Any]:
    return entry | {"asked": [asked[key] for key in entry.get("requests", ()) if asked.get(key)]}


def _dealers_of(report: dict[str, Any], reader: User, person: User) -> dict[int, Dealer]:
    """Those that a plan's report names, as far as the reader sees them."""
    rows = (*report.get("left_out", ()), *report.get("gaps", ()), *report.get("other", ()))
    dealers = Dealer.objects.only("name", "tier", "territory", "deleted_at", "latitude", "longitude")
    sees = eyes_of(reader, person)
    found = dealers.in_bulk({row["dealer"] for row in rows if row.get("dealer")})
    return {pk: dealer for pk, dealer in found.items() if sees(dealer)}


def _tellable(rows: Iterable[dict[str, Any]], dealers: dict[int, Dealer]) -> list[dict[str, Any]]:
    """Sentences about days, and about dealers whom the reader sees."""
    return [row for row in rows if not row.get("dealer") or row["dealer"] in dealers]


def _of(request: HttpRequest, person: User) -> dict[str, Any]:
    user = user_of(request)
    return {
        "person": person,
        "is_own": person.pk == user.pk,
        "may_plan": may_plan(user, person),
        "leads": scope_of(user).may(Right.VIEW_TEAM),
        "today": today(),
    }


@require_GET
@of_person
def week(request: HttpRequest, person: User) -> HttpResponse:
    """The week as a board: days as columns, visits as cards that are moved by hand or by key."""
    return render(request, "visits/week.html", week_context(request, person, read_day(request.GET.get("day"), today())))


def week_context(request: HttpRequest, person: User, day: dt.date) -> dict[str, Any]:
    monday = board.monday_of(day)
    columns = board.week_of(person, day, today=today(), reader=user_of(request))
    return _of(request, person) | {
        "monday": monday,
        "previous": monday - dt.timedelta(days=board.WEEK),
        "following": monday + dt.timedelta(days=board.WEEK),
        "sunday": monday + dt.timedelta(days=board.WEEK - 1),
        "month": month_start(day),
        "columns": columns,
        "open_days": board.coming_days(columns, today=today()),
        "visits": sum(column.number for column in columns),
        "too_often": _too_often(columns),
        "sentences": sentences_of(visit for column in columns for visit in column.visits),
        "takers": _takers(request, person, monday),
        "figures": board.figures_of(person, monday, columns),
    }


def _takers(request: HttpRequest, person: User, monday: dt.date) -> list[User]:
    """Colleagues to whom visits of the week can be given, by who plans the team."""
    user = user_of(request)
    if not scope_of(user).may(Right.PLAN_VISITS):
        return []
    return list(colleagues(user, person, on=max(monday, today())))


def _too_often(columns: Iterable[board.DayColumn]) -> dict[int, str]:
    """By planned visit, why its dealer is contacted too often around that day; five queries."""
    planned = [visit for column in columns for visit in column.visits if visit.state == VisitState.PLANNED]
    found = fatigue.strains((visit.dealer, visit.on) for visit in planned)
    said = {visit.pk: found[visit.dealer_id, visit.on] for visit in planned}
    return {pk: run_on([strain.sentence if strain.is_too_much else "", *strain.wishes]) for pk, strain in said.items()}


@require_GET
@of_person
def day(request: HttpRequest, person: User, on: dt.date) -> HttpResponse:
    """A day with its route on a map and as a list."""
    return render(request, "visits/day.html", day_context(request, person, on))


def day_context(request: HttpRequest, person: User, on: dt.date) -> dict[str, Any]:
    shown = drawn(person, on, reader=user_of(request))
    sees = eyes_of(user_of(request), person)
    others = [
        visit
        for visit in Visit.objects.of_day(person, on).select_related("dealer").exclude(pk__in=shown.drawn)
        if sees(visit.dealer)
    ]
    return _of(request, person) | {
        "on": on,
        "previous": on - dt.timedelta(days=1),
        "following": on + dt.timedelta(days=1),
        "route": shown,
        "tile_url": settings.MAP_TILE_URL,
        "attribution": settings.MAP_ATTRIBUTION,
        "calls": [visit for visit in others if visit.means == Means.PHONE and visit.state != VisitState.SKIPPED],
        "gone": [visit for visit in others if visit.state in (VisitState.SKIPPED, VisitState.MISSED)],
    }  # fmt: skip


@require_POST
@of_person
def order(request: HttpRequest, person: User, on: dt.date) -> HttpResponse:
    """Keep the stops in the order somebody chose, or let the router order them again (`by=router`)."""
    demand_planning(user_of(request), person)
    by_router = request.POST.get("by") == "router"
    standing = words(request.POST.get("standing"))
    level = "success"
    try:
        with transaction.atomic():
            if by_router:
                leave_order_to_router(user=person, on=on, standing=standing)
            else:
                keys = [key for key in map(number, request.POST.get("visits", "").split(",")) if key]
                put_in_order(user=person, on=on, visit_ids=keys, standing=standing)
            said = _said(write_day(person, on), by_router=by_router)
    except PlanRefused as refused:
        said, level = str(refused), "error"
    if request.headers.get("HX-Request"):
        return toast(render(request, "visits/day_route.html", day_context(request, person, on)), said, level=level)
    (messages.error if level == "error" else messages.success)(request, said)
    return redirect(next_of(request, reverse("visits:day", args=[person.pk, on])))


def _said(day: Day, *, by_router: bool) -> str:
    """What came of it, with what the router saves against the order that stood before."""
    if not by_router:
        return _("Your order is kept.")
    saved = round(day.km_before - day.km, 1)
    if saved <= 0:
        return _("The router has put the day in order.")
    minutes = max(day.travel_minutes_before - day.travel_minutes, 0)
    return _("The router has put the day in order: %(km)s km and %(minutes)s min less on the way.") % {
        "km": localize(saved), "minutes": minutes,
    }  # fmt: skip


@require_http_methods(["GET", "POST"])
@of_person
def add(request: HttpRequest, person: User) -> HttpResponse:
    """One more visit than the cycle asks for, at a dealer whom the user sees."""
    user = user_of(request)
    demand_planning(user, person)
    dealer = None
    if wanted := number(request.GET.get("dealer")):
        dealer = get_object_or_404(Dealer.objects.visible_to(user), pk=wanted)
    initial = {"on": read_day(request.GET.get("day"), today()), "dealer": dealer}
    form = VisitForm(posted(request), initial=initial, by=user, person=person, today=today())
    if request.method == "POST" and form.is_valid():
        try:
            visit = add_visit(user=person, **form.values())
        except PlanRefused as refused:
            form.add_error(None, str(refused))
        else:
            if visit.means == Means.IN_PERSON:
                write_day(person, visit.on)
            messages.success(request, _("The visit to %(dealer)s is planned.") % {"dealer": visit.dealer})
            return redirect(f"{reverse('visits:week', args=[person.pk])}?day={visit.on.isoformat()}")
    context = _of(request, person) | {"form": form, "found": _found(request, user), "dealer": dealer}
    return render(request, "visits/add.html", context, status=422 if form.is_bound else 200)


def _found(request: HttpRequest, user: User) -> list[Dealer]:
    """Dealers that the search finds: by name or code, a dozen at most."""
    wanted = words(request.GET.get("q"))
    if not wanted:
        return []
    seen = Dealer.objects.visible_to(user)
    rows = seen.filter(name__icontains=wanted) | seen.filter(code__istartswith=wanted)
    return list(rows.only("name", "code", "tier", "city").order_by("name", "pk")[:12])


@require_POST
@of_person
def order_week(request: HttpRequest, person: User) -> HttpResponse:
    """Put the coming days of a week in order anew; days in an order by hand keep it."""
    demand_planning(user_of(request), person)
    monday = board.monday_of(read_day(request.POST.get("day"), today()))
    start = max(monday, today())
    open_days = set(
        Visit.objects.filter(user=person, on__gte=start, on__lt=monday + dt.timedelta(days=board.WEEK))
        .open()
        .values_list("on", flat=True)
    )
    for each in sorted(open_days):
        write_day(person, each)
    said = ngettext("%(number)d day is in order.", "%(number)d days are in order.", len(open_days))
    messages.success(request, said % {"number": len(open_days)})
    return redirect(next_of(request, f"{reverse('visits:week', args=[person.pk])}?day={monday.isoformat()}"))
