"""Fetching what a view of rebates is about: 404 out of scope, 403 in scope without the right."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from accounts.decorators import demand
from accounts.models import User
from accounts.rights import Right
from accounts.scope import scope_of
from dealers.models import Dealer
from dealers.views.access import dealer_or_404, user_of
from promotions.models import RebateAccrual, RebateProgramme, RebateSettlement
from promotions.rebates.choices import ProgrammeState

# Money that is paid for conduct is not given by who looks after the dealer alone.
GIVE_POINTS = Right.OVERRIDE_TIER


def programme_or_404(request: HttpRequest, pk: int, right: Right | None = None) -> RebateProgramme:
    """A programme that counts in a territory of the reader; a draft for those only who write policies."""
    user = user_of(request)
    programmes = RebateProgramme.objects.visible_to(user).select_related("territory", "brand", "published_by")
    programme: RebateProgramme = get_object_or_404(programmes.prefetch_related("bands", "products"), pk=pk)
    if programme.state == ProgrammeState.DRAFT and not may_write(user, programme.territory_id):
        raise PermissionDenied
    if right is Right.EDIT_POLICY and not may_write(user, programme.territory_id):
        raise PermissionDenied
    return programme


def may_write(user: User, territory_id: int | None) -> bool:
    """Write, publish and try out programmes of the territory; those that count everywhere only with the right everywhere."""
    held = scope_of(user)
    if territory_id is not None:
        return held.may(Right.EDIT_POLICY, territory_id)
    return held.superuser or (held.may(Right.EDIT_POLICY) and held.where(Right.EDIT_POLICY).everything)


def settlement_or_404(request: HttpRequest, pk: int, right: Right | None = None) -> RebateSettlement:
    settlements = RebateSettlement.objects.visible_to(user_of(request)).select_related(
        "programme__territory", "territory", "proposed_by", "decided_by", "paid_by"
    )
    settlement: RebateSettlement = get_object_or_404(settlements, pk=pk)
    if right is not None:
        demand(request, right, settlement.territory_id)
    return settlement


def statement_or_404(
    request: HttpRequest, pk: int, dealer: int, right: Right | None = None
) -> tuple[RebateProgramme, Dealer, RebateAccrual | None]:
    """Programme, dealer and what the night found; the dealer must be one that the reader sees."""
    found = dealer_or_404(request, dealer, right)
    programme = programme_or_404(request, pk)
    return programme, found, RebateAccrual.objects.filter(programme=programme, dealer=found).first()
