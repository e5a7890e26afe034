"""The start page, the way there from an empty database, and the company's own settings."""

from __future__ import annotations

import datetime as dt

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.decorators import right_required
from accounts.rights import Right
from accounts.scope import scope_of
from crm.base.models import Company
from crm.home import attention, standing
from crm.home import setup as way
from crm.home.day_line import day_line
from crm.home.forms import CompanyForm
from dealers.models import Dealer
from dealers.views.access import user_of
from sales import people
from tiering.models import TierOverride
from tiering.moves import last_night
from tiering.overrides import may_decide


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """What needs me, what changed last night, how we stand."""
    user = user_of(request)
    if way.is_empty() and way.may_set_up(user):
        return _setup_page(request)
    on = Company.get().today()
    silent = attention.Waiting.of(attention.without_contact(user, on=on))
    follow_ups = attention.Waiting.of(attention.follow_ups_due(user, on=on))
    agreements = attention.Waiting.of(attention.agreements_ending(user, on=on))
    waiting = TierOverride.objects.visible_to(user).waiting().select_related("dealer", "requested_by")
    overrides = [row for row in waiting[: attention.COUNTED] if may_decide(row, user)]
    changed = last_night(user)
    night = attention.last_night(user, on=on)
    failed_jobs = attention.failed(night)
    return render(
        request,
        "home/index.html",
        {
            "on": on,
            "may_see_team": scope_of(user).may(Right.VIEW_TEAM),
            "silent": silent,
            "follow_ups": follow_ups,
            "agreements": agreements,
            "failed_jobs": failed_jobs,
            "night": night,
            "overrides": overrides,
            "changed": changed,
            "tier_counts": changed.counts.items(),
            "nothing_here": not Dealer.objects.visible_to(user).exists(),
            "day_line": day_line(
                changed=changed, overrides=len(overrides), follow_ups=follow_ups.count, silent=silent.count
            ),
            "waiting": any((silent.rows, follow_ups.rows, agreements.rows, failed_jobs, overrides)),
            "standing": standing.of(user, on=on),
        },
    )


@require_GET
def by_person(request: HttpRequest) -> HttpResponse:
    """A fragment of the start page: people against their targets. It comes after the page."""
    company = Company.get()
    found = people.by_person(user_of(request), on=company.today())
    last_day = found[0].period.end - dt.timedelta(days=1) if found else None
    context = {"people": found, "last_day": last_day, "currency": company.currency}
    return render(request, "home/by_person.html", context)


@require_GET
@right_required(Right.MANAGE_TERRITORIES, Right.IMPORT)
def setup(request: HttpRequest) -> HttpResponse:
    """The steps from an empty database to the first tiers."""
    return _setup_page(request)


def _setup_page(request: HttpRequest) -> HttpResponse:
    steps = way.steps()
    return render(
        request, "home/setup.html", {"steps": steps, "next_step": next((s for s in steps if not s.done), None)}
    )


@require_http_methods(["GET", "POST"])
@right_required(Right.MANAGE_TERRITORIES)
def company(request: HttpRequest) -> HttpResponse:
    """Name, time zone, currency and fiscal year."""
    # A row of our own: a refused form leaves what was typed in its instance, and Company.get() is everybody's.
    row, _made = Company.objects.get_or_create(pk=1)
    form = CompanyForm(request.POST or None, instance=row)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Saved."))
        return redirect("home:setup" if way.is_empty() else "home:company")
    return render(request, "home/company.html", {"form": form}, status=422 if form.errors else 200)
