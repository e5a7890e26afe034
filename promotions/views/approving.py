"""What waits for an approval, and the page on which one decides: all that is needed, on a phone."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.models import User
from accounts.rights import Right
from accounts.scope import scope_of
from crm.base.asked import number
from crm.base.models import Company
from dealers.views.access import today, user_of
from promotions import access, audits, ledger, planning
from promotions.actions import approval
from promotions.choices import ChangeState, Decision
from promotions.models import Budget, Promotion, PromotionChange
from promotions.planning import Plan
from promotions.rates import NoRate, rate_on
from promotions.refusals import PromotionRefused
from promotions.telling import watching
from promotions.terms import terms_on
from promotions.views.access import promotion_or_404
from promotions.views.promotions import tabs

# On the start page.
_SHOWN = 5


def _demand_approver(user: User) -> None:
    if not scope_of(user).may(Right.APPROVE_PROMOTIONS) and not access.givers(user, on=today()):
        raise PermissionDenied


@require_GET
def queue(request: HttpRequest) -> HttpResponse:
    """Plans and changes that the reader may decide on now."""
    user = user_of(request)
    _demand_approver(user)
    rows = [
        (promotion, change, promotion.lines.aggregate(sum=Sum("amount"))["sum"])
        for promotion, change in approval.waiting_for(user, on=today())
    ]
    return render(request, "promotions/queue.html", {**tabs(request, "queue"), "rows": rows})


@require_GET
def queue_short(request: HttpRequest) -> HttpResponse:
    """For the start page: the first of what the reader may decide on, and her budgets that run out; nothing for whom nothing
    waits."""
    user, on = user_of(request), today()
    may = scope_of(user).may(Right.APPROVE_PROMOTIONS) or access.givers(user, on=on)
    waiting = approval.waiting_for(user, on=on) if may else []
    rows = [(promotion, change, None) for promotion, change in waiting[:_SHOWN]]
    context = {"rows": rows, "waiting": len(waiting), "budgets": _budgets_to_watch(user, on)}
    return render(request, "promotions/queue_short.html", context)


def _budgets_to_watch(user: User, on: dt.date) -> list[watching.Used]:
    """The reader's own budgets, and those that she keeps, of which much is used: the fullest first."""
    keeps = scope_of(user).may(Right.MANAGE_BUDGETS)
    seen = Budget.objects.visible_to(user, rights=(Right.MANAGE_BUDGETS,)) if keeps else Budget.objects.none()
    own = Budget.objects.filter(owner=user)
    if not keeps and not own.exists():
        return []
    mine = {*seen.values_list("pk", flat=True), *own.values_list("pk", flat=True)}
    found = [each for each in watching.used_budgets(on=on) if each.level and each.budget.pk in mine]
    return sorted(found, key=lambda each: (-each.balances.share, each.budget.pk))[:_SHOWN]


@require_http_methods(["GET", "POST"])
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """A plan: looked at and decided on."""
    promotion = promotion_or_404(request, pk)
    user = user_of(request)
    _demand_leader(user, promotion)
    if request.method == "GET":
        return _page(request, promotion, None)
    try:
        promotion = approval.decide(
            promotion_id=pk, version=number(request.POST.get("version")) or 0, decision=request.POST.get("decision", ""),
            note=request.POST.get("note", ""), by=user, at=timezone.now(), on=today(),
        )  # fmt: skip
    except PromotionRefused as refused:
        return _page(request, promotion_or_404(request, pk), None, refused=str(refused))
    messages.success(request, _("Noted: the promotion is %(state)s.") % {"state": promotion.get_state_display()})
    return redirect("promotions:promotion", pk=pk)


@require_http_methods(["GET", "POST"])
def decide_change(request: HttpRequest, pk: int) -> HttpResponse:
    """More money or a later end: looked at and decided on."""
    change = get_object_or_404(PromotionChange.objects.select_related("line", "requested_by"), pk=pk)
    promotion = promotion_or_404(request, change.promotion_id)
    user = user_of(request)
    _demand_leader(user, promotion)
    if request.method == "GET":
        return _page(request, promotion, change)
    try:
        approval.decide_change(
            change_id=pk, decision=request.POST.get("decision", ""), note=request.POST.get("note", ""), by=user,
            at=timezone.now(), on=today(),
        )  # fmt: skip
    except PromotionRefused as refused:
        return _page(request, promotion, change, refused=str(refused))
    messages.success(request, _("Noted."))
    return redirect("promotions:promotion", pk=promotion.pk)


def _demand_leader(user: User, promotion: Promotion) -> None:
    """Who leads there, or stands in for somebody who does."""
    on = today()
    if not any(access.rank(each, promotion.territory_id, on=on) for each in (user, *access.givers(user, on=on))):
        raise PermissionDenied


def _page(
    request: HttpRequest, promotion: Promotion, change: PromotionChange | None, *, refused: str = ""
) -> HttpResponse:
    user, on = user_of(request), today()
    planned = Plan.of(promotion)
    say = None
    try:
        stands = approval.standing(promotion, change, on=on)
        say = approval.say_of(user, promotion, change, stands, on=on)
    except PromotionRefused as error:
        refused = refused or str(error)
        stands = None
    if change is not None and change.state != ChangeState.REQUESTED:
        say = None
    context: dict[str, Any] = {
        "promotion": promotion, "change": change, "plan": planned, "outlook": planned.outlook, "stands": stands, "say": say,
        "dealer_outlook": planned.dealer_outlook, "budgets": _budgets(promotion, planned, change), "refused": refused,
        "conflicts": planning.conflicts(promotion), "past": planning.past(promotion),
        "planner": planning.past(promotion, owner=True), "provisions": promotion.provisions.all(), "terms": terms_on(on),
        "products": list(promotion.products.all()[:12]), "company_currency": Company.get().currency, "decisions": Decision,
        "is_own": user.pk in access.requesters(promotion), "typed": request.POST.get("note", ""),
        "approvals": promotion.approvals.filter(change=change).select_related("by", "instead_of"),
        "failed_audits": audits.failed_at([row.dealer_id for row in planned.participants], on=on),
    }  # fmt: skip
    return render(request, "promotions/approve.html", context, status=422 if refused else 200)


def _budgets(promotion: Promotion, planned: Plan, change: PromotionChange | None) -> list[dict[str, Any]]:
    """What is left in each budget before and after, in its currency."""
    wanted: dict[Budget, Any] = {}
    for line in planned.lines:
        amount = line.amount if change is None else change.extra if change.line_id == line.pk else 0
        try:
            rate = line.rate or rate_on(promotion.currency, line.budget.currency, today())
        except NoRate:
            continue
        if amount:
            wanted[line.budget] = wanted.get(line.budget, 0) + amount * rate
    balances = ledger.of_budgets(wanted)
    # Once it is approved, its money is gone from what is left.
    decided = change is None and any(line.earmark_id for line in planned.lines)
    rows = []
    for budget, amount in wanted.items():
        held = balances.get(budget.pk, ledger.Balances())
        before = held.available + (amount if decided else 0)
        rows.append(
            {
                "budget": budget, "before": before, "amount": amount, "after": before - amount,
                "share": (held.total - (before - amount)) / held.total if held.total else None,
            }
        )  # fmt: skip
    return rows
