"""Support: the queue, a request from asking to what came of it, and who or what is where."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.decorators import demand
from accounts.rights import Right
from accounts.scope import scope_of
from crm.base.asked import number
from crm.base.models import Company
from dealers.views.access import dealer_or_404, posted, today, user_of
from promotions.models import SupportBooking, SupportRequest, SupportResource
from promotions.support import actions
from promotions.support.calendar import segments, weeks
from promotions.support.choices import SupportState
from promotions.support.forms import RequestForm, ReturnForm
from promotions.support.queue import before, ranked
from promotions.support.sharing import shared

ASK, DECIDE = Right.LOG_VISITS, Right.PLAN_VISITS
DAYS = 28


def request_or_404(request: HttpRequest, pk: int, right: Right | None = None) -> SupportRequest:
    found: SupportRequest = get_object_or_404(
        SupportRequest.objects.visible_to(user_of(request)).select_related(
            "dealer__territory", "requested_by", "decided_by", "booking__resource"
        ),
        pk=pk,
    )
    if right is not None:
        demand(request, right, found.dealer.territory_id)
    return found


@require_GET
def queue(request: HttpRequest) -> HttpResponse:
    """Who waits, the greatest need first; what is out; and how support is spread over the tiers."""
    user, on = user_of(request), today()
    seen = SupportRequest.objects.visible_to(user).select_related("dealer", "booking__resource")
    waiting = ranked(seen.filter(state=SupportState.REQUESTED).order_by("requested_at")[:200], on=on)
    given = seen.filter(
        state__in=(SupportState.GRANTED, SupportState.RETURNED), starts_on__gte=on - dt.timedelta(days=365)
    )
    context = {
        "waiting": waiting, "out": seen.filter(state=SupportState.GRANTED).order_by("starts_on")[:200],
        "by_tier": given.order_by("dealer__tier").values_list("dealer__tier").annotate(Count("pk")), "on": on,
        "currency": Company.get().currency, "shared": shared(given),
    }  # fmt: skip
    return render(request, "promotions/support/queue.html", context)


@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest, dealer: int) -> HttpResponse:
    """Ask for a person or a vehicle for a dealer."""
    found, on = dealer_or_404(request, dealer, ASK), today()
    wanted = SupportRequest(dealer=found, requested_by=user_of(request), requested_at=timezone.now(), consent_on=on)
    # A plan for the dealer says beforehand who is needed.
    usual = {name: request.GET[name] for name in ("kind", "staff_kind") if name in request.GET}
    form = RequestForm(posted(request), instance=wanted, initial=usual, on=on)
    if request.method == "POST" and form.is_valid():
        saved = form.save()
        messages.success(request, _("The request stands in the queue."))
        return redirect("promotions:support_request", pk=saved.pk)
    context = {"form": form, "dealer": found}
    return render(request, "promotions/support/ask.html", context, status=422 if form.errors else 200)


@require_GET
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, request_or_404(request, pk))


def _page(request: HttpRequest, found: SupportRequest, *, refused: str = "") -> HttpResponse:
    """The request; after a step that was refused with why, and with what was typed."""
    on, user = today(), user_of(request)
    held = scope_of(user)
    waits = found.state == SupportState.REQUESTED
    decides = waits and held.may(DECIDE, found.dealer.territory_id) and found.requested_by_id != user.pk
    asks = held.may(ASK, found.dealer.territory_id)
    free = SupportResource.objects.filter(active=True, kind=found.kind, staff_kind=found.staff_kind).exclude(
        bookings__period__overlap=(found.starts_on, found.ends_on)
    )
    context = {
        "wanted": found, "ahead": before(found, on=on) if waits else (), "may_decide": decides,
        "free": free.visible_to(user) if decides else (), "currency": Company.get().currency,
        "need": ranked([found], on=on)[0].need if waits else None,
        "may_withdraw": asks and found.state in (SupportState.REQUESTED, SupportState.GRANTED) and on < found.starts_on,
        "may_return": asks and found.state == SupportState.GRANTED and on > found.starts_on,
        "refused": refused, "typed": request.POST,
    }  # fmt: skip
    return render(request, "promotions/support/request.html", context, status=422 if refused else 200)


@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Grant with a person or a vehicle, or refuse with a reason."""
    found, user = request_or_404(request, pk, DECIDE), user_of(request)
    words = request.POST.get("reason", "").strip()[:500]
    if request.POST.get("decision") == "refuse":
        act: Callable[[], None] = lambda: actions.refuse(request=found, by=user, reason=words, at=timezone.now())  # noqa: E731
        return _step(request, found, act, _("The request is refused."))
    resource = SupportResource.objects.visible_to(user).filter(pk=number(request.POST.get("resource")) or 0).first()
    if resource is None:
        return _page(request, found, refused=_("Choose who or what is sent."))
    return _step(
        request, found,
        lambda: actions.grant(
            request=found, resource=resource, by=user, jumped_because=words, at=timezone.now(), on=today()
        ),
        _("Granted and booked."),
    )  # fmt: skip


@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    found = request_or_404(request, pk, ASK)
    return _step(request, found, lambda: actions.withdraw(request=found), _("The request is withdrawn."))


@require_POST
def give_back(request: HttpRequest, pk: int) -> HttpResponse:
    """The person or the vehicle is back, and what came of it."""
    found, form = request_or_404(request, pk, ASK), ReturnForm(request.POST)
    if "result" in form.errors:
        return _page(request, found, refused=_("Say what came of it."))
    if form.errors:
        return _page(request, found, refused=_("Write what it cost as an amount from 0 on, or leave it empty."))
    return _step(
        request,
        found,
        lambda: actions.give_back(request=found, on=today(), **form.cleaned_data),
        _("Noted, and free again."),
    )


@require_GET
def panel(request: HttpRequest, pk: int) -> HttpResponse:
    """The latest support of a dealer, and the way to ask for more."""
    found = dealer_or_404(request, pk)
    rows = found.support_requests.select_related("booking__resource")[:5]
    may_ask = scope_of(user_of(request)).may(ASK, found.territory_id)
    return render(request, "promotions/support/panel.html", {"rows": rows, "dealer": found, "may_ask": may_ask})


@require_GET
def calendar(request: HttpRequest) -> HttpResponse:
    """Four weeks of the people and vehicles that serve the reader's territories: a row each, the days that are booked."""
    user = user_of(request)
    if not scope_of(user).roles and not scope_of(user).superuser:
        raise PermissionDenied
    start = today()
    days = [start + dt.timedelta(days=number) for number in range(DAYS)]
    resources = list(SupportResource.objects.serving(user).filter(active=True).select_related("territory")[:200])
    booked: dict[int, list[SupportBooking]] = {}
    seen = set(
        SupportRequest.objects.visible_to(user).filter(booking__resource__in=resources).values_list("pk", flat=True)
    )
    bookings = SupportBooking.objects.filter(
        resource__in=resources, period__overlap=(days[0], days[-1] + dt.timedelta(days=1))
    )
    for booking in bookings.select_related("request__dealer").order_by("period"):
        booked.setdefault(booking.resource_id, []).append(booking)
    rows = [(resource, segments(booked.get(resource.pk, ()), days, seen)) for resource in resources]
    return render(request, "promotions/support/calendar.html", {"weeks": weeks(days), "days": days, "rows": rows})


def _step(request: HttpRequest, found: SupportRequest, act: Callable[[], None], done: str) -> HttpResponse:
    try:
        act()
    except actions.SupportRefused as refused:
        return _page(request, request_or_404(request, found.pk), refused=str(refused))
    messages.success(request, done)
    return redirect("promotions:support_request", pk=found.pk)
