"""Limits of contacts, and how much a dealer is bothered around a day."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.decorators import right_required
from accounts.rights import Right
from accounts.scope import scope_of
from dealers.views.access import dealer_or_404, posted, user_of
from visits import fatigue
from visits.coaching_forms import LimitForm, NewLimitForm
from visits.models import ContactLimit
from visits.views.access import read_day, today


def _demand_reading(request: HttpRequest) -> None:
    scope = scope_of(user_of(request))
    if not any(scope.may(right) for right in (Right.LOG_VISITS, Right.VIEW_TEAM, Right.EDIT_VISIT_RULES)):
        raise PermissionDenied


@require_GET
def limits(request: HttpRequest) -> HttpResponse:
    """How often is too often, by kind and tier."""
    _demand_reading(request)
    rows = list(ContactLimit.objects.all())
    context = {
        "rows": rows, "may_edit": scope_of(user_of(request)).may(Right.EDIT_VISIT_RULES), "standard": fatigue.Limit(),
        "has_general": any(not row.kind and not row.tier for row in rows),
    }  # fmt: skip
    return render(request, "visits/limits.html", context)


@require_http_methods(["GET", "POST"])
@right_required(Right.EDIT_VISIT_RULES)
def new_limit(request: HttpRequest) -> HttpResponse:
    """A limit for a kind, a tier, both or all."""
    return _edit(request, NewLimitForm(posted(request)), _("Limit of contacts"))


@require_http_methods(["GET", "POST"])
@right_required(Right.EDIT_VISIT_RULES)
def limit(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(ContactLimit, pk=pk)
    return _edit(request, LimitForm(posted(request), instance=row), str(row))


def _edit(request: HttpRequest, form: Any, title: str) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("The limit counts from now on."))
        return redirect("visits:contact_limits")
    context = {"form": form, "title": title, "row": form.instance if form.instance.pk else None}
    return render(request, "visits/limit_form.html", context, status=422 if form.is_bound else 200)


@require_POST
@right_required(Right.EDIT_VISIT_RULES)
def drop_limit(request: HttpRequest, pk: int) -> HttpResponse:
    """The next wider limit counts instead."""
    get_object_or_404(ContactLimit, pk=pk).delete()
    messages.success(request, _("The limit is dropped; the next wider one counts."))
    return redirect("visits:contact_limits")


@require_GET
def strain(request: HttpRequest, pk: int) -> HttpResponse:
    """How often the dealer is contacted around the day `on`, with one visit more on it; a fragment."""
    dealer = dealer_or_404(request, pk)
    scope = scope_of(user_of(request))
    if not scope.may(Right.LOG_VISITS, dealer.territory_id) and not scope.may(Right.PLAN_VISITS, dealer.territory_id):
        raise PermissionDenied
    on = read_day(request.GET.get("on"), today())
    return render(request, "visits/strain.html", {"strain": fatigue.strain_of(dealer, on, adding=1), "on": on})
