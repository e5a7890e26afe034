"""Who sees what: the territories that a user's assignments open, and the rights that come with them.

The ids are fetched once for a request and put into the query as a list, not as a sub-select: with a list the planner
knows whether it asks for ten dealers or half a million, and picks the index accordingly (docs/decisions/0001).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db import connection

from accounts.choices import Role
from accounts.rights import ROLE_RIGHTS, SECOND_FACTOR_ROLES, Right
from crm.base.models import Company

if TYPE_CHECKING:
    from accounts.models import User

_SQL = """
    SELECT t.id, array_agg(DISTINCT a.role), (SELECT count(*) FROM accounts_territory)
      FROM accounts_territoryassignment a
      JOIN accounts_territory opened ON opened.id = a.territory_id
      JOIN accounts_territory t ON t.path >= opened.path AND t.path < opened.path || '~'
     WHERE a.user_id = %s AND a.period @> %s
     GROUP BY t.id
"""


@dataclass(frozen=True, slots=True)
class Scope:
    """`roles` maps a territory's id to the roles held there. `everything` means no filter is needed at all."""

    everything: bool
    roles: dict[int, frozenset[Role]] = field(default_factory=dict)
    superuser: bool = False

    @property
    def territory_ids(self) -> list[int]:
        return list(self.roles)

    @property
    def all_roles(self) -> frozenset[Role]:
        return frozenset().union(*self.roles.values()) if self.roles else frozenset()

    def may(self, right: Right, territory_id: int | None = None) -> bool:
        """Whether a role held on this territory (on any, when it is None) brings the right."""
        if self.superuser:
            return True
        held = self.all_roles if territory_id is None else self.roles.get(territory_id, frozenset())
        return any(right in ROLE_RIGHTS[role] for role in held)

    def where(self, *rights: Right) -> Scope:
        """This scope, narrowed to the territories on which every one of the rights is held.

        `may(right)` only says that a page may be opened; rows and figures on it come from here.
        """
        if self.superuser or not rights:
            return self
        kinds = set(self.roles.values())
        enough = {held for held in kinds if all(any(right in ROLE_RIGHTS[role] for role in held) for right in rights)}
        roles = {pk: held for pk, held in self.roles.items() if held in enough}
        return Scope(everything=self.everything and len(roles) == len(self.roles), roles=roles)

    @property
    def needs_second_factor(self) -> bool:
        return self.superuser or bool(self.all_roles & SECOND_FACTOR_ROLES)


NOTHING = Scope(everything=False)


def scope_of(user: User, *, on: dt.date | None = None) -> Scope:
    """The user's scope on the day `on` (the company's today, when it is None); one query, kept on the user object."""
    if not user.is_authenticated or not user.is_active:
        return NOTHING
    # The company's day is looked up once a user object, so once a request: the menu alone asks half a dozen times.
    on = on or user.__dict__.get("_scope_day") or user.__dict__.setdefault("_scope_day", Company.get().today())
    kept: dict[dt.date, Scope] = user.__dict__.setdefault("_scopes", {})
    if on not in kept:
        kept[on] = _read(user, on)
    return kept[on]


def forget(user: User) -> None:
    """Drop what is kept on the object, after its assignments changed."""
    user.__dict__.pop("_scopes", None)
    user.__dict__.pop("_scope_day", None)


def _read(user: User, on: dt.date) -> Scope:
    with connection.cursor() as cursor:
        cursor.execute(_SQL, [user.pk, on])
        rows = cursor.fetchall()
    # Mostly the same few roles on all of hundreds of territories.
    kinds = {held: frozenset(map(Role, held)) for held in {tuple(held) for _pk, held, _total in rows}}
    roles = {pk: kinds[tuple(held)] for pk, held, _total in rows}
    sees_all = bool(rows) and len(roles) == rows[0][2]
    return Scope(everything=user.is_superuser or sees_all, roles=roles, superuser=user.is_superuser)
