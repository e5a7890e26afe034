"""Visits on the dealer page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.rights import Right
from accounts.scope import scope_of
from dealers.views.access import dealer_or_404, user_of
from visits.choices import Audience
from visits.extra import open_requests, sentence_of
from visits.hours import rows_of
from visits.models import DealerCycle, PreferredDays, Visit, VisitDue
from visits.moods import moods_of
from visits.opening import weekly
from visits.targets import NONE, Standard
from visits.views.access import today


@require_GET
def next_visit(request: HttpRequest, pk: int) -> HttpResponse:
    """When she was visited, when she will be, by when she has to be, and how often."""
    dealer = dealer_or_404(request, pk)
    on = today()
    scope = scope_of(user_of(request))
    coming = (
        Visit.objects.filter(dealer=dealer, on__gte=on)
        .open()
        .select_related("user", "companion")
        .order_by("on", "starts_at")
    )
    last = Visit.objects.filter(dealer=dealer).made().select_related("user").order_by("-on", "-pk").first()
    due = VisitDue.objects.filter(dealer=dealer).first()
    own = DealerCycle.objects.filter(dealer=dealer).first()
    suits = PreferredDays.objects.filter(dealer=dealer).first()
    context = {
        "dealer": dealer, "coming": list(coming[:3]), "last": last, "due": due, "own": own, "today": on,
        "overdue_days": (on - due.due_on).days if due and due.due_on and due.due_on < on else 0,
        "pace": Standard(Audience.REPRESENTATIVE, on).of([dealer]).get(dealer.pk, NONE),
        "moods": moods_of(dealer),
        "hours": weekly(rows_of(dealer)),
        "suits": sorted(suits.weekdays) if suits else [],
        "asked": [text for row in open_requests().filter(dealer=dealer) if (text := sentence_of(row))],
        "may_edit": scope.may(Right.LOG_VISITS, dealer.territory_id) or scope.may(Right.PLAN_VISITS, dealer.territory_id),
        "may_add": scope.may(Right.LOG_VISITS, dealer.territory_id),
    }  # fmt: skip
    return render(request, "visits/panels/next.html", context)
