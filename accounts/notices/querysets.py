from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q

from accounts.notices.choices import DeliveryState

if TYPE_CHECKING:
    from accounts.models import User


class NoticeQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> Self:
        """The user's own, about what she may still see: a dealer may have moved to another territory since."""
        from accounts.notices import kinds

        seen = Q(subject="")
        for subject in kinds.subjects():
            there = subject.visible_to(user).filter(pk=OuterRef("about_id"))
            seen |= Q(Exists(there), subject=subject.name)
        return self.filter(seen, user=user)

    def in_inbox(self, user: User) -> Self:
        """What her inbox shows, the latest first."""
        return self.visible_to(user).filter(in_inbox=True).order_by("-at", "-pk")

    def unread(self) -> Self:
        """Neither read nor over."""
        return self.filter(in_inbox=True, read_at__isnull=True, over_at__isnull=True)


class DeliveryQuerySet(models.QuerySet):
    def due(self, at: dt.datetime) -> Self:
        """Waiting, and the moment has come; the longest due first."""
        return self.filter(state=DeliveryState.WAITING, next_at__lte=at).order_by("next_at", "pk")
