"""Who can be given a case or a task of it."""

from __future__ import annotations

import datetime as dt

from django.db.models import QuerySet

from accounts.models import Territory, TerritoryAssignment, User
from alerts.access import WORKING
from alerts.models import Case


def candidates(case: Case, *, on: dt.date) -> QuerySet[User]:
    """Active people who work where the case belongs or above, those nearest to it first come by name."""
    return working_in(case.territory, on=on)


def working_in(territory: Territory, *, on: dt.date) -> QuerySet[User]:
    above = Territory.objects.above(territory)
    held = TerritoryAssignment.objects.running(on).filter(territory__in=above, role__in=list(WORKING))
    return User.objects.active().filter(pk__in=held.values("user")).order_by("name", "pk")
