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
    LOG_VISITS = "LOG_VISITS"
    PLAN_VISITS = "PLAN_VISITS"
    VIEW_TEAM = "VIEW_TEAM"
    EDIT_VISIT_RULES = "EDIT_VISIT_RULES"
    MANAGE_WEBHOOKS = "MANAGE_WEBHOOKS"
    PLAN_PROMOTIONS = "PLAN_PROMOTIONS"
    APPROVE_PROMOTIONS = "APPROVE_PROMOTIONS"
    SETTLE_CLAIMS = "SETTLE_CLAIMS"
    MANAGE_BUDGETS = "MANAGE_BUDGETS"
    VIEW_PROFIT = "VIEW_PROFIT"


_R = Right
# Who approves money does not pay it out: a right that leaders lack on purpose, and yet give to others.
KEPT_APART = frozenset({_R.SETTLE_CLAIMS})

ROLE_RIGHTS: dict[Role, frozenset[Right]] = {
    Role.REPRESENTATIVE: frozenset(
        {_R.EDIT_DEALER, _R.VIEW_PERSONAL, _R.JUDGE, _R.VIEW_CREDIT, _R.LOG_VISITS, _R.PLAN_PROMOTIONS}
    ),
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
            _R.LOG_VISITS,
            _R.PLAN_VISITS,
            _R.VIEW_TEAM,
            _R.PLAN_PROMOTIONS,
            _R.APPROVE_PROMOTIONS,
            _R.VIEW_PROFIT,
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
            _R.LOG_VISITS,
            _R.PLAN_VISITS,
            _R.VIEW_TEAM,
            _R.EDIT_VISIT_RULES,
            _R.PLAN_PROMOTIONS,
            _R.APPROVE_PROMOTIONS,
            _R.MANAGE_BUDGETS,
            _R.VIEW_PROFIT,
        }
    ),
    Role.FINANCE: frozenset(
        {
            _R.EXPORT,
            _R.IMPORT,
            _R.VIEW_CREDIT,
            _R.EDIT_CREDIT,
            _R.VIEW_JOBS,
            _R.SETTLE_CLAIMS,
            _R.MANAGE_BUDGETS,
            _R.VIEW_PROFIT,
        }
    ),
    Role.ADMINISTRATOR: frozenset(set(_R) - {_R.VIEW_PERSONAL}),
    Role.READ_ONLY: frozenset(),
}

# In production these roles sign in with a second factor.
SECOND_FACTOR_ROLES = frozenset({Role.MANAGER, Role.DIRECTOR, Role.FINANCE, Role.ADMINISTRATOR})
