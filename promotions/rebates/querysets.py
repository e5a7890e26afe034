from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

from accounts.models import Territory
from accounts.scope import scope_of
from promotions.rebates.choices import ProgrammeState

if TYPE_CHECKING:
    from accounts.models import User
    from accounts.rights import Right


class ProgrammeQuerySet(models.QuerySet):
    def visible_to(self, user: User, *, on: dt.date | None = None, rights: Sequence[Right] = ()) -> Self:
        """Those that count in one of the user's territories: of it, of what lies above and below it, and everywhere."""
        scope = scope_of(user, on=on).where(*rights)
        if scope.everything:
            return self
        paths = Territory.objects.filter(pk__in=scope.territory_ids).values_list("path", flat=True)
        above = {path[:end] for path in paths for end in range(Territory.STEP, len(path) + 1, Territory.STEP)}
        return self.filter(Q(territory=None) | Q(territory__path__in=above)) if above else self.none()

    def published(self) -> Self:
        return self.filter(state=ProgrammeState.PUBLISHED)

    def running(self, on: dt.date) -> Self:
        """Published, begun and not over on the day."""
        return self.published().filter(starts_on__lte=on, ends_on__gt=on)

    def to_accrue(self, on: dt.date, *, after: dt.timedelta) -> Self:
        """Published and begun; those that are over for as long as sales of their time may still be corrected."""
        return self.published().filter(starts_on__lte=on, ends_on__gt=on - after)


class SettlementQuerySet(models.QuerySet):
    def visible_to(self, user: User, *, on: dt.date | None = None, rights: Sequence[Right] = ()) -> Self:
        """Those of territories that the user sees."""
        scope = scope_of(user, on=on).where(*rights)
        return self if scope.everything else self.filter(territory__in=scope.territory_ids)
