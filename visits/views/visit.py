"""One visit: its plan, its record, and everything that changes the plan."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.models import User
from accounts.rights import Right
from accounts.scope import scope_of
from crm.base.asked import number
from crm.base.models import Company
from crm.base.text import run_on
from crm.base.undo import offer_undo, toast
from dealers.views.access import user_of
from visits import fatigue
from visits.actions import planned
from visits.answers import answered, not_possible
from visits.choices import AdviceResult, CommitmentState, FindingState, Means, Result, SkipReason, VisitKind, VisitState
from visits.days import write_day
from visits.extra import sentences_of
from visits.findings import weekday_and_day
from visits.forms import MeansForm, PrepareForm, SkipForm
from visits.models import Visit
from visits.moving import give_visit
from visits.people import colleagues, may_change, person_or_404
from visits.views.access import next_of, read_day, read_time, today, visit_or_404
from visits.views.coaching import may_coach
from visits.views.composer import slug_of
from visits.views.person import day_context, month_board_context, week_context

# A telephone call of more minutes is said to be long; nothing follows from it (D-22).
LONG_CALL_MIN = 15
PLANNED = (VisitState.PLANNED, VisitState.MISSED)


@require_GET
def visit(request: HttpRequest, pk: int) -> HttpResponse:
    """What is planned, what was found and agreed, and what can be changed."""
    found = visit_or_404(request, pk)
    user = user_of(request)
    allowed = may_change(user, found.user_id, found.dealer.territory_id)
    context = {
        "visit": found,
        "dealer": found.dealer,
        "may_change": allowed and found.state in PLANNED,
        "may_take_up": allowed and found.state == VisitState.SKIPPED,
        "may_step": allowed or scope_of(user).may(Right.VIEW_TEAM, found.dealer.territory_id),
        "may_see_person": user.pk == found.user_id or scope_of(user).may(Right.VIEW_TEAM, found.dealer.territory_id),
        "form": PrepareForm(instance=found),
        "skip_reasons": SkipReason.choices,
        "findings": list(found.findings.select_related("owner").order_by("created_at", "pk")),
        "finding_steps": FindingState.choices,
        "commitments": list(found.commitments.select_related("owner", "for_promise").order_by("side", "due_on")),
        "commitment_states": [choice for choice in CommitmentState.choices if choice[0] != CommitmentState.OPEN],
        "advice": list(found.advices.all()),
        "advice_results": [choice for choice in AdviceResult.choices if choice[0] != AdviceResult.OPEN],
        "stock": list(found.stockseens.select_related("product")),
        "collections": list(found.collections.all()),
        "photos": list(found.visitphotos.all()),
        "tasks": list(found.tasks.select_related("owner")),
        "currency": Company.get().currency,
        "minutes_there": _minutes(found),
        "long_call": LONG_CALL_MIN if found.means == Means.PHONE and (_minutes(found) or 0) > LONG_CALL_MIN else 0,
        "is_met": found.result == Result.MET,
        "today": today(),
        "answers": answered(found),
        "not_possible": not_possible(found),
        "form_slug": slug_of(found.form.kind) if found.form else "",
        "strain": fatigue.strain_of(found.dealer, found.on) if found.state == VisitState.PLANNED else None,
        "sentences": sentences_of([found]).get(found.pk, []),
        "takers": list(takers(user, found))
        if found.state == VisitState.PLANNED and scope_of(user).may(Right.PLAN_VISITS, found.dealer.territory_id)
        else [],
        "may_coach": found.kind == VisitKind.JOINT and found.on <= today() and may_coach(user, found.user),
    }
    return render(request, "visits/visit.html", context)


def _minutes(visit: Visit) -> int | None:
    if visit.started_at is None or visit.ended_at is None:
        return None
    return round((visit.ended_at - visit.started_at).total_seconds() / 60)


@require_POST
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """To another day; the address or the form names it (`on`), and a time if one was agreed on (`fixed_at`)."""
    found = visit_or_404(request, pk, change=True)
    on = read_day(request.POST.get("on") or request.GET.get("on"), found.on)
    was_locked = found.locked

    def act() -> tuple[str, str]:
        moved, before = planned.move_visit(
            visit_id=pk, on=on, today=today(), version=_version(request),
            fixed_at=read_time(request.POST.get("fixed_at")), locked=request.GET.get("locked") != "0",
        )  # fmt: skip
        text = _("%(dealer)s is moved to %(day)s and stays there.") % {
            "dealer": moved.dealer, "day": weekday_and_day(moved.on),
        }  # fmt: skip
        strain = fatigue.strain_of(moved.dealer, moved.on)
        if strain.is_too_much:
            text = run_on([text, strain.sentence])
        if before < today():
            return text, ""
        back = f"on={before.isoformat()}&locked={int(was_locked)}&version={moved.version}"
        return text, f"{reverse('visits:move', args=[pk])}?{back}"

    return _change(request, found, act, {found.on, on})


@require_POST
def lock(request: HttpRequest, pk: int) -> HttpResponse:
    """Hold it on its day (`locked=1`), or leave it to the planner."""
    found = visit_or_404(request, pk, change=True)
    wanted = request.POST.get("locked") == "1"

    def act() -> tuple[str, str]:
        planned.set_locked(visit_id=pk, locked=wanted, version=_version(request))
        return (_("Locked: the planner leaves it where it is.") if wanted else _("The planner may move it again.")), ""

    return _change(request, found, act, {found.on} if not wanted else set())


@require_POST
def must(request: HttpRequest, pk: int) -> HttpResponse:
    """It must be made on its day (`must=1`), or it may give way when the day is too short."""
    found = visit_or_404(request, pk, change=True)
    wanted = request.POST.get("must") == "1"

    def act() -> tuple[str, str]:
        planned.set_must(visit_id=pk, must=wanted, version=_version(request))
        if wanted:
            return _("When the day is too short, other visits give way first."), ""
        return _("When the day is too short, this visit may give way."), ""

    return _change(request, found, act, {found.on})


@require_POST
def give(request: HttpRequest, pk: int) -> HttpResponse:
    """To a colleague of the same team (`to`), who sees the dealer until the month of the visit is over."""
    found = visit_or_404(request, pk, change=True)
    user, was_locked = user_of(request), found.locked
    key = number(request.POST.get("to") or request.GET.get("to"))
    to = takers(user, found).filter(pk=key).first() if key else None
    if to is None and key and key == number(request.GET.get("to")):
        # Back to whose it was, by the undo of the message.
        to = person_or_404(user, key)

    def act() -> tuple[str, str]:
        if to is None:
            raise planned.PlanRefused(_("Choose a colleague of the same team."))
        given, before = give_visit(
            visit_id=pk, to=to, by=user, today=today(), version=_version(request),
            locked=request.GET.get("locked") != "0",
        )  # fmt: skip
        text = _("%(name)s makes the visit to %(dealer)s.") % {"name": to.name, "dealer": given.dealer}
        back = f"to={before.pk}&locked={int(was_locked)}&version={given.version}"
        return text, f"{reverse('visits:give', args=[pk])}?{back}"

    demand_giving(user, found)
    return _change(request, found, act, set())


def demand_giving(user: User, visit: Visit) -> None:
    """Only who plans the territory takes a visit from one and gives it to another. Raises PermissionDenied."""
    if not scope_of(user).may(Right.PLAN_VISITS, visit.dealer.territory_id):
        raise PermissionDenied


def takers(user: User, visit: Visit) -> QuerySet[User]:
    """Colleagues who can take the visit over."""
    return colleagues(user, visit.user, on=max(visit.on, today()))


@require_POST
def appointment(request: HttpRequest, pk: int) -> HttpResponse:
    """A time of day agreed on with the dealer (`at`); empty: none."""
    found = visit_or_404(request, pk, change=True)
    time = read_time(request.POST.get("at"))

    def act() -> tuple[str, str]:
        planned.set_appointment(visit_id=pk, at=time, version=_version(request))
        if time is None:
            return _("No appointment any more."), ""
        return _("Appointment at %(time)s.") % {"time": f"{time:%H:%M}"}, ""

    return _change(request, found, act, {found.on})


@require_POST
def means(request: HttpRequest, pk: int) -> HttpResponse:
    """A telephone call instead, or a visit again."""
    found = visit_or_404(request, pk, change=True)
    form = MeansForm(request.POST)

    def act() -> tuple[str, str]:
        if not form.is_valid():
            raise planned.PlanRefused(_("Choose a visit or a telephone call."))
        changed = planned.set_means(visit_id=pk, means=form.cleaned_data["means"], version=_version(request))
        return (_("A telephone call instead.") if changed.means == Means.PHONE else _("A visit again.")), ""

    return _change(request, found, act, {found.on})


@require_POST
def skip(request: HttpRequest, pk: int) -> HttpResponse:
    """Leave it out, with the reason."""
    found = visit_or_404(request, pk, change=True)
    form = SkipForm(request.POST)

    def act() -> tuple[str, str]:
        if not form.is_valid():
            raise planned.PlanRefused(_("Say why the visit is left out."))
        planned.skip_visit(visit_id=pk, version=_version(request), **form.cleaned_data)
        return _("Left out: %(dealer)s.") % {"dealer": found.dealer}, reverse("visits:resume", args=[pk])

    return _change(request, found, act, {found.on})


@require_POST
def resume(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a visit up again that was left out."""
    found = visit_or_404(request, pk, change=True)

    def act() -> tuple[str, str]:
        planned.take_up_again(visit_id=pk, version=_version(request))
        return _("%(dealer)s is planned again.") % {"dealer": found.dealer}, ""

    return _change(request, found, act, {found.on})


