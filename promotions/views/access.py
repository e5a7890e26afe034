"""Fetching promotions, claims and budgets for a view: 404 out of scope, 403 in scope without the right."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from accounts.rights import Right
from accounts.scope import scope_of
from dealers.views.access import user_of
from promotions import access
from promotions.models import Budget, Claim, Promotion


def promotion_or_404(request: HttpRequest, pk: int, right: Right | None = None) -> Promotion:
    """A promotion of the reader's territories; one that she is to approve in somebody's place, too."""
    user = user_of(request)
    rows = Promotion.objects.select_related("territory", "owner", "submitted_by", "created_by")
    promotion: Promotion | None = rows.visible_to(user).filter(pk=pk).first()
    if promotion is None:
        from dealers.views.access import today

        for giver in access.givers(user, on=today()):
            promotion = rows.visible_to(giver).filter(pk=pk).first()
            if promotion is not None:
                break
    if promotion is None:
        promotion = get_object_or_404(rows.visible_to(user), pk=pk)
    if right is not None and not scope_of(user).may(right, promotion.territory_id):
        raise PermissionDenied
    return promotion


def claim_or_404(request: HttpRequest, pk: int, right: Right | None = None) -> Claim:
    user = user_of(request)
    rows = Claim.objects.visible_to(user).select_related(
        "dealer__territory", "promotion", "line__budget", "submitted_by", "decided_by", "settled_by", "audit__found_by"
    )
    claim: Claim = get_object_or_404(rows, pk=pk)
    if right is not None and not scope_of(user).may(right, claim.dealer.territory_id):
        raise PermissionDenied
    return claim


def budget_or_404(request: HttpRequest, pk: int, right: Right | None = None) -> Budget:
    user = user_of(request)
    rows = Budget.objects.visible_to(user).select_related("territory", "parent__territory", "brand", "owner")
    budget: Budget = get_object_or_404(rows, pk=pk)
    if right is not None and not scope_of(user).may(right, budget.territory_id):
        raise PermissionDenied
    return budget
