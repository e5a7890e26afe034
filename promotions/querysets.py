from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Q

from accounts.models import Territory
from accounts.querysets import ScopedQuerySet
from promotions.choices import CLAIMABLE, LIVE, PromotionState

if TYPE_CHECKING:
    from accounts.models import User


class BudgetQuerySet(ScopedQuerySet):
    territory_path = "territory"

    def open(self, on: dt.date) -> Self:
        """Those from which money may be set aside on the day."""
        return self.filter(starts_on__lte=on, ends_on__gt=on, expired_at__isnull=True)

    def paying_for(self, territory: Territory) -> Self:
        """Budgets of the territory and of those that it is a part of."""
        return self.filter(territory__in=Territory.objects.above(territory))


class OfBudgetQuerySet(ScopedQuerySet):
    territory_path = "budget__territory"


class PromotionQuerySet(ScopedQuerySet):
    """A promotion belongs to the territory that holds all its dealers."""

    territory_path = "territory"

    def live(self) -> Self:
        """Approved, and not closed yet: its money is set aside."""
        return self.filter(state__in=LIVE)

    def running(self) -> Self:
        return self.filter(state=PromotionState.RUNNING)

    def claimable(self) -> Self:
        return self.filter(state__in=CLAIMABLE)

    def overlapping(self, start: dt.date, end: dt.date) -> Self:
        """With a day from `start`, before `end`."""
        return self.filter(starts_on__lt=end, ends_on__gt=start)

    def of_dealer(self, dealer_id: int) -> Self:
        return self.filter(participants__dealer_id=dealer_id)


class OfPromotionQuerySet(ScopedQuerySet):
    """Rows of a promotion."""

    territory_path = "promotion__territory"


class ClaimQuerySet(ScopedQuerySet):
    """A claim belongs to the dealer's territory."""

    territory_path = "dealer__territory"

    def visible_to(self, user: User, *, on: dt.date | None = None, rights: Any = ()) -> Self:
        """In the user's territories, and not of a dealer in the bin."""
        return super().visible_to(user, on=on, rights=rights).filter(dealer__deleted_at__isnull=True)


class OfClaimQuerySet(ScopedQuerySet):
    """Rows of a claim."""

    territory_path = "claim__dealer__territory"

    def visible_to(self, user: User, *, on: dt.date | None = None, rights: Any = ()) -> Self:
        return super().visible_to(user, on=on, rights=rights).filter(claim__dealer__deleted_at__isnull=True)


class DatedQuerySet(models.QuerySet):
    """Rules that count from a day until (before) another."""

    def on(self, day: dt.date) -> Self:
        return self.filter(active_from__lte=day).filter(Q(active_until__isnull=True) | Q(active_until__gt=day))
