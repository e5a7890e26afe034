"""The start page, the way there from an empty database, and the company's own settings."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.decorators import right_required
from accounts.rights import Right
from crm.base.models import Company
from crm.home import attention, standing
from crm.home import setup as way
from crm.home.forms import CompanyForm
from dealers.views.access import user_of


def index(request: HttpRequest) -> HttpResponse:
    """What needs me, what changed last night, how we stand."""
    user = user_of(request)
    if way.is_empty() and way.may_set_up(user):
        return redirect("home:setup")
    on = Company.get().today()
    silent = attention.Waiting.of(attention.without_contact(user, on=on))
    follow_ups = attention.Waiting.of(attention.follow_ups_due(user, on=on))
    agreements = attention.Waiting.of(attention.agreements_ending(user, on=on))
    night = attention.last_night(user, on=on)
    failed_jobs = attention.failed(night)
    return render(
        request,
        "home/index.html",
        {
            "on": on,
            "silent": silent,
            "follow_ups": follow_ups,
            "agreements": agreements,
            "failed_jobs": failed_jobs,
            "night": night,
            "waiting": any((silent.rows, follow_ups.rows, agreements.rows, failed_jobs)),
            "standing": standing.of(user, on=on),
        },
    )


@right_required(Right.MANAGE_TERRITORIES, Right.IMPORT)
def setup(request: HttpRequest) -> HttpResponse:
    """The steps from an empty database to the first tiers."""
    steps = way.steps()
    return render(
        request, "home/setup.html", {"steps": steps, "next_step": next((s for s in steps if not s.done), None)}
    )


@right_required(Right.MANAGE_TERRITORIES)
def company(request: HttpRequest) -> HttpResponse:
    """Name, time zone, currency and fiscal year."""
    form = CompanyForm(request.POST or None, instance=Company.get())
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Saved."))
        return redirect("home:setup" if way.is_empty() else "home:company")
    return render(request, "home/company.html", {"form": form}, status=422 if form.errors else 200)
