"""Part three of the file: snapshots of the business, the brand portfolio, credit."""

from __future__ import annotations

import datetime as dt
from typing import cast

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.rights import Right
from crm.base.models import Company
from dealers.actions.brands import replace_portfolio
from dealers.actions.refreshing import refresh
from dealers.forms.business import BaseBrandFormSet, BrandDayForm, BrandFormSet, BusinessStatusForm, CreditForm
from dealers.models import BrandShare, BusinessStatus, CreditProfile
from dealers.views.access import dealer_or_404, posted, row_or_404, today, user_of
from dealers.views.edit import say_saved
from dealers.views.frame import form_page

# A new snapshot starts from the last one's figures; its day and remarks are new.
_CARRIED = (
    "registered_capital", "working_capital", "capital_strength", "cost_budget", "cost_control", "annual_sales_all_brands",
    "gross_profit_with_us", "investment_in_us", "warehouse_m2", "vehicles", "sales_staff", "scope_remark",
)  # fmt: skip


@require_http_methods(["GET", "POST"])
@transaction.atomic
def business_new(request: HttpRequest, pk: int) -> HttpResponse:
    dealer = dealer_or_404(request, pk, Right.EDIT_DEALER, lock=request.method == "POST")
    last = BusinessStatus.objects.filter(dealer=dealer).first()
    initial = {name: getattr(last, name) for name in _CARRIED} if last else {}
    snapshot = BusinessStatus(dealer=dealer, recorded_by=user_of(request))
    intro = (
        _("Starts from the figures of the last snapshot. Amounts in %(currency)s.")
        if last
        else _("Amounts in %(currency)s.")
    )
    return _business(request, pk, snapshot, _("New snapshot of the business"), intro, initial)


@require_http_methods(["GET", "POST"])
@transaction.atomic
def business_edit(request: HttpRequest, pk: int, row: int) -> HttpResponse:
    snapshot = row_or_404(request, BusinessStatus, pk, row, Right.EDIT_DEALER, lock=request.method == "POST")
    return _business(request, pk, snapshot, _("Edit a snapshot"), _("Amounts in %(currency)s."), {})


def _business(
    request: HttpRequest, pk: int, snapshot: BusinessStatus, title: str, intro: str, initial: dict[str, object]
) -> HttpResponse:
    form = BusinessStatusForm(posted(request), instance=snapshot, dealer=snapshot.dealer, initial=initial)
    back = reverse("dealers:file", args=[pk]) + "#business"
    if request.method == "POST" and form.is_valid():
        form.save()
        refresh([pk])
        say_saved(request, form.merged)
        return redirect(back)
    return form_page(
        request,
        dealer=snapshot.dealer,
        form=form,
        title=title,
        intro=intro % {"currency": Company.get().currency},
        back=back,
    )


@require_http_methods(["GET", "POST"])
@transaction.atomic
def brands_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """All brands of one day at once. `?on=` opens a day that is there; otherwise the last day's brands are proposed."""
    dealer = dealer_or_404(request, pk, Right.EDIT_DEALER, lock=request.method == "POST")
    opened = _day(request.GET.get("on", ""))
    days = list(BrandShare.objects.filter(dealer=dealer).values_list("on", flat=True).distinct().order_by("-on"))
    start_from = opened if opened in days else (days[0] if days else None)
    rows = BrandShare.objects.filter(dealer=dealer, on=start_from) if start_from else BrandShare.objects.none()
    initial = list(
        rows.values("brand", "ours", "category", "positioning", "sales_share", "fund_share", "planned_investment")
    )
    day_form = BrandDayForm(posted(request), dealer=dealer, initial={"on": opened if opened in days else today()})
    formset = cast(BaseBrandFormSet, BrandFormSet(posted(request), initial=initial, prefix="brands"))
    back = reverse("dealers:file", args=[pk]) + "#brands"
    if request.method == "POST":
        valid = [day_form.is_valid(), formset.is_valid()]
        if all(valid):
            replace_portfolio(dealer=dealer, on=day_form.cleaned_data["on"], rows=formset.rows())
            messages.success(request, _("Saved."))
            return redirect(back)
    return form_page(
        request,
        dealer=dealer,
        form=day_form,
        formset=formset,
        title=_("Brand portfolio"),
        intro=_(
            "Every brand the dealer carries, ours too: its share of the dealer's sales and of its working capital, and the"
            " money it plans to put in (%(currency)s). Shares of one day add up to at most 100 %%."
        )
        % {"currency": Company.get().currency},
        back=back,
        has_errors=formset.is_bound and bool(formset.total_error_count() or day_form.errors),
        template="dealers/brands_form.html",
    )


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


@require_POST
@transaction.atomic
def brands_delete(request: HttpRequest, pk: int, on: dt.date) -> HttpResponse:
    """Take a day's portfolio out of the file."""
    dealer = dealer_or_404(request, pk, Right.EDIT_DEALER, lock=True)
    BrandShare.objects.filter(dealer=dealer, on=on).delete()
    refresh([pk])
    messages.success(request, _("The portfolio of that day was removed."))
    return redirect("dealers:file", pk)


@require_http_methods(["GET", "POST"])
@transaction.atomic
def credit_edit(request: HttpRequest, pk: int) -> HttpResponse:
    dealer = dealer_or_404(request, pk, Right.EDIT_CREDIT, lock=request.method == "POST")
    credit = CreditProfile.objects.filter(dealer=dealer).first() or CreditProfile(dealer=dealer)
    form = CreditForm(posted(request), instance=credit)
    back = reverse("dealers:file", args=[pk]) + "#credit"
    if request.method == "POST" and form.is_valid():
        form.save()
        refresh([pk])
        say_saved(request, form.merged)
        return redirect(back)
    return form_page(
        request,
        dealer=dealer,
        form=form,
        title=_("Credit profile"),
        intro=_("Amounts in %(currency)s.") % {"currency": Company.get().currency},
        back=back,
    )
