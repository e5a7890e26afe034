"""Issues of visits: the list to work on, one issue, and handing over."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import User
from accounts.rights import Right
from accounts.scope import scope_of
from crm.base.asked import number
from dealers.choices import Tier
from dealers.forms.layout import NearDayField, PlainForm
from dealers.views.access import posted, user_of
from visits import issues as found_by
from visits.actions.follow_up import pass_many_on, pass_on, standing_of
from visits.actions.planned import PlanRefused
from visits.choices import Area, FindingKind, FindingState
from visits.forms import PersonChoice
from visits.issues import MINE, NOBODY, TEAM, Asked
from visits.models import Finding, Task
from visits.people import person_or_404
from visits.views.access import next_of, today
from visits.views.follow_up import row_or_404


def _demand(user: User) -> None:
    scope = scope_of(user)
    if not scope.may(Right.LOG_VISITS) and not scope.may(Right.VIEW_TEAM):
        raise PermissionDenied


def _asked(request: HttpRequest) -> Asked:
    """What the address asks for; the team's and other people's issues only to who may look at the team's work."""
    user = user_of(request)
    leads = scope_of(user).may(Right.VIEW_TEAM)
    asked = Asked.read(request.GET, default=MINE)
    if asked.person:
        person_or_404(user, asked.person)
    elif asked.who in (TEAM, NOBODY) and not leads:
        raise PermissionDenied
    return asked


@require_GET
def open_issues(request: HttpRequest) -> HttpResponse:
    """One's own issues, the team's, or somebody's; the most overdue first."""
    user = user_of(request)
    _demand(user)
    asked, on = _asked(request), today()
    leads = scope_of(user).may(Right.VIEW_TEAM)
    rows, after = found_by.page_of(asked.issues(user, on=on), asked, number(request.GET.get("after")))
    context: dict[str, Any] = {
        "asked": asked, "rows": rows, "after": after, "on": on, "leads": leads, "figures": found_by.figures(asked, user, on=on),
        "person": User.objects.filter(pk=asked.person).first() if asked.person else None,
        "people": found_by.colleagues_of(user, on=on)[: found_by.MOST_PEOPLE] if rows and asked.show != found_by.ENDED else (),
        "states": [choice for choice in FindingState.choices if choice[0] != FindingState.CONFIRMED],
        "kinds": FindingKind.choices, "areas": Area.choices, "tiers": Tier.values,
    }  # fmt: skip
    return render(request, "visits/issues/list.html", context)


class PassOnForm(PlainForm, forms.Form):
    """Whose the issue is, and by when."""

    groups = (("", (("owner", "due_on"),)),)

    owner = PersonChoice(
        label=pgettext_lazy("of work", "Owner"), queryset=User.objects.none(), required=False,
        empty_label=gettext_lazy("nobody"),
    )  # fmt: skip
    due_on = NearDayField(label=gettext_lazy("To be solved by"), required=False)

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = people  # type: ignore[attr-defined]


@require_http_methods(["GET", "POST"])
def issue(request: HttpRequest, pk: int) -> HttpResponse:
    """One issue: how far it is, and whose it is from now on."""
    found: Finding = row_or_404(request, Finding, pk)
    people = User.objects.filter(pk__in=found_by.owners_for(found.dealer.territory, on=today()).values("pk"))
    people = (people | User.objects.filter(pk=found.owner_id)).order_by("name", "pk")
    initial = {"owner": found.owner_id, "due_on": found.due_on}
    form = PassOnForm(posted(request), initial=initial, people=people)
    if request.method == "POST" and form.is_valid():
        try:
            pass_on(finding_id=pk, on=today(), seen=request.POST.get("standing"), **form.cleaned_data)
        except PlanRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Saved."))
            return redirect(next_of(request, reverse("visits:issue", args=[pk])))
    tasks = Task.objects.visible_to(user_of(request)).filter(finding=found).select_related("owner")
    context = {
        "finding": found, "dealer": found.dealer, "form": form, "standing": standing_of(found), "on": today(),
        "steps": FindingState.choices, "tasks": list(tasks), "is_open": found.state != FindingState.CONFIRMED,
        "late_days": _late_days(found, today()),
    }  # fmt: skip
    return render(request, "visits/issues/issue.html", context, status=422 if form.is_bound else 200)


def _late_days(finding: Finding, on: dt.date) -> int:
    """Days since the issue should have been solved; 0 in time."""
    if finding.due_on is None or finding.state not in found_by.UNSOLVED:
        return 0
    return max((on - finding.due_on).days, 0)


@require_POST
def pass_issues_on(request: HttpRequest) -> HttpResponse:
    """Give the chosen issues (`issue`) to one colleague (`to`): all of them or none."""
    user = user_of(request)
    _demand(user)
    keys = {pk for text in request.POST.getlist("issue")[: found_by.MOST_AT_ONCE] if (pk := number(text))}
    chosen = list(Finding.objects.visible_to(user).filter(pk__in=keys).select_related("dealer"))
    scope = scope_of(user)
    for row in chosen:
        place = row.dealer.territory_id
        if not scope.may(Right.LOG_VISITS, place) and not scope.may(Right.VIEW_TEAM, place):
            raise PermissionDenied
    back = next_of(request, reverse("visits:open_issues"))
    if not chosen:
        messages.error(request, _("Choose at least one issue."))
        return redirect(back)
    to = found_by.colleagues_of(user, on=today()).filter(pk=number(request.POST.get("to")) or 0).first()
    if to is None:
        messages.error(request, _("Choose who is to solve them."))
        return redirect(back)
    try:
        given = pass_many_on(finding_ids=[row.pk for row in chosen], owner=to, on=today())
    except PlanRefused as refused:
        messages.error(request, str(refused))
    else:
        text = ngettext("%(number)d issue is now %(name)s's.", "%(number)d issues are now %(name)s's.", given)
        messages.success(request, text % {"number": given, "name": to.name})
    return redirect(back)
