"""Budgets as a tree, one with its ledger and burn-down, transfers between them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.decorators import demand, right_required
from accounts.rights import Right
from accounts.scope import scope_of
from dealers.views.access import posted, today, user_of
from dealers.views.frame import form_page
from promotions import burndown, ledger
from promotions.actions import budgets
from promotions.choices import TransferState
from promotions.forms import BudgetForm, GrantForm, TransferForm
from promotions.models import Budget, BudgetTransfer, Posting
from promotions.refusals import PromotionRefused
from promotions.telling.watching import level_of
from promotions.terms import terms_on
from promotions.views.access import budget_or_404
from promotions.views.promotions import tabs

POSTINGS = 100


@dataclass(slots=True)
class Node:
    """A budget, what it holds itself, and what it and all its parts hold together."""

    budget: Budget
    own: ledger.Balances
    depth: int = 0
    whole: ledger.Balances = field(default_factory=ledger.Balances)
    # Too much is used: "" up to the share that is warned of, then "yellow", "orange", at the end "red".
    tone: str = ""

    @property
    def set_aside(self) -> Decimal:
        """Reserved or committed, not paid yet."""
        return self.whole.reserved + self.whole.committed


@require_GET
def listed(request: HttpRequest) -> HttpResponse:
    """The budgets of the reader's territories as a tree, with what is used of each."""
    user, on = user_of(request), today()
    rows = list(
        Budget.objects.visible_to(user)
        .select_related("territory", "brand", "owner")
        .order_by("-starts_on", "code")[:500]
    )
    if request.GET.get("all") != "1":
        rows = [row for row in rows if row.expired_at is None and row.ends_on > on]
    context = {
        **tabs(request, "budgets"), "nodes": _tree(rows, terms_on(on).warn_share), "all": request.GET.get("all") == "1",
        "transfers": BudgetTransfer.objects.visible_to(user).filter(state=TransferState.REQUESTED)
        .select_related("source", "budget", "requested_by"),
        "reader": user,
    }  # fmt: skip
    return render(request, "promotions/budgets.html", context)


def _tree(rows: list[Budget], warn_share: Decimal) -> list[Node]:
    balances = ledger.of_budgets(rows)
    nodes = {row.pk: Node(row, balances.get(row.pk, ledger.Balances())) for row in rows}
    children: dict[int | None, list[Node]] = defaultdict(list)
    for node in nodes.values():
        parent = node.budget.parent_id
        children[parent if parent in nodes else None].append(node)
    ordered: list[Node] = []

    def walk(parent: int | None, depth: int) -> ledger.Balances:
        total = ledger.Balances()
        for node in children[parent]:
            node.depth = min(depth, 5)
            ordered.append(node)
            node.whole = node.own + walk(node.budget.pk, depth + 1)
            node.tone = tone(node.whole.share, warn_share)
            total += node.whole
        return total

    walk(None, 0)
    return ordered


def tone(share: Decimal, warn_share: Decimal) -> str:
    """The same levels that people are told of."""
    return ("", "yellow", "orange", "red")[level_of(share, warn_share)]


@require_GET
def shown(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, budget_or_404(request, pk))


def _page(request: HttpRequest, budget: Budget, *, refused: str = "", **forms: Any) -> HttpResponse:
    user, on = user_of(request), today()
    balances = ledger.of_budgets([budget])[budget.pk]
    parts = list(budget.children.select_related("territory"))
    postings = Posting.objects.filter(Q(budget=budget) | Q(entries__account__budget=budget)).distinct()
    may_manage = scope_of(user).may(Right.MANAGE_BUDGETS, budget.territory_id)
    terms = terms_on(on)
    burn = burndown.of(budget, on=on)
    context = {
        **tabs(request, "budgets"), "budget": budget, "balances": balances, "parts": [(part, held) for part in parts if (held := ledger.of_budgets([part]).get(part.pk))],
        "postings": postings.select_related("by", "earmark").order_by("-pk")[:POSTINGS], "may_manage": may_manage,
        "grant_form": forms.get("grant_form") or GrantForm(), "transfer_form": forms.get("transfer_form") or TransferForm(source=budget, user=user),
        "tone": tone(balances.share, terms.warn_share), "warn_share": terms.warn_share, "burn": burn,
        "chart": burndown.chart(burn, budget.currency), "refused": refused, "on": on,
    }  # fmt: skip
    return render(request, "promotions/budget.html", context, status=422 if refused else 200)


@require_http_methods(["GET", "POST"])
@right_required(Right.MANAGE_BUDGETS)
def new(request: HttpRequest) -> HttpResponse:
    user = user_of(request)
    form = BudgetForm(posted(request), user=user)
    if form.is_bound and form.is_valid():
        try:
            budget = budgets.create_budget(values=form.cleaned_data, by=user)
        except PromotionRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("The budget is there; now give it money."))
            return redirect(budget)
    return form_page(
        request, dealer=None, form=form, title=_("New budget"), back=reverse("promotions:budgets"), has_errors=bool(form.non_field_errors())
    )  # fmt: skip


@require_POST
def step(request: HttpRequest, pk: int, what: str) -> HttpResponse:
    """Grant more money (`grant`), or ask to move some (`transfer`)."""
    budget, user = budget_or_404(request, pk, Right.MANAGE_BUDGETS), user_of(request)
    at, on = timezone.now(), today()
    try:
        if what == "grant":
            granting = GrantForm(request.POST)
            if not granting.is_valid():
                return _page(request, budget, refused=_("Something is missing."), grant_form=granting)
            values = granting.cleaned_data
            budgets.grant(
                budget=budget, amount=values["amount"], note=values["note"], key=str(values["key"]), by=user, at=at, on=on
            )  # fmt: skip
        else:
            moving = TransferForm(request.POST, source=budget, user=user)
            if not moving.is_valid():
                return _page(request, budget, refused=_("Something is missing."), transfer_form=moving)
            budgets.ask_for_transfer(
                source=budget, target=moving.cleaned_data["target"], amount=moving.cleaned_data["amount"],
                reason=moving.cleaned_data["reason"], by=user, at=at,
            )  # fmt: skip
    except PromotionRefused as refused:
        return _page(request, budget, refused=str(refused))
    messages.success(request, _("Saved."))
    return redirect(budget)


@require_POST
def decide_transfer(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve (`approve=1`) or refuse a transfer, with the answer."""
    user = user_of(request)
    row = get_object_or_404(BudgetTransfer.objects.visible_to(user).select_related("source"), pk=pk)
    demand(request, Right.MANAGE_BUDGETS, row.source.territory_id)
    try:
        budgets.decide_transfer(
            transfer_id=pk, approve=request.POST.get("approve") == "1", answer=request.POST.get("answer", ""), by=user, at=timezone.now(),
            on=today(),
        )  # fmt: skip
    except PromotionRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("Saved."))
    return redirect("promotions:budgets")
