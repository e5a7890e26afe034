"""Who may do what with promotions, claims and budgets. Seeing them is another question: `visible_to`."""

from __future__ import annotations

import datetime as dt

from accounts.choices import Role
from accounts.models import User
from accounts.rights import Right
from accounts.scope import scope_of
from promotions.lifecycle import Doer
from promotions.models import Claim, Delegation, Promotion

# Higher roles approve what lower ones may, too.
RANKS: dict[str, int] = {Role.MANAGER: 1, Role.DIRECTOR: 2}


def may_plan(user: User, territory_id: int | None = None) -> bool:
    return scope_of(user).may(Right.PLAN_PROMOTIONS, territory_id)


def may_manage_budgets(user: User, territory_id: int | None = None) -> bool:
    return scope_of(user).may(Right.MANAGE_BUDGETS, territory_id)


def rank(user: User, territory_id: int, *, on: dt.date) -> int:
    """The highest rank that the user holds on the territory herself; 0 for none."""
    held = scope_of(user, on=on).roles.get(territory_id, frozenset())
    return max((RANKS.get(role, 0) for role in held), default=0)


def role_of(rank: int) -> str:
    return next(role for role, each in RANKS.items() if each == rank)


def givers(user: User, *, on: dt.date) -> list[User]:
    """In whose place the user may approve on the day."""
    rows = Delegation.objects.filter(taker=user, period__contains=on, giver__is_active=True)
    return [row.giver for row in rows.select_related("giver").order_by("pk")]


def doers(user: User, promotion: Promotion, *, on: dt.date) -> frozenset[Doer]:
    """What the user is to the promotion."""
    found = set()
    if may_plan(user, promotion.territory_id):
        found.add(Doer.PLANNER)
    if rank(user, promotion.territory_id, on=on):
        found.add(Doer.APPROVER)
    return frozenset(found)


def may_write(user: User, promotion: Promotion) -> bool:
    """Whether the user may write the plan: a planner of its territory."""
    return may_plan(user, promotion.territory_id)


def requesters(promotion: Promotion) -> frozenset[int | None]:
    """Those who never approve it: who owns, wrote or submitted it."""
    return frozenset({promotion.owner_id, promotion.created_by_id, promotion.submitted_by_id})


def may_decide_claim(user: User, claim: Claim) -> bool:
    """With the right there, and never one's own."""
    may = scope_of(user).may(Right.APPROVE_PROMOTIONS, claim.dealer.territory_id)
    return may and claim.submitted_by_id != user.pk


def may_settle(user: User, claim: Claim) -> bool:
    """Finance, and never who approved it or asked for it."""
    may = scope_of(user).may(Right.SETTLE_CLAIMS, claim.dealer.territory_id)
    return may and user.pk not in (claim.decided_by_id, claim.submitted_by_id)
