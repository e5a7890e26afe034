"""One case: what is known, the next step, and the steps themselves."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.models import User
from alerts import access, actions, course, kinds, reasons, story
from alerts.choices import TaskState
from alerts.loss import parts_of_loss
from alerts.models import Case, CaseAction, Cause, LossTerms
from alerts.people import candidates
from alerts.similar import what_helped
from alerts.views.access import case_or_404
from crm.base.asked import number
from crm.base.models import Company
from dealers.views.access import today, user_of
from visits.views.access import next_of, read_day

# A task is usually due a week from now.
USUAL_DAYS = 7
# Panels of the dealer page that show what a kind's evidence names.
EVIDENCE = {
    "receivables": ("sales:receivables",), "sales": ("sales:history", "sales:targets"), "stock": ("sales:stock",),
    "visits": ("visits:next_visit",), "targets": ("sales:targets", "sales:history"),
}  # fmt: skip


@require_GET
def shown(request: HttpRequest, pk: int) -> HttpResponse:
    """The case as a page."""
    return _page(request, case_or_404(request, pk))


@require_POST
def step(request: HttpRequest, pk: int, what: str) -> HttpResponse:
    """Take a step. Refused, it shows the case again with why, and with what was typed."""
    if what not in STEPS:
        raise Http404
    case = case_or_404(request, pk, work=what not in (*LEADERS, "watch"), lead=what in LEADERS)
    doing: dict[str, Any] = {"case_id": case.pk, "by": user_of(request), "at": timezone.now(), "on": today()}
    try:
        STEPS[what](request.POST, case, doing)
    except actions.NotAllowed as refused:
        raise PermissionDenied(str(refused)) from refused
    except actions.CaseRefused as refused:
        return _page(request, case_or_404(request, pk), refused=str(refused), refused_step=what)
    messages.success(request, _("Saved."))
    return redirect(next_of(request, case_url(case)))


@require_POST
def end_task(request: HttpRequest, pk: int) -> HttpResponse:
    """A task of a case was done or dropped."""
    task = get_object_or_404(CaseAction.objects.visible_to(user_of(request)), pk=pk)
    case = case_or_404(request, task.case_id, work=True)
    try:
        actions.end_task(
            task_id=pk, state=request.POST.get("state", ""), result=request.POST.get("result", ""), by=user_of(request),
            at=timezone.now(), on=today(),
        )  # fmt: skip
    except actions.CaseRefused as refused:
        return _page(request, case, refused=str(refused), refused_step=f"task-{pk}")
    messages.success(request, _("Saved."))
    return redirect(case_url(case))


def case_url(case: Case) -> str:
    return reverse("alerts:case", args=[case.pk])


def _page(request: HttpRequest, case: Case, *, refused: str = "", refused_step: str = "") -> HttpResponse:
    user, on = user_of(request), today()
    tasks = list(case.actions.select_related("owner").order_by("state", "due_on", "pk"))
    events = case.events.select_related("by").order_by("-at", "-pk")
    kind = kinds.get(case.kind)
    watchers = [row.user for row in case.watchers.select_related("user").order_by("user__name")]
    may_work, may_lead = access.may_work_on(user, case), access.may_lead(user, case)
    context = {
        "case": case, "kind": kind, "kind_label": kinds.label_of(case.kind), "sentence": reasons.sentence(case),
        "now": reasons.sentence(case, now=True) if case.latest and case.latest != case.evidence else "",
        "tasks": tasks, "open_tasks": [task for task in tasks if task.state == TaskState.OPEN],
        "story": story.lines(case, events), "watchers": watchers, "watches": user in watchers, "may_work": may_work,
        "may_lead": may_lead, "people": candidates(case, on=on) if may_work else (),
        "causes": Cause.objects.filter(active=True).filter(Q(kinds=[]) | Q(kinds__contains=[case.kind])) if may_work else (),
        "helped": what_helped(case, user), "panels": EVIDENCE.get(kind.evidence, ()) if kind and case.dealer else (),
        "currency": Company.get().currency, "at": timezone.now(), "today": on, "usual_day": on + dt.timedelta(days=USUAL_DAYS),
        "then_now": course.then_and_now(case),
        "cost": parts_of_loss(case.loss_cost, LossTerms.get()) if case.loss_cost else None,
        "refused": refused, "typed": request.POST,
        # A mail leads here with a step that is to be ready.
        "refused_step": refused_step, "open_step": refused_step or request.GET.get("do", ""),
    }  # fmt: skip
    return render(request, "alerts/case.html", context, status=422 if refused else 200)


def _person(posted: Mapping[str, str], field: str, case: Case, on: dt.date) -> User:
    """One of those whom the page offers: numbers of others tell no names."""
    found = candidates(case, on=on).filter(pk=number(posted.get(field)) or 0).first()
    if found is None:
        raise actions.CaseRefused(_("Choose who it is for."))
    return found


def _acknowledge(posted: Mapping[str, str], case: Case, doing: dict[str, Any]) -> None:
    actions.acknowledge(seen=posted.get("seen", ""), **doing)


def _investigate(posted: Mapping[str, str], case: Case, doing: dict[str, Any]) -> None:
    actions.investigate(seen=posted.get("seen", ""), **doing)


def _cause(posted: Mapping[str, str], case: Case, doing: dict[str, Any]) -> None:
    actions.find_cause(cause=posted.get("cause", ""), note=posted.get("note", ""), seen=posted.get("seen", ""), **doing)


def _task(posted: Mapping[str, str], case: Case, doing: dict[str, Any]) -> None:
    due_on = read_day(posted.get("due_on"), dt.date.min)
    if due_on == dt.date.min:
        raise actions.CaseRefused(
            _("Give a day as year-month-day, such as %(day)s.") % {"day": doing["on"].isoformat()}
        )
    actions.plan_task(
        title=posted.get("title", ""), owner=_person(posted, "owner", case, doing["on"]), due_on=due_on, **doing
    )


def _resolve(posted: Mapping[str, str], case: Case, doing: dict[str, Any]) -> None:
    actions.resolve(resolution=posted.get("resolution", ""), seen=posted.get("seen", ""), **doing)


def _reopen(posted: Mapping[str, str], case: Case, doing: dict[str, Any]) -> None:
    actions.reopen(reason=posted.get("reason", ""), **doing)


def _dismiss(posted: Mapping[str, str], case: Case, doing: dict[str, Any]) -> None:
    found_real = posted.get("found_real") == "1"
    actions.dismiss(reason=posted.get("reason", ""), found_real=found_real, seen=posted.get("seen", ""), **doing)


def _assign(posted: Mapping[str, str], case: Case, doing: dict[str, Any]) -> None:
    actions.assign(to=_person(posted, "to", case, doing["on"]), **doing)


def _watch(posted: Mapping[str, str], case: Case, doing: dict[str, Any]) -> None:
    actions.watch(watches=posted.get("watches") == "1", **doing)


def _note(posted: Mapping[str, str], case: Case, doing: dict[str, Any]) -> None:
    actions.note(text=posted.get("text", ""), **doing)


STEPS: dict[str, Callable[[Mapping[str, str], Case, dict[str, Any]], None]] = {
    "acknowledge": _acknowledge, "investigate": _investigate, "cause": _cause, "task": _task, "resolve": _resolve,
    "reopen": _reopen, "dismiss": _dismiss, "assign": _assign, "watch": _watch, "note": _note,
}  # fmt: skip
LEADERS = ("dismiss", "assign")
