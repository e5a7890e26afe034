"""Whose work somebody may look at and plan: representatives and leaders of her territories."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.core.exceptions import PermissionDenied
from django.db.models import F, QuerySet
from django.http import Http404

from accounts.choices import Role
from accounts.models import TerritoryAssignment, User
from accounts.rights import Right
from accounts.scope import scope_of
from crm.base.lookups import AnyOf
from visits.querysets import since_lately

WORKERS = (Role.REPRESENTATIVE,)
LEADERS = (Role.MANAGER, Role.DIRECTOR)


def team(
    user: User, *, start: dt.date, end: dt.date, roles: Iterable[Role] = WORKERS, rights: Iterable[Right] = ()
) -> QuerySet[User]:
    """Active people who work in these roles where the user may look at the team's work (and has these rights, too), at
    some time from `start` until before `end`; by name."""
    held = scope_of(user).where(Right.VIEW_TEAM, *rights)
    there = TerritoryAssignment.objects.filter(role__in=list(roles), covers_for=None, period__overlap=(start, end))
    if not held.everything:
        there = there.filter(AnyOf(F("territory_id"), held.territory_ids))
    return User.objects.active().filter(pk__in=there.values("user")).order_by("name", "pk")


def person_or_404(user: User, pk: int) -> User:
    """Herself, or somebody who works in her territories: 404 for others, 403 without the right to look at the team."""
    if user.pk == pk:
        return user
    scope = scope_of(user)
    person = User.objects.filter(pk=pk).first()
    if person is None:
        raise Http404
    if scope.everything:
        if not scope.may(Right.VIEW_TEAM):
            raise PermissionDenied
        return person
    places = _places(person)
    if not places & set(scope.territory_ids):
        raise Http404
    if not any(scope.may(Right.VIEW_TEAM, place) for place in places):
        raise PermissionDenied
    return person


def may_plan(user: User, person: User) -> bool:
    """Whether the user may change this person's plan: her own with LOG_VISITS, others' with PLAN_VISITS there."""
    scope = scope_of(user)
    if user.pk == person.pk:
        return scope.may(Right.LOG_VISITS) or scope.may(Right.PLAN_VISITS)
    if scope.everything and scope.may(Right.PLAN_VISITS):
        return True
    return any(scope.may(Right.PLAN_VISITS, place) for place in _places(person))


def demand_planning(user: User, person: User) -> None:
    """Raises PermissionDenied (403)."""
    if not may_plan(user, person):
        raise PermissionDenied


def may_change(user: User, visit_user_id: int, territory_id: int) -> bool:
    """Whether the user may change one visit: her own, or one in a territory that she plans."""
    scope = scope_of(user)
    if visit_user_id == user.pk and scope.may(Right.LOG_VISITS):
        return True
    return scope.may(Right.PLAN_VISITS, territory_id)


def colleagues(user: User, person: User, *, on: dt.date) -> QuerySet[User]:
    """Who could take over somebody's visits: the other representatives of the user's team on the day; for somebody who
    leads nobody, none."""
    return team(user, start=on, end=on + dt.timedelta(days=1)).exclude(pk=person.pk)


def _places(person: User) -> set[int]:
    """Territories that the person works, will work, or worked until lately, herself."""
    rows = TerritoryAssignment.objects.filter(user=person, covers_for=None).running_or_coming(since_lately(None))
    return set(rows.values_list("territory", flat=True))
