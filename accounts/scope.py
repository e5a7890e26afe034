"""Who sees what: the territories that a user's assignments open, and the rights that come with them.

The ids are fetched once for a request and put into the query as a list, not as a sub-select: with a list the planner
knows whether it asks for ten dealers or half a million, and picks the index accordingly (docs/decisions/0001).
"""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.db import connection

from accounts.choices import Role
from accounts.rights import ROLE_RIGHTS, SECOND_FACTOR_ROLES, Right
from crm.base import marks, prepared
from crm.base.models import Company

if TYPE_CHECKING:
    from accounts.models import User

# What a user's assignments open, a row for each role, and how many territories there are.
_SCOPE = """SELECT role, ids, (SELECT count(*) FROM accounts_territory)
  FROM (
    SELECT a.role, array_agg(t.id) AS ids
      FROM accounts_territoryassignment a
      JOIN accounts_territory opened ON opened.id = a.territory_id
      JOIN accounts_territory t ON t.path >= opened.path AND t.path < opened.path || '~'
     WHERE a.user_id = %s AND a.period @> %s::date
     GROUP BY a.role
  ) AS held"""


@dataclass(frozen=True)
class Scope:
    """`roles` maps a territory's id to the roles held there. `everything` means no filter is needed at all.

    Requests share it: nobody changes what it holds.
    """

    everything: bool
    roles: dict[int, frozenset[Role]] = field(default_factory=dict)
    superuser: bool = False
    # What others have worked out from this scope alone, by their own keys.
    kept: dict[Any, Any] = field(default_factory=dict, compare=False, repr=False)

    @property
    def territory_ids(self) -> list[int]:
        return list(self.roles)

    @cached_property
    def kinds(self) -> frozenset[frozenset[Role]]:
        """Which roles are held together on some territory."""
        return frozenset(self.roles.values())

    @cached_property
    def all_roles(self) -> frozenset[Role]:
        return frozenset().union(*self.kinds)

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
        narrowed = self.kept.get(rights)
        if narrowed is None:
            narrowed = self.kept[rights] = self._where(rights)
        return narrowed

    def _where(self, rights: Sequence[Right]) -> Scope:
        enough = {
            held for held in self.kinds if all(any(right in ROLE_RIGHTS[role] for role in held) for right in rights)
        }
        if len(enough) == len(self.kinds):
            return self
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
    kept = _kept(user)
    on = on or kept.today
    if on not in kept.scopes:
        kept.scopes[on] = _read(user, on)
    return kept.scopes[on]


@dataclass
class _Kept:
    """What is kept on a user object: the company's day when it was first asked, and scopes by day."""

    today: dt.date
    scopes: dict[dt.date, Scope] = field(default_factory=dict)


def _kept(user: User) -> _Kept:
    # Not by __dict__: a request's user is a proxy.
    found: _Kept | None = getattr(user, "_kept_scopes", None)
    if found is None:
        found = user._kept_scopes = _Kept(Company.get().today())  # type: ignore[attr-defined]
    return found


def forget(user: User) -> None:
    """Drop what is kept on the object, after its assignments changed."""
    if hasattr(user, "_kept_scopes"):
        del user._kept_scopes


# Scopes of users on a day, as long as nothing of the topic changes. When there are very many, it starts anew.
_MOST_SCOPES = 1024
_scopes: dict[tuple[int, dt.date, int], Scope] = {}


def user_with_scope(pk: int) -> User | None:
    """The user and, kept on the object, the scope of the company's today. `None` when there is no such user.

    One query, and another one for a scope that is not known yet or that something has changed since.
    """
    on = Company.get().today()
    sql, names, converters = _user_statement()
    rows = prepared.read(sql, [pk])
    if not rows:
        return None
    from accounts.models import User

    *values, seen = rows[0]
    marks.note(seen)
    for place, convert in converters:
        values[place] = convert(values[place], None, connection)
    user: User = User.from_db(connection.alias, names, values)
    _kept(user).scopes[on] = _known(user, on, seen.get(marks.PEOPLE))
    return user


def _known(user: User, on: dt.date, mark: int | None) -> Scope:
    if mark is None:
        return _read(user, on)
    key = user.pk, on, mark
    scope = _scopes.get(key)
    if scope is None or scope.superuser != user.is_superuser:
        if len(_scopes) >= _MOST_SCOPES:
            _scopes.clear()
        scope = _scopes[key] = _read(user, on)
    return scope


@functools.cache
def _user_statement() -> tuple[str, list[str], list[tuple[int, Callable[..., Any]]]]:
    """The statement, the user's fields in its order, and what makes a column's value the field's."""
    from accounts.models import User

    fields = User._meta.concrete_fields
    columns = ", ".join(f'u."{field.column}"' for field in fields)
    sql = f"SELECT {columns}, {marks.COLUMN} FROM accounts_user u WHERE u.id = %s"
    converters = [
        (place, convert)
        for place, field in enumerate(fields)
        for convert in (*connection.ops.get_db_converters(field.get_col("u")), *field.get_db_converters(connection))
    ]
    return sql, [field.attname for field in fields], converters


def _read(user: User, on: dt.date) -> Scope:
    return _scope(user, prepared.read(_SCOPE, [user.pk, on]))


def _scope(user: User, rows: Sequence[tuple[Any, ...]]) -> Scope:
    """From a role, the territories where it is held, and how many territories there are."""
    if len(rows) == 1:
        # Mostly one role on all of hundreds of territories.
        ((role, ids, _total),) = rows
        roles = dict.fromkeys(ids, frozenset({Role(role)}))
    else:
        held: dict[int, list[Role]] = {}
        for role, ids, _total in rows:
            for pk in ids:
                held.setdefault(pk, []).append(Role(role))
        together = {tuple(each): frozenset(each) for each in held.values()}
        roles = {pk: together[tuple(each)] for pk, each in held.items()}
    sees_all = bool(rows) and len(roles) == rows[0][2]
    return Scope(everything=user.is_superuser or sees_all, roles=roles, superuser=user.is_superuser)
