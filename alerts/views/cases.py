"""Warnings as a list and as a board, and what is done with several of them at a time."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from accounts.models import User
from accounts.scope import scope_of
from alerts import actions, kinds, reasons, saved_lists
from alerts.access import LEADING
from alerts.case_list import (
    AGES,
    MINE,
    STATES,
    TEAM,
    TO_VERIFY,
    UNSOLVED_ONES,
    AskedCases,
    by_severity,
    count_up_to,
    page_of,
)
from alerts.choices import RUNNING, CaseState
from alerts.models import Case
from crm.base.asked import number
from dealers.views.access import today, user_of
from visits.views.access import next_of

# Cards of one column of the board; the list shows the rest.
CARDS = 20


def leads(user: User) -> bool:
    """Whether the user leads a territory: she may assign, dismiss and merge there."""
    scope = scope_of(user)
    return scope.superuser or any(roles & LEADING for roles in scope.roles.values())


def asked_cases(request: HttpRequest) -> AskedCases:
    """A representative's list begins with her own, a leader's with her team's."""
    return AskedCases.read(request.GET, default=TEAM if leads(user_of(request)) else MINE)


@require_GET
def listed(request: HttpRequest) -> HttpResponse:
    """Cases in the order in which they want to be worked on."""
    user, asked, at = user_of(request), asked_cases(request), timezone.now()
    page = page_of(asked.cases(user, at=at), request.GET.get("after", ""))
    context = {
        **_frame(user, asked, at), "view": "list",
        "rows": [(case, reasons.sentence(case, now=case.is_running)) for case in page.rows],
        "next_url": f"?{asked.query(after=page.after)}" if page.after else "",
        "first_url": f"?{asked.query()}" if request.GET.get("after") else "",
        "people": User.objects.active().visible_to(user).order_by("name", "pk")[:500] if leads(user) else (),
    }  # fmt: skip
    return render(request, "alerts/list.html", context)


@require_GET
def board(request: HttpRequest) -> HttpResponse:
    """Running cases in a column for each state."""
    user, asked, at = user_of(request), asked_cases(request), timezone.now()
    columns = []
    for state in RUNNING:
        everything = replace(asked, state=TO_VERIFY if state == CaseState.RESOLVED else UNSOLVED_ONES)
        rows = everything.cases(user, at=at).filter(state=state)
        shown = list(rows.select_related("dealer", "owner", "territory", "cause")[: CARDS + 1])
        columns.append((state, count_up_to(rows), [(case, reasons.sentence(case, now=True)) for case in shown[:CARDS]]))
    return render(request, "alerts/board.html", {**_frame(user, asked, at), "view": "board", "columns": columns})


@require_GET
def short(request: HttpRequest) -> HttpResponse:
    """The worst that are open, for the start page."""
    user, at = user_of(request), timezone.now()
    asked = asked_cases(request)
    rows = asked.cases(user, at=at).select_related("dealer", "owner", "territory", "cause")[:6]
    context = {
        "asked": asked, "counts": by_severity(asked, user, at=at), "late": count_up_to(AskedCases(asked.whose, late=True).cases(user, at=at)),
        "rows": [(case, reasons.sentence(case, now=True)) for case in rows], "at": at,
    }  # fmt: skip
    return render(request, "alerts/panels/short.html", context)


@require_POST
def assign_many(request: HttpRequest) -> HttpResponse:
    """Give the chosen cases to one person: all of them or none."""
    chosen = _chosen(request)
    # One of those whom the list offers: numbers of others tell no names.
    to = User.objects.active().visible_to(user_of(request)).filter(pk=number(request.POST.get("to")) or 0).first()
    try:
        if to is None:
            raise actions.CaseRefused(_("Choose somebody to give the cases to."))
        count = actions.assign_many(case_ids=chosen, to=to, by=user_of(request), at=timezone.now(), on=today())
    except actions.CaseRefused as refused:
        messages.error(request, str(refused))
    else:
        text = ngettext("%(count)s case was given to %(name)s.", "%(count)s cases were given to %(name)s.", count)
        messages.success(request, text % {"count": count, "name": to})
    return redirect(next_of(request, reverse("alerts:list")))


@require_POST
def merge(request: HttpRequest) -> HttpResponse:
    """Make one case of those chosen: the oldest of the worst stays."""
    chosen = _chosen(request)
    into = (
        Case.objects.filter(pk__in=chosen).order_by("-severity", "opened_on", "pk").values_list("pk", flat=True).first()
    )
    try:
        if into is None:
            raise actions.CaseRefused(_("Choose at least two cases."))
        case = actions.merge(into_id=into, case_ids=chosen, by=user_of(request), at=timezone.now(), on=today())
    except actions.CaseRefused as refused:
        messages.error(request, str(refused))
        return redirect(next_of(request, reverse("alerts:list")))
    messages.success(request, _("The cases are one now."))
    return redirect("alerts:case", pk=case.pk)


def _chosen(request: HttpRequest) -> list[int]:
    """The ticked cases that the reader sees; 403 for who leads nobody, 404-like silence for cases of others."""
    user = user_of(request)
    if not leads(user):
        raise PermissionDenied
    asked = {pk for text in request.POST.getlist("case") if (pk := number(text))}
    return list(Case.objects.visible_to(user).filter(pk__in=asked).values_list("pk", flat=True))


def _frame(user: User, asked: AskedCases, at: Any) -> dict[str, Any]:
    return {
        "asked": asked, "counts": by_severity(asked, user, at=at), "kinds": [kind for kind in kinds.registered() if not kind.dormant],
        "saved": saved_lists.of(user), "ages": AGES, "states": STATES, "may_lead": leads(user), "at": at, "today": today(),
    }  # fmt: skip
