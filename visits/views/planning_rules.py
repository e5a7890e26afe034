"""How months plan themselves, and the release of what the night proposes."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts.decorators import right_required
from accounts.rights import Right
from accounts.scope import scope_of
from crm.base.asked import number
from crm.base.periods import add_months
from dealers.views.access import posted, user_of
from visits.choices import Audience
from visits.forms_planning import PlanningRulesForm
from visits.models import PlanningRules
from visits.people import WORKERS, demand_planning, may_plan, person_or_404, team
from visits.replanning import release
from visits.views.access import next_of, read_month


@require_http_methods(["GET", "POST"])
@right_required(Right.EDIT_VISIT_RULES)
def rules(request: HttpRequest) -> HttpResponse:
    """When the night plans by itself, whether that counts at once, and how soon a new dealer is visited."""
    form = PlanningRulesForm(posted(request), instance=PlanningRules.now())
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Kept. The coming night follows it."))
        return redirect("visits:planning_rules")
    return render(request, "visits/planning_rules.html", {"form": form}, status=422 if form.is_bound else 200)


@require_POST
def release_plans(request: HttpRequest) -> HttpResponse:
    """Let the proposals of a month count: of the person named, or of everybody whom the user plans."""
    user = user_of(request)
    if not scope_of(user).may(Right.PLAN_VISITS):
        raise PermissionDenied
    month = read_month(request)
    if wanted := number(request.POST.get("person")):
        person = person_or_404(user, wanted)
        demand_planning(user, person)
        people = [person]
    else:
        found = team(user, start=month, end=add_months(month, 1), roles=WORKERS)
        people = [person for person in found if may_plan(user, person)]
    released = release([person.pk for person in people], month, by=user, audience=Audience.REPRESENTATIVE)
    if released:
        text = ngettext("%(number)d plan counts now.", "%(number)d plans count now.", released)
        messages.success(request, text % {"number": released})
    else:
        messages.info(request, _("There was no proposal left."))
    return redirect(next_of(request, f"{reverse('visits:plan')}?month={month:%Y-%m}"))
