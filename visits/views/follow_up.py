"""Issues and promises of a visit, and its photographs."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.rights import Right
from accounts.scope import scope_of
from dealers.views.access import user_of
from visits.actions.follow_up import say_result, take_step
from visits.actions.follow_up import settle as settle_promise
from visits.actions.planned import PlanRefused
from visits.choices import CommitmentState
from visits.models import Advice, Commitment, Finding, VisitPhoto
from visits.views.access import next_of, today
from visits.views.pictures import picture


def row_or_404(request: HttpRequest, model: Any, pk: int) -> Any:
    """A row of a visit's record at a dealer whom the user sees; 403 for those who neither visit nor lead there."""
    user = user_of(request)
    row = get_object_or_404(model.objects.visible_to(user).select_related("dealer__territory", "visit"), pk=pk)
    scope, place = scope_of(user), row.dealer.territory_id
    if not scope.may(Right.LOG_VISITS, place) and not scope.may(Right.VIEW_TEAM, place):
        raise PermissionDenied
    return row


def _back(request: HttpRequest, row: Any) -> HttpResponse:
    home = reverse("visits:visit", args=[row.visit_id]) if row.visit_id else row.dealer.get_absolute_url()
    return redirect(next_of(request, home))


@require_POST
def step(request: HttpRequest, pk: int) -> HttpResponse:
    """An issue's next step."""
    row = row_or_404(request, Finding, pk)
    try:
        take_step(
            finding_id=pk, text=request.POST.get("text", ""), at=timezone.now(), seen=request.POST.get("from", "")
        )
    except PlanRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("Saved."))
    return _back(request, row)


@require_POST
def settle(request: HttpRequest, pk: int) -> HttpResponse:
    """A promise was kept or not."""
    row = row_or_404(request, Commitment, pk)
    state = request.POST.get("state", "")
    try:
        if state not in set(CommitmentState.values) - {CommitmentState.OPEN}:
            raise PlanRefused(_("Say whether the promise was kept."))
        settle_promise(commitment_id=pk, state=state, on=today())
    except PlanRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("Saved."))
    return _back(request, row)


@require_POST
def advice(request: HttpRequest, pk: int) -> HttpResponse:
    """What came of advice."""
    row = row_or_404(request, Advice, pk)
    try:
        say_result(advice_id=pk, result=request.POST.get("result", ""), note=request.POST.get("note", ""))
    except PlanRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("Saved."))
    return _back(request, row)


@require_GET
def photo(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The picture, for those who see the dealer."""
    row = get_object_or_404(VisitPhoto.objects.visible_to(user_of(request)), pk=pk)
    return picture(request, row.file, f"visit-{row.pk}.jpg")
