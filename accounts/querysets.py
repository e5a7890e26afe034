from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, ClassVar, Self

from django.db import models

if TYPE_CHECKING:
    from accounts.models import Territory, User


class TerritoryQuerySet(models.QuerySet["Territory"]):
    def within(self, territory: Territory) -> Self:
        """The territory itself and all below it."""
        return self.filter(path__startswith=territory.path)

    def visible_to(self, user: User, *, on: dt.date | None = None) -> Self:
        """What the user's assignments open on the day `on` (the company's today, when it is None)."""
        from accounts.scope import scope_of

        scope = scope_of(user, on=on)
        return self if scope.everything else self.filter(pk__in=scope.territory_ids)


class AssignmentQuerySet(models.QuerySet):
    def running(self, on: dt.date) -> Self:
        """Those whose period holds the day `on`."""
        return self.filter(period__contains=on)


class ScopedQuerySet(models.QuerySet):
    """Rows that lead to a dealer. `territory_path` names the lookup to the territory's foreign key."""

    territory_path: ClassVar[str] = "dealer__territory"

    def visible_to(self, user: User, *, on: dt.date | None = None) -> Self:
        """Only rows in the user's territories on the day `on` (the company's today, when it is None)."""
        from accounts.scope import scope_of

        scope = scope_of(user, on=on)
        return self if scope.everything else self.filter(**{f"{self.territory_path}__in": scope.territory_ids})
