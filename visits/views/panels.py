"""Visits on the dealer page, and what was promised there and on the start page."""

from __future__ import annotations

import datetime as dt

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.rights import Right
from accounts.scope import scope_of
from crm.base.models import Company
from dealers.views.access import dealer_or_404, user_of
from visits.asked_by_people import number_of
from visits.choices import AdviceResult, Audience, CommitmentState
from visits.extra import open_requests, sentence_of
from visits.hours import rows_of
from visits.models import Advice, Commitment, DealerCycle, PreferredDays, Visit, VisitDue
from visits.moods import moods_of
from visits.opening import weekly
from visits.targets import NONE, Standard
from visits.views.access import today
from visits.views.requests import may_ask


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
        "asked": [(text, number_of(row)) for row in open_requests().filter(dealer=dealer) if (text := sentence_of(row))],
        "may_ask": may_ask(request, dealer.territory_id),
        "may_edit": scope.may(Right.LOG_VISITS, dealer.territory_id) or scope.may(Right.PLAN_VISITS, dealer.territory_id),
        "may_add": scope.may(Right.LOG_VISITS, dealer.territory_id),
    }  # fmt: skip
    return render(request, "visits/panels/next.html", context)


# Of a dealer's promises and advice; the others stand with their visits.
_PROMISES, _ADVICE = 8, 4
# On the start page, and so long what the figures said stands there.
_SHOWN = 6
_LATELY = dt.timedelta(days=14)


@require_GET
def agreed(request: HttpRequest, pk: int) -> HttpResponse:
    """What both sides promised, what came of it by the figures, and advice of which nobody has said what came of it."""
    dealer = dealer_or_404(request, pk)
    scope = scope_of(user_of(request))
    place = dealer.territory_id
    promises = Commitment.objects.filter(dealer=dealer).select_related("visit", "owner").order_by("-due_on", "-pk")
    open_ones = list(promises.filter(state=CommitmentState.OPEN)[:_PROMISES])
    settled = promises.exclude(state__in=[CommitmentState.OPEN, CommitmentState.WITHDRAWN])
    advice = Advice.objects.filter(dealer=dealer).select_related("visit").order_by("-created_at", "-pk")
    context = {
        "dealer": dealer, "today": today(), "currency": Company.get().currency,
        "promises": [*reversed(open_ones), *settled[: _PROMISES - len(open_ones)]],
        "advice": list(advice[:_ADVICE]),
        "results": [choice for choice in AdviceResult.choices if choice[0] != AdviceResult.OPEN],
        "may_say": scope.may(Right.LOG_VISITS, place) or scope.may(Right.VIEW_TEAM, place),
    }  # fmt: skip
    return render(request, "visits/panels/agreed.html", context)


@require_GET
def promises_due(request: HttpRequest) -> HttpResponse:
    """For the start page: promises that are overdue, or that the figures found not kept of late, at dealers whom the user
    looks after."""
    user, on = user_of(request), today()
    late = Q(state=CommitmentState.OPEN, due_on__lt=on)
    failed = Q(
        by_figures=True, state__in=[CommitmentState.PARTLY, CommitmentState.BROKEN], settled_on__gte=on - _LATELY,
    )  # fmt: skip
    found = Commitment.objects.visible_to(user, rights=(Right.LOG_VISITS,)).filter(late | failed)
    rows = list(found.select_related("dealer", "owner").order_by("due_on", "pk")[: _SHOWN + 1])
    context = {
        "promises": rows[:_SHOWN], "more": len(rows) > _SHOWN, "today": on, "currency": Company.get().currency,
    }  # fmt: skip
    return render(request, "visits/panels/promises_due.html", context)
