from __future__ import annotations

import datetime as dt
from typing import Any, Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from accounts.models import User
from accounts.querysets import ScopedQuerySet
from accounts.rights import Right
from accounts.scope import scope_of
from alerts.choices import RUNNING, UNSOLVED
from crm.base.lookups import AnyOf

# Kinds that tell what a dealer owes: alerts.kinds.credit.
OF_CREDIT = ("credit_use", "overdue", "credit_behaviour")


def _without_credit(rows: Any, user: User, on: dt.date | None, to_case: str) -> Any:
    """Without what tells of a dealer's debts, where the user may not read them."""
    scope = scope_of(user, on=on)
    held = scope.where(Right.VIEW_CREDIT)
    if held.everything or len(held.roles) == len(scope.roles):
        # She reads credit wherever she sees anything, as nearly everybody does: nothing is left to be asked.
        return rows
    readable = Q(AnyOf(F(f"{to_case}territory"), held.territory_ids))
    return rows.filter(readable | ~Q(**{f"{to_case}kind__in": OF_CREDIT}))


def _not_in_bin(rows: Any, to_dealer: str) -> Any:
    """Without those of dealers in the bin. There are few, and an index of them alone: a join would look up each dealer."""
    from dealers.models import Dealer

    return rows.filter(~Exists(Dealer.with_bin.filter(pk=OuterRef(to_dealer), deleted_at__isnull=False)))


class CaseQuerySet(ScopedQuerySet):
    """A case belongs to the territory of its dealer; one of many dealers, to the territory that holds them all."""

    territory_path = "territory"

    def visible_to(self, user: User, *, on: dt.date | None = None, rights: Any = ()) -> Self:
        """In the user's territories, and not of a dealer in the bin; of credit only where she may read credit."""
        seen = super().visible_to(user, on=on, rights=rights)
        return _without_credit(_not_in_bin(seen, "dealer"), user, on, "")

    def running(self) -> Self:
        """Not at an end; resolved ones that wait to be verified too."""
        return self.filter(state__in=RUNNING)

    def unsolved(self) -> Self:
        """Somebody still has something to do."""
        return self.filter(state__in=UNSOLVED)

    def of(self, user: User) -> Self:
        """Those that this person owns."""
        return self.filter(owner=user)

    def late(self, at: dt.datetime) -> Self:
        """Not acknowledged, or without a cause, past the deadline at the moment."""
        return self.unsolved().filter(
            Q(acknowledged_at__isnull=True, acknowledge_by__lt=at) | Q(cause__isnull=True, cause_by__lt=at)
        )


class CaseChildQuerySet(ScopedQuerySet):
    """Rows of a case."""

    territory_path = "case__territory"

    def visible_to(self, user: User, *, on: dt.date | None = None, rights: Any = ()) -> Self:
        seen = super().visible_to(user, on=on, rights=rights)
        return _without_credit(_not_in_bin(seen, "case__dealer"), user, on, "case__")


class RuleQuerySet(models.QuerySet):
    def of_kind(self, kind: str) -> Self:
        return self.filter(kind=kind)


class RuleVersionQuerySet(models.QuerySet):
    def published(self) -> Self:
        return self.filter(published_at__isnull=False)

    def on(self, day: dt.date) -> Self:
        """Of each rule the published version that counts on the day."""
        begun = self.published().filter(active_from__lte=day).order_by("rule_id", "-active_from")
        return self.filter(pk__in=begun.distinct("rule_id").values("pk"))
