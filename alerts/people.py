"""Who can be given a case or a task of it, and whose cases a leader looks after."""

from __future__ import annotations

import datetime as dt

from django.db.models import Exists, F, OuterRef, QuerySet

from accounts.models import Territory, TerritoryAssignment, User
from accounts.scope import scope_of
from alerts.access import LEADING, WORKING
from alerts.models import Case
from crm.base.lookups import AnyOf
from crm.base.models import Company


def candidates(case: Case, *, on: dt.date) -> QuerySet[User]:
    """Active people who work where the case belongs or above, those nearest to it first come by name."""
    return working_in(case.territory, on=on)


def working_in(territory: Territory, *, on: dt.date) -> QuerySet[User]:
    above = Territory.objects.above(territory)
    held = TerritoryAssignment.objects.running(on).filter(territory__in=above, role__in=list(WORKING))
    return User.objects.active().filter(pk__in=held.values("user")).order_by("name", "pk")


def owners_for(user: User, *, on: dt.date) -> QuerySet[User]:
    """Active people whom the user sees and who work on cases anywhere, by name: the choice for cases of several places."""
    works = TerritoryAssignment.objects.running(on).filter(user=OuterRef("pk"), role__in=list(WORKING))
    return User.objects.active().visible_to(user).filter(Exists(works)).order_by("name", "pk")


def leads(user: User) -> bool:
    """Whether the user leads a territory: she may assign, dismiss and merge there."""
    scope = scope_of(user)
    return scope.superuser or bool(scope.all_roles & LEADING)


def team_of(user: User) -> list[int]:
    """Others who work today where the user leads; of who leads nowhere, those who work where she does."""
    scope = scope_of(user)
    held = TerritoryAssignment.objects.running(Company.get().today()).filter(role__in=list(WORKING)).exclude(user=user)
    if not scope.superuser:
        led = [pk for pk, roles in scope.roles.items() if roles & LEADING]
        held = held.filter(AnyOf(F("territory"), led or scope.territory_ids))
    return list(held.order_by().values_list("user", flat=True).distinct())
