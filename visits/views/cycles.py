"""The class standards, read by all who plan or visit, changed by those who make the rules; and one dealer's own."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.decorators import right_required
from accounts.rights import Right
from accounts.scope import scope_of
from dealers.views.access import dealer_or_404, posted, user_of
from visits.due import ensure_cycles
from visits.forms import CycleForm, DealerCycleForm, HoursForm, NewCycleForm
from visits.hours import is_understood, keep_hours, rows_of
from visits.models import CallCycle, DealerCycle, PreferredDays
from visits.people import may_change
from visits.views.access import today


@require_GET
def cycles(request: HttpRequest) -> HttpResponse:
    """What counts today, and what will count from a later day."""
    user = user_of(request)
    if not scope_of(user).may(Right.VIEW_TEAM) and not scope_of(user).may(Right.LOG_VISITS):
        raise PermissionDenied
    ensure_cycles()
    on = today()
    running: dict[tuple[str, str, str], CallCycle] = {}
    coming: list[CallCycle] = []
    for row in CallCycle.objects.order_by("active_from"):
        if row.active_from <= on:
            running[row.audience, row.kind, row.tier] = row
        else:
            coming.append(row)
    shown = sorted(running.values(), key=lambda row: (row.audience != "REPRESENTATIVE", row.kind, row.tier or "Z"))
    context: dict[str, Any] = {
        "running": shown, "coming": coming, "may_edit": scope_of(user).may(Right.EDIT_VISIT_RULES),
    }  # fmt: skip
    return render(request, "visits/cycles.html", context)


@require_http_methods(["GET", "POST"])
@right_required(Right.EDIT_VISIT_RULES)
def cycle(request: HttpRequest, pk: int) -> HttpResponse:
    """A new version of a standard; what counted before stays written down."""
    row = get_object_or_404(CallCycle, pk=pk)
    fresh = CallCycle(audience=row.audience, kind=row.kind, tier=row.tier)
    initial = {name: getattr(row, name) for name in CycleForm.Meta.fields} | {"active_from": today()}
    form = CycleForm(posted(request), instance=fresh, initial=initial, today=today())
    if request.method == "POST" and form.is_valid():
        _keep(form)
        messages.success(request, _("The call cycle is kept. Plans made from now on follow it."))
        return redirect("visits:cycles")
    title = f"{row.get_audience_display()} · {row.tier or _('without a tier')}"
    return render(
        request, "visits/cycle_form.html", {"form": form, "title": title}, status=422 if form.is_bound else 200
    )


@require_http_methods(["GET", "POST"])
@right_required(Right.EDIT_VISIT_RULES)
def new_cycle(request: HttpRequest) -> HttpResponse:
    """A standard for a kind of dealer that has none of its own."""
    form = NewCycleForm(posted(request), initial={"active_from": today()}, today=today())
    if request.method == "POST" and form.is_valid():
        _keep(form)
        messages.success(request, _("The call cycle is kept. Plans made from now on follow it."))
        return redirect("visits:cycles")
    title = _("Call cycle for a kind of dealer")
    return render(
        request, "visits/cycle_form.html", {"form": form, "title": title}, status=422 if form.is_bound else 200
    )


@transaction.atomic
def _keep(form: CycleForm) -> None:
    """One that counts from the same day is replaced."""
    row = form.instance
    CallCycle.objects.filter(
        audience=row.audience, kind=row.kind, tier=row.tier, active_from=row.active_from
    ).delete()  # fmt: skip
    form.save()


@require_http_methods(["GET", "POST"])
def dealer_cycle(request: HttpRequest, pk: int) -> HttpResponse:
    """One dealer's own pace, with the reason; `drop` goes back to the class standard."""
    dealer = _planned_dealer(request, pk)
    row = DealerCycle.objects.filter(dealer=dealer).first()
    if request.method == "POST" and "drop" in request.POST:
        DealerCycle.objects.filter(dealer=dealer).delete()
        messages.success(request, _("%(dealer)s follows the class standard again.") % {"dealer": dealer})
        return redirect(dealer.get_absolute_url())
    form = DealerCycleForm(posted(request), instance=row or DealerCycle(dealer=dealer, times=1, max_gap_days=45))
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Kept. Plans made from now on follow it."))
        return redirect(dealer.get_absolute_url())
    context = {"form": form, "dealer": dealer, "has_own": row is not None, "back": dealer.get_absolute_url()}
    return render(request, "visits/dealer_cycle.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
def dealer_hours(request: HttpRequest, pk: int) -> HttpResponse:
    """When a dealer can be visited: up to two spans a weekday, none at all means always; and on which days best."""
    dealer = _planned_dealer(request, pk)
    suits = PreferredDays.objects.filter(dealer=dealer).first()
    initial: dict[str, Any] = {"weekdays": suits.weekdays if suits else []}
    spans: dict[int, int] = {}
    for row in rows_of(dealer):
        span = spans[row.weekday] = spans.get(row.weekday, -1) + 1
        initial |= {f"opens_{row.weekday}_{span}": row.opens, f"closes_{row.weekday}_{span}": row.closes}
    form = HoursForm(posted(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            keep_hours(dealer, form.spans())
            if form.cleaned_data["weekdays"]:
                PreferredDays.objects.update_or_create(
                    dealer=dealer, defaults={"weekdays": form.cleaned_data["weekdays"]}
                )
            else:
                PreferredDays.objects.filter(dealer=dealer).delete()
        messages.success(request, _("The opening hours are kept."))
        return redirect(dealer.get_absolute_url())
    unread = dealer.opening_hours if dealer.opening_hours and not is_understood(dealer) else ""
    context = {"form": form, "dealer": dealer, "back": dealer.get_absolute_url(), "unread": unread}
    return render(request, "visits/dealer_hours.html", context, status=422 if form.is_bound else 200)


def _planned_dealer(request: HttpRequest, pk: int) -> Any:
    """A dealer whose visits the user plans or makes."""
    dealer = dealer_or_404(request, pk)
    scope = scope_of(user_of(request))
    makes = scope.may(Right.LOG_VISITS, dealer.territory_id)
    if not makes and not may_change(user_of(request), 0, dealer.territory_id):
        raise PermissionDenied
    return dealer