@require_POST
def prepare(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what the visit is to reach and why it is made."""
    found = visit_or_404(request, pk, change=True)
    form = PrepareForm(request.POST, instance=Visit(pk=pk, dealer=found.dealer, user=found.user, on=found.on))

    def act() -> tuple[str, str]:
        if not form.is_valid():
            raise planned.PlanRefused(_("Purpose and objective were not understood."))
        changed = planned.prepare_visit(
            visit_id=pk, objective=form.cleaned_data["objective"], purpose=form.cleaned_data["purpose"],
            at=timezone.now(), version=_version(request),
        )  # fmt: skip
        if changed.confirmed_at:
            return _("The visit is confirmed."), ""
        return _("Saved. With purpose and objective the visit is confirmed."), ""

    return _change(request, found, act, set())


def _version(request: HttpRequest) -> int | None:
    """From the form; from the address when a change is undone."""
    return number(request.POST.get("version") or request.GET.get("version"))


def _change(request: HttpRequest, visit: Visit, act: Callable[[], tuple[str, str]], days: set[dt.date]) -> HttpResponse:
    """Do it, put the days concerned in order anew, and answer: the board to a board, else the page it came from."""
    said, undo, level = "", "", "success"
    try:
        said, undo = act()
    except planned.PlanRefused as refused:
        said, level = str(refused), "error"
    else:
        for day in sorted(days):
            if day >= today():
                write_day(visit.user, day)
    if request.headers.get("HX-Request"):
        return toast(_board(request, visit.user), said, level=level, undo_url=undo)
    if undo:
        offer_undo(request, said, url=undo)
    else:
        (messages.error if level == "error" else messages.success)(request, said)
    return redirect(next_of(request, reverse("visits:visit", args=[visit.pk])))


def _board(request: HttpRequest, person: User) -> HttpResponse:
    """What the page showed that asked: a day's route, a month's calendar, else a week."""
    if route := request.POST.get("route"):
        return render(request, "visits/day_route.html", day_context(request, person, read_day(route, today())))
    if month := request.POST.get("month"):
        return render(
            request, "visits/month_board.html", month_board_context(request, person, read_day(month, today()))
        )
    context: dict[str, Any] = week_context(request, person, read_day(request.POST.get("week"), today()))
    return render(request, "visits/week_board.html", context)
