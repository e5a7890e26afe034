from __future__ import annotations

import datetime as dt
from typing import Any, Self

from django.db import models
from django.db.models import F, Min, Q

from dealers.querysets import DealerChildQuerySet
from tiering.choices import OverrideState, PlanState


class DatedQuerySet(models.QuerySet):
    """Versions that each count from `active_from` until the next one does."""

    def on(self, day: dt.date) -> Any:
        """The version that counts on the day; None before the first."""
        return self.filter(active_from__lte=day).order_by("-active_from").first()


class TierChangeQuerySet(DealerChildQuerySet):
    def moves(self) -> Self:
        """Changes of the tier itself; the others only say that an override began or ended without moving the dealer."""
        return self.exclude(from_tier=F("tier")).exclude(from_tier__isnull=True, tier__isnull=True)

    def of_run(self, on: dt.date) -> Self:
        return self.filter(on=on)


class TierOverrideQuerySet(DealerChildQuerySet):
    def running(self, on: dt.date) -> Self:
        """Approved, begun and not yet at an end on the day."""
        return self.filter(state=OverrideState.APPROVED, starts_on__lte=on, expires_on__gt=on)

    def waiting(self) -> Self:
        return self.filter(state=OverrideState.REQUESTED)


class DealerPlanQuerySet(DealerChildQuerySet):
    def running(self) -> Self:
        return self.filter(state=PlanState.RUNNING)

    def with_next_step(self) -> Self:
        """Adds `next_due`: the day of the first step that is not done (date; None when all are)."""
        return self.annotate(next_due=Min("steps__due_on", filter=Q(steps__done_on__isnull=True)))
