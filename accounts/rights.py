"""Which role may do what. Being allowed to see a dealer is another question: see accounts.scope."""

from __future__ import annotations

import enum

from accounts.choices import Role


class Right(enum.Enum):
    EDIT_DEALER = "EDIT_DEALER"
    DELETE_DEALER = "DELETE_DEALER"
    VIEW_PERSONAL = "VIEW_PERSONAL"
    MOVE_STATUS = "MOVE_STATUS"
    EXPORT = "EXPORT"
    IMPORT = "IMPORT"
    JUDGE = "JUDGE"
    OVERRIDE_TIER = "OVERRIDE_TIER"
    EDIT_POLICY = "EDIT_POLICY"
    RUN_JOBS = "RUN_JOBS"
    VIEW_JOBS = "VIEW_JOBS"
    VIEW_AUDIT = "VIEW_AUDIT"
    VIEW_CREDIT = "VIEW_CREDIT"
    EDIT_CREDIT = "EDIT_CREDIT"
    MANAGE_TERRITORIES = "MANAGE_TERRITORIES"
    MANAGE_USERS = "MANAGE_USERS"


_R = Right
ROLE_RIGHTS: dict[Role, frozenset[Right]] = {
    Role.REPRESENTATIVE: frozenset({_R.EDIT_DEALER, _R.VIEW_PERSONAL, _R.JUDGE, _R.VIEW_CREDIT}),
    Role.MANAGER: frozenset(
        {
            _R.EDIT_DEALER,
            _R.DELETE_DEALER,
            _R.VIEW_PERSONAL,
            _R.MOVE_STATUS,
            _R.EXPORT,
            _R.JUDGE,
            _R.OVERRIDE_TIER,
            _R.VIEW_JOBS,
            _R.VIEW_AUDIT,
            _R.VIEW_CREDIT,
        }
    ),
    Role.DIRECTOR: frozenset(
        {
            _R.EDIT_DEALER,
            _R.DELETE_DEALER,
            _R.VIEW_PERSONAL,
            _R.MOVE_STATUS,
            _R.EXPORT,
            _R.IMPORT,
            _R.JUDGE,
            _R.OVERRIDE_TIER,
            _R.EDIT_POLICY,
            _R.RUN_JOBS,
            _R.VIEW_JOBS,
            _R.VIEW_AUDIT,
            _R.VIEW_CREDIT,
            _R.EDIT_CREDIT,
            _R.MANAGE_TERRITORIES,
        }
    ),
    Role.FINANCE: frozenset({_R.EXPORT, _R.IMPORT, _R.VIEW_CREDIT, _R.EDIT_CREDIT, _R.VIEW_JOBS}),
    Role.ADMINISTRATOR: frozenset(set(_R) - {_R.VIEW_PERSONAL}),
    Role.READ_ONLY: frozenset(),
}

# In production these roles sign in with a second factor.
SECOND_FACTOR_ROLES = frozenset({Role.MANAGER, Role.DIRECTOR, Role.FINANCE, Role.ADMINISTRATOR})
