"""Asking for a visit because of a complaint or an event, from the dealer's page or a visit's."""

from __future__ import annotations

import datetime as dt

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.rights import Right
from accounts.scope import scope_of
from crm.base.asked import number
from dealers.models import Dealer
from dealers.views.access import dealer_or_404, posted, user_of
from dealers.views.frame import form_page
from visits.asked_by_people import ask, end
from visits.forms_people import VisitRequestForm
from visits.models import Visit, VisitRequest
from visits.views.access import next_of, today

# Days within which a complaint is usually to be seen to.
USUAL_DAYS = 5


def may_ask(request: HttpRequest, territory_id: int) -> bool:
    """Who visits there, or leads those who do."""
    scope = scope_of(user_of(request))
    return scope.may(Right.LOG_VISITS, territory_id) or scope.may(Right.VIEW_TEAM, territory_id)


@require_http_methods(["GET", "POST"])
def ask_for_visit(request: HttpRequest, pk: int) -> HttpResponse:
    """Tell what happened and by when somebody should be there; `visit`: on which visit it came up."""
    dealer = dealer_or_404(request, pk)
    if not may_ask(request, dealer.territory_id):
        raise PermissionDenied
    on, came_up_on = today(), _visit(request, dealer)
    form = VisitRequestForm(
        posted(request), today=on, initial={"latest_on": on + dt.timedelta(days=USUAL_DAYS)},
    )  # fmt: skip
    back = came_up_on.get_absolute_url() if came_up_on else dealer.get_absolute_url()
    if form.is_bound and form.is_valid():
        ask(dealer=dealer, visit=came_up_on, by=user_of(request), at=timezone.now(), on=on, **form.cleaned_data)
        messages.success(request, _("Kept. The coming night finds a day for the visit."))
        return redirect(back)
    return form_page(
        request, dealer=dealer, form=form, title=_("Complaint or event"), back=back, submit=_("Ask for a visit"),
        intro=_("What a dealer complains about, or what happened there, asks for a visit beside the call cycle: one that is planned anyway where it comes in time, else one more."),
    )  # fmt: skip


def _visit(request: HttpRequest, dealer: Dealer) -> Visit | None:
    wanted = number(request.GET.get("visit"))
    return Visit.objects.filter(pk=wanted, dealer=dealer).first() if wanted else None


@require_POST
def end_request(request: HttpRequest, pk: int) -> HttpResponse:
    """No visit is needed for it any more."""
    row = get_object_or_404(VisitRequest.objects.visible_to(user_of(request)).select_related("dealer"), pk=pk)
    if not may_ask(request, row.dealer.territory_id):
        raise PermissionDenied
    end(request_id=row.pk, by=user_of(request), at=timezone.now(), on=today())
    messages.success(request, _("No visit is asked for because of it any more."))
    return redirect(next_of(request, reverse("dealers:detail", args=[row.dealer_id])))
