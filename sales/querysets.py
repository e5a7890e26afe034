from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q

from dealers.querysets import DealerChildQuerySet
from sales.choices import ReceivableKind

if TYPE_CHECKING:
    from accounts.models import User


class CatalogueQuerySet(models.QuerySet):
    """What everybody in the company may read: products, brands, units."""

    def visible_to(self, user: User, *, on: dt.date | None = None) -> Self:
        """All of it for who is signed in and active, nothing for anybody else."""
        return self if user.is_authenticated and user.is_active else self.none()


class SalesRecordQuerySet(DealerChildQuerySet):
    def between(self, start: dt.date, end: dt.date) -> Self:
        """From `start`, before `end`. Without it a query asks every month's partition."""
        return self.filter(on__gte=start, on__lt=end)


class ReceivableQuerySet(DealerChildQuerySet):
    def open(self) -> Self:
        """Still to be paid, or receipts still to be applied."""
        return self.exclude(open_amount=0)

    def owed(self) -> Self:
        """What counts as the balance: invoices and bills less receipts, not orders."""
        return self.open().exclude(kind=ReceivableKind.ORDER)

    def overdue(self, on: dt.date) -> Self:
        """Invoices and bills that should have been paid before the day `on`."""
        return self.filter(kind__in=[ReceivableKind.INVOICE, ReceivableKind.BILL], open_amount__gt=0, due_on__lt=on)


class SalesTargetQuerySet(models.QuerySet):
    def visible_to(self, user: User, *, on: dt.date | None = None) -> Self:
        """Targets of dealers and territories in scope, the user's own, and those of people who work in scope."""
        from accounts.models import TerritoryAssignment
        from accounts.scope import scope_of
        from crm.base.models import Company

        scope = scope_of(user, on=on)
        if scope.everything:
            return self
        on = on or Company.get().today()
        ids = scope.territory_ids
        people = TerritoryAssignment.objects.running(on).filter(territory__in=ids).values("user")
        return self.filter(
            Q(dealer__territory__in=ids, dealer__deleted_at__isnull=True)
            | Q(territory__in=ids)
            | Q(user=user.pk)
            | Q(user__in=people)
        )

    def running(self, on: dt.date) -> Self:
        """Those whose period holds the day `on`."""
        return self.filter(period_start__lte=on, period_end__gt=on)

    def uppermost(self) -> Self:
        """Without those inside a longer period that the same dealer, territory or user has a target for: a year's
        target and those of its quarters are not added together."""
        longer = (
            self.model._default_manager.filter(
                kind=OuterRef("kind"),
                period_start__lte=OuterRef("period_start"),
                period_end__gte=OuterRef("period_end"),
            )
            .filter(
                Q(dealer=OuterRef("dealer")) | Q(territory=OuterRef("territory")) | Q(user=OuterRef("user")),
                amount__isnull=False,
            )
            .exclude(pk=OuterRef("pk"))
        )
        return self.exclude(Exists(longer))
