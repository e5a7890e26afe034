from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, Self

from django.db import models

from crm.base.lookups import AnyOf

if TYPE_CHECKING:
    from accounts.models import Territory, User
    from accounts.rights import Right


class TerritoryQuerySet(models.QuerySet["Territory"]):
    def within(self, territory: Territory) -> Self:
        """The territory itself and all below it."""
        return self.filter(path__startswith=territory.path)

    def above(self, territory: Territory) -> Self:
        """The territory itself and those it is a part of, the root first."""
        steps = range(territory.STEP, len(territory.path) + 1, territory.STEP)
        return self.filter(path__in=[territory.path[:end] for end in steps])

    def open(self) -> Self:
        return self.filter(active=True)

    def visible_to(self, user: User, *, on: dt.date | None = None, rights: Sequence[Right] = ()) -> Self:
        """What the user's assignments open on the day `on` (the company's today, when it is None).

        With `rights` only where she holds all of them; so in each `visible_to` here.
        """
        from accounts.scope import scope_of

        scope = scope_of(user, on=on).where(*rights)
        return self if scope.everything else self.filter(AnyOf(models.F("pk"), scope.territory_ids))


class AssignmentQuerySet(models.QuerySet):
    def running(self, on: dt.date) -> Self:
        """Those whose period holds the day `on`."""
        return self.filter(period__contains=on)

    def running_or_coming(self, on: dt.date) -> Self:
        """Those that have not ended before the day `on`."""
        return self.filter(models.Q(period__endswith__isnull=True) | models.Q(period__endswith__gt=on))

    def visible_to(self, user: User, *, on: dt.date | None = None, rights: Sequence[Right] = ()) -> Self:
        """Those in the user's territories."""
        from accounts.scope import scope_of

        scope = scope_of(user, on=on).where(*rights)
        return self if scope.everything else self.filter(territory__in=scope.territory_ids)


class UserQuerySet(models.QuerySet["User"]):
    def visible_to(self, user: User, *, on: dt.date | None = None, rights: Sequence[Right] = ()) -> Self:
        """Who has, had or will have an assignment in the user's territories, and the user herself.

        Who sees every territory sees everybody, also those without one.
        """
        from accounts.models import TerritoryAssignment
        from accounts.scope import scope_of

        scope = scope_of(user, on=on).where(*rights)
        if scope.everything:
            return self
        there = TerritoryAssignment.objects.filter(territory__in=scope.territory_ids)
        return self.filter(models.Q(pk=user.pk) | models.Q(pk__in=there.values("user")))

    def active(self) -> Self:
        return self.filter(is_active=True)


class ScopedQuerySet(models.QuerySet):
    """Rows that lead to a dealer. `territory_path` names the lookup to the territory's foreign key."""

    territory_path: ClassVar[str] = "dealer__territory"

    def visible_to(self, user: User, *, on: dt.date | None = None, rights: Sequence[Right] = ()) -> Self:
        """Only rows in the user's territories on the day `on` (the company's today, when it is None)."""
        from accounts.scope import scope_of

        scope = scope_of(user, on=on).where(*rights)
        if scope.everything:
            return self
        ids = scope.territory_ids
        return self.filter(AnyOf(models.F(self.territory_path), ids)) if ids else self.none()
