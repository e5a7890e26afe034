"""Warnings as a list and as a board, and what is done with several of them at a time."""

from __future__ import annotations

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
from alerts import actions, kinds, saved_lists
from alerts.case_cells import draw
from alerts.case_list import AGES, ALL, MINE, STATES, AskedCases, CaseList
from alerts.choices import RUNNING
from alerts.models import Case
from alerts.people import leads, owners_for
from crm.base.asked import number
from dealers.views.access import today, user_of
from visits.views.access import next_of

# Cards of one column of the board; the list shows the rest.
CARDS = 20
# Of the panel on the start page.
SHORT = 6
# People offered as owners.
OFFERED = 500


def case_list(request: HttpRequest) -> CaseList:
    """A representative's list begins with her own, a leader's with all that she sees."""
    user = user_of(request)
    asked = AskedCases.read(request.GET, default=ALL if leads(user) else MINE)
    return CaseList(asked, user, at=timezone.now())


@require_GET
def listed(request: HttpRequest) -> HttpResponse:
    """Cases in the order in which they want to be worked on."""
    found = case_list(request)
    page = found.page(request.GET.get("after", ""))
    context = {
        **_frame(found), "view": "list", "rows": draw(page.rows, at=found.at),
        "next_url": f"?{found.asked.query(after=page.after)}" if page.after else "",
        "first_url": f"?{found.asked.query()}" if request.GET.get("after") else "",
    }  # fmt: skip
    return render(request, "alerts/list.html", context)


@require_GET
def board(request: HttpRequest) -> HttpResponse:
    """Running cases in a column for each state."""
    found = case_list(request)
    columns = [(state, count, draw(cards, at=found.at)) for state, count, cards in found.columns(RUNNING, CARDS)]
    return render(request, "alerts/board.html", {**_frame(found), "view": "board", "columns": columns})


@require_GET
def short(request: HttpRequest) -> HttpResponse:
    """The worst that are open, for the start page."""
    found = case_list(request)
    context = {
        "asked": found.asked, "counts": found.by_severity(), "late": found.late(), "rows": draw(found.first(SHORT), at=found.at),
    }  # fmt: skip
    return render(request, "alerts/panels/short.html", context)


@require_GET
def owners(request: HttpRequest) -> HttpResponse:
    """A fragment: to whom the chosen cases can be given. It is asked for when somebody wants to."""
    user = user_of(request)
    if not leads(user):
        raise PermissionDenied
    people = owners_for(user, on=today()).only("pk", "name")[:OFFERED]
    return render(request, "alerts/owners.html", {"people": people})


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


def _frame(found: CaseList) -> dict[str, Any]:
    return {
        "asked": found.asked, "counts": found.by_severity(),
        "kinds": [kind for kind in kinds.registered() if not kind.dormant], "saved": saved_lists.of(found.user), "ages": AGES,
        "states": STATES, "may_lead": leads(found.user),
    }  # fmt: skip
