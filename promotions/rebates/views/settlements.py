"""Settlements: proposed, decided by somebody else, exported for the ERP, credited."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.decorators import demand
from accounts.models import Territory
from accounts.rights import Right
from crm.base.asked import number
from crm.base.models import Company
from dealers.export_limit import DailyLimitReached
from dealers.views.access import today, user_of
from promotions.rebates.choices import SettlementState
from promotions.rebates.export import credit_notes
from promotions.rebates.forms import DecisionForm
from promotions.rebates.settling import SettlementRefused, decide, may_settle, pay, propose
from promotions.rebates.views.access import programme_or_404, settlement_or_404


@require_POST
def proposed(request: HttpRequest, pk: int) -> HttpResponse:
    """Propose to credit all that is owed in a territory."""
    user, programme = user_of(request), programme_or_404(request, pk)
    demand(request, Right.EDIT_CREDIT)
    territory = get_object_or_404(Territory.objects.visible_to(user), pk=number(request.POST.get("territory")) or 0)
    demand(request, Right.EDIT_CREDIT, territory.pk)
    try:
        settlement = propose(programme=programme, territory=territory, by=user, on=today(), at=timezone.now())
    except SettlementRefused as refused:
        messages.error(request, str(refused))
        return redirect("promotions:rebate", pk=pk)
    return redirect("promotions:rebate_settlement", pk=settlement.pk)


@require_GET
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    settlement = settlement_or_404(request, pk)
    user = user_of(request)
    settles = may_settle(user, settlement.territory_id)
    lines = settlement.lines.select_related("dealer").order_by("-amount", "dealer_id")
    context = {
        "settlement": settlement, "lines": lines[:500], "currency": Company.get().currency,
        "may_decide": settles and settlement.state == SettlementState.PROPOSED and settlement.proposed_by_id != user.pk,
        "own": settlement.state == SettlementState.PROPOSED and settlement.proposed_by_id == user.pk,
        "may_pay": settles and settlement.state == SettlementState.APPROVED, "may_export": settles,
    }  # fmt: skip
    return render(request, "promotions/rebates/settlement.html", context)


@require_POST
def decided(request: HttpRequest, pk: int) -> HttpResponse:
    settlement = settlement_or_404(request, pk, Right.EDIT_CREDIT)
    form = DecisionForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Approve or refuse."))
        return redirect("promotions:rebate_settlement", pk=pk)
    approve = form.cleaned_data["decision"] == "approve"

    def act() -> None:
        decide(
            settlement=settlement,
            by=user_of(request),
            approve=approve,
            reason=form.cleaned_data["reason"],
            at=timezone.now(),
        )

    return _step(request, pk, act, _("The settlement is approved.") if approve else _("The settlement is refused."))


@require_POST
def paid(request: HttpRequest, pk: int) -> HttpResponse:
    settlement = settlement_or_404(request, pk, Right.EDIT_CREDIT)
    return _step(
        request, pk, lambda: pay(settlement=settlement, by=user_of(request), at=timezone.now()),
        _("The credit notes are noted as written."),
    )  # fmt: skip


@require_POST
def export(request: HttpRequest, pk: int) -> HttpResponse:
    """The credit notes for the ERP as CSV: number, dealer's code, amount, currency."""
    settlement = settlement_or_404(request, pk, Right.EDIT_CREDIT)
    try:
        text = credit_notes(settlement, user=user_of(request), on=today())
    except DailyLimitReached as error:
        told = _("You have exported %(rows)s rows today; the limit is %(limit)s a day. Ask for a narrower list, or an administrator.")  # fmt: skip
        figures = {"rows": error.rows, "limit": error.limit}
        values = {name: number_format(value, force_grouping=True) for name, value in figures.items()}
        messages.error(request, told % values)
        return redirect("promotions:rebate_settlement", pk=pk)
    response = HttpResponse(text.encode(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="rebates-{settlement.pk}.csv"'
    return response


def _step(request: HttpRequest, pk: int, act: Callable[[], None], done: str) -> HttpResponse:
    try:
        act()
    except SettlementRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, done)
    return redirect("promotions:rebate_settlement", pk=pk)
