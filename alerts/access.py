"""Who may do what with a case. Seeing it is another question: `Case.objects.visible_to`."""

from __future__ import annotations

from accounts.choices import Role
from accounts.models import User
from accounts.rights import Right
from accounts.scope import scope_of
from alerts.models import Case, LossReview

# Whoever holds one of these where the case belongs works on cases.
WORKING = frozenset({Role.REPRESENTATIVE, Role.MANAGER, Role.DIRECTOR, Role.FINANCE, Role.ADMINISTRATOR})
LEADING = frozenset({Role.MANAGER, Role.DIRECTOR, Role.ADMINISTRATOR})


def may_work_on(user: User, case: Case) -> bool:
    """Acknowledge, investigate, plan and end tasks, resolve, note: the owner, and who works or leads there."""
    return case.owner_id == user.pk or _holds(user, case.territory_id, WORKING)


def may_lead(user: User, case: Case) -> bool:
    """Assign, dismiss and merge: a manager, director or administrator of the territory."""
    return _holds(user, case.territory_id, LEADING)


def may_enter_event(user: User, territory_id: int) -> bool:
    """Tell of a major event at a dealer of the territory."""
    return _holds(user, territory_id, WORKING)


def may_own(user: User, case: Case) -> bool:
    """Be given the case: somebody active who works where it belongs."""
    return user.is_active and _holds(user, case.territory_id, WORKING)


def may_write_review(user: User, review: LossReview) -> bool:
    """Write down why a dealer was lost: the owner of the review, and who works or leads where the dealer was."""
    return review.owner_id == user.pk or _holds(user, review.dealer.territory_id, WORKING)


def may_edit_rules(user: User) -> bool:
    """Read the rules, and write those of some territory at least."""
    return scope_of(user).may(Right.EDIT_POLICY)


def may_edit_rule(user: User, territory_id: int | None) -> bool:
    """Write a rule of the territory; one that counts everywhere (None) is for who makes rules everywhere."""
    scope = scope_of(user)
    if territory_id is not None:
        return scope.may(Right.EDIT_POLICY, territory_id)
    return scope.superuser or scope.where(Right.EDIT_POLICY).everything


def _holds(user: User, territory_id: int, roles: frozenset[Role]) -> bool:
    scope = scope_of(user)
    return scope.superuser or bool(scope.roles.get(territory_id, frozenset()) & roles)
