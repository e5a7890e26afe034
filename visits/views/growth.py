"""Growth plans of a dealer; a way that worked is taken to a new place, of the same dealer or of another."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from crm.base.asked import number
from crm.base.models import Company
from crm.base.periods import month_start
from dealers.models import Dealer
from dealers.views.access import dealer_or_404, posted, user_of
from dealers.views.frame import form_page
from visits.forms_growth import GrowthPlanForm
from visits.growth import as_typed, keep, years_of
from visits.models import GrowthPlan, GrowthStep
from visits.views.access import today
from visits.views.requests import may_ask

# Plans of others that are offered to be taken over.
OFFERED = 20


@require_GET
def growth_plans(request: HttpRequest, pk: int) -> HttpResponse:
    """The dealer's plans, and ways of others that could be gone here too."""
    dealer = dealer_or_404(request, pk)
    others = GrowthPlan.objects.visible_to(user_of(request)).exclude(dealer=dealer).exclude(steps=None)
    context = {
        "dealer": dealer, "plans": list(GrowthPlan.objects.filter(dealer=dealer).select_related("copied_from__dealer")),
        "others": list(others.select_related("dealer").distinct()[:OFFERED]),
        "may_write": may_ask(request, dealer.territory_id),
    }  # fmt: skip
    return render(request, "visits/growth/plans.html", context)


@require_http_methods(["GET", "POST"])
def new_growth_plan(request: HttpRequest, pk: int) -> HttpResponse:
    """A new plan; with `from` one that goes the way of another plan which the reader sees, in a new place."""
    dealer = dealer_or_404(request, pk)
    _demand(request, dealer)
    initial = {"starts_on": month_start(today()), "baseline": dealer.sales_12m}
    plan = GrowthPlan(dealer=dealer)
    if wanted := number(request.GET.get("from")):
        way = get_object_or_404(GrowthPlan.objects.visible_to(user_of(request)), pk=wanted)
        plan.copied_from = way
        initial |= {name: getattr(way, name) for name in ("thinking", "focus", "support")}
        initial["steps"] = as_typed(way.steps.all())
    return _form(request, plan, initial, reverse("visits:growth_plans", args=[dealer.pk]), _("New growth plan"))


@require_GET
def growth_plan(request: HttpRequest, pk: int) -> HttpResponse:
    """Targets against what came, the way, its steps."""
    plan = _plan_or_404(request, pk)
    on = today()
    context = {
        "plan": plan, "dealer": plan.dealer, "years": years_of(plan, on=on), "steps": list(plan.steps.select_related("plan")),
        "copies": list(GrowthPlan.objects.visible_to(user_of(request)).filter(copied_from=plan).select_related("dealer")),
        "way": GrowthPlan.objects.visible_to(user_of(request)).filter(copies=plan).select_related("dealer").first(),
        "may_write": may_ask(request, plan.dealer.territory_id), "today": on, "currency": Company.get().currency,
    }  # fmt: skip
    return render(request, "visits/growth/plan.html", context)


@require_http_methods(["GET", "POST"])
def change_growth_plan(request: HttpRequest, pk: int) -> HttpResponse:
    plan = _plan_or_404(request, pk)
    _demand(request, plan.dealer)
    return _form(request, plan, {"steps": as_typed(plan.steps.all())}, plan.get_absolute_url(), _("Growth plan"))


@require_POST
def growth_step(request: HttpRequest, pk: int) -> HttpResponse:
    """One step is done today, or not done after all."""
    step = get_object_or_404(
        GrowthStep.objects.select_related("plan__dealer"),
        pk=pk,
        plan__in=GrowthPlan.objects.visible_to(user_of(request)),
    )
    _demand(request, step.plan.dealer)
    step.done_on = None if step.done_on else today()
    step.save(update_fields=["done_on"])
    return redirect(step.plan)


def _form(request: HttpRequest, plan: GrowthPlan, initial: dict[str, Any], back: str, title: str) -> HttpResponse:
    form = GrowthPlanForm(posted(request), instance=plan, initial=initial)
    if form.is_bound and form.is_valid():
        plan.written_by, plan.written_at = user_of(request), timezone.now()
        keep(plan, form.cleaned_data["steps"])
        messages.success(request, _("The growth plan is kept."))
        return redirect(plan)
    return form_page(request, dealer=plan.dealer, form=form, title=title, back=back)


def _plan_or_404(request: HttpRequest, pk: int) -> GrowthPlan:
    plans = GrowthPlan.objects.visible_to(user_of(request)).select_related("dealer__territory", "written_by")
    plan: GrowthPlan = get_object_or_404(plans, pk=pk)
    return plan


def _demand(request: HttpRequest, dealer: Dealer) -> None:
    """Raises PermissionDenied."""
    if not may_ask(request, dealer.territory_id):
        raise PermissionDenied
