from __future__ import annotations

from typing import Self

from django.db.models import Manager, QuerySet

from accounts.models import User
from accounts.querysets import ScopedQuerySet
from accounts.scope import scope_of
from dealers.choices import TRADING


class DealerQuerySet(ScopedQuerySet):
    territory_path = "territory"

    def trading(self) -> Self:
        """Those that buy from us or could tomorrow: neither prospects nor terminated."""
        return self.filter(status__in=TRADING)

    def of_tier(self, tier: str) -> Self:
        return self.filter(tier=tier)


class DealerManager(Manager.from_queryset(DealerQuerySet)):  # type: ignore[misc]
    """Without what lies in the bin."""

    def get_queryset(self) -> DealerQuerySet:
        return super().get_queryset().filter(deleted_at__isnull=True)


class DealerChildQuerySet(ScopedQuerySet):
    """Rows of a dealer's file."""

    def visible_to(self, user, *, on=None, rights=()) -> Self:
        """In the user's territories, and not of a dealer in the bin."""
        return super().visible_to(user, on=on, rights=rights).filter(dealer__deleted_at__isnull=True)


class ExportQuerySet(QuerySet):
    """What was taken out of the list."""

    def visible_to(self, user, *, on=None, rights=()) -> Self:
        """The exports of everybody whom the user sees."""
        if scope_of(user, on=on).where(*rights).everything:
            return self
        return self.filter(user__in=User.objects.visible_to(user, on=on, rights=rights))
