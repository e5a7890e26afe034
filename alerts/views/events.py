"""Warnings on the dealer page, and major events entered there."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from alerts import access, actions, reasons
from alerts.choices import GRAVE, MajorEventKind
from alerts.models import Case
from dealers.views.access import dealer_or_404, today, user_of
from visits.views.access import read_day

ENDED_SHOWN = 3


@require_GET
def panel(request: HttpRequest, pk: int) -> HttpResponse:
    """The dealer's running cases, and the last ones that ended."""
    dealer = dealer_or_404(request, pk)
    cases = Case.objects.visible_to(user_of(request)).filter(dealer=dealer).select_related("owner", "territory")
    context = {
        "dealer": dealer, "running": [(case, reasons.sentence(case, now=True)) for case in cases.running().order_by("-severity", "opened_on", "pk")],
        "ended": cases.exclude(pk__in=cases.running()).order_by("-ended_at", "-pk")[:ENDED_SHOWN],
        "may_enter": access.may_enter_event(user_of(request), dealer.territory_id), "at": timezone.now(),
    }  # fmt: skip
    return render(request, "alerts/panels/dealer.html", context)


@require_http_methods(["GET", "POST"])
def event(request: HttpRequest, pk: int) -> HttpResponse:
    """Tell of something serious that happened at the dealer's: the manager owns a case from this moment on."""
    dealer, on = dealer_or_404(request, pk), today()
    if not access.may_enter_event(user_of(request), dealer.territory_id):
        raise PermissionDenied
    context: dict[str, Any] = {
        "dealer": dealer, "today": on, "typed": request.POST,
        "kinds": [(kind.value, kind.label, kind in GRAVE) for kind in MajorEventKind],
    }  # fmt: skip
    if request.method == "POST":
        try:
            entered = actions.enter_major_event(
                dealer=dealer, kind=request.POST.get("kind", ""), happened_on=read_day(request.POST.get("happened_on"), on),
                text=request.POST.get("text", ""), by=user_of(request), at=timezone.now(), on=on,
            )  # fmt: skip
        except actions.CaseRefused as refused:
            return render(request, "alerts/event.html", {**context, "refused": str(refused)}, status=422)
        messages.success(request, _("It is written down, and who has to know is told."))
        return redirect("alerts:case", pk=entered.case_id)
    return render(request, "alerts/event.html", context)
