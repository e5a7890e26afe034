from __future__ import annotations

import datetime as dt
from typing import Self

from django.db.models import F, Q, QuerySet

from accounts.models import TerritoryAssignment, User
from accounts.rights import Right
from accounts.scope import scope_of
from crm.base.models import Company
from dealers.choices import DealerStatus
from dealers.querysets import DealerChildQuerySet

# A month's results are still read by whoever led somebody that month.
LATELY_DAYS = 62


def since_lately(on: dt.date | None) -> dt.date:
    """From when work counts that has ended by the day `on` (None: today)."""
    return (on or Company.get().today()) - dt.timedelta(days=LATELY_DAYS)


def team_of(user: User, *, on: dt.date | None = None) -> QuerySet[User]:
    """The user herself and everybody who works where she may look at the team's work, or did until lately."""
    scope = scope_of(user, on=on)
    if scope.everything and scope.may(Right.VIEW_TEAM):
        return User.objects.all()
    led = [territory for territory in scope.territory_ids if scope.may(Right.VIEW_TEAM, territory)]
    there = TerritoryAssignment.objects.filter(territory__in=led).running_or_coming(since_lately(on))
    return User.objects.filter(Q(pk=user.pk) | Q(pk__in=there.values("user")))


class OfUserQuerySet(QuerySet):
    """Rows of a person's work."""

    def visible_to(self, user: User, *, on: dt.date | None = None) -> Self:
        """One's own, and those of the people who work where the user may look at the team's work."""
        return self.filter(user__in=team_of(user, on=on))


class VisitQuerySet(DealerChildQuerySet):
    def of_day(self, user: User, on: dt.date) -> Self:
        """A person's stops of a day in their order; skipped ones too."""
        return self.filter(user=user, on=on).order_by("sequence", "fixed_at", "pk")

    def made(self) -> Self:
        return self.filter(state="DONE")

    def open(self) -> Self:
        """Planned or under way."""
        return self.filter(state__in=["PLANNED", "UNDER_WAY"])

    def of_prospects(self) -> Self:
        """Visits that are to win new dealers."""
        return self.filter(dealer__status__in=[DealerStatus.PROSPECT, DealerStatus.TRIAL])


class TaskQuerySet(QuerySet):
    def visible_to(self, user: User, *, on: dt.date | None = None) -> Self:
        """One's own, those of the team, and of dealers in the user's territories."""
        scope = scope_of(user, on=on)
        mine = Q(owner__in=team_of(user, on=on))
        if scope.everything:
            return self.filter(mine | Q(dealer__isnull=False, dealer__deleted_at__isnull=True))
        if scope.territory_ids:
            mine |= Q(dealer__territory__in=scope.territory_ids, dealer__deleted_at__isnull=True)
        return self.filter(mine)

    def open(self) -> Self:
        return self.filter(state="OPEN")

    def in_order(self) -> Self:
        """The owner's own order first; then stones before sand, and what is due earlier before what is due later."""
        return self.order_by(
            F("sequence").asc(nulls_last=True), "-important", "-urgent", F("due_on").asc(nulls_last=True), "pk"
        )


class CoachingQuerySet(QuerySet):
    def visible_to(self, user: User, *, on: dt.date | None = None) -> Self:
        """About her or her team, what she wrote herself and what others have shared. Who leads somebody no longer reads no
        more what she once wrote about her."""
        return self.filter(Q(coach=user) | Q(shared_at__isnull=False), rep__in=team_of(user, on=on))

    def shared(self) -> Self:
        return self.filter(shared_at__isnull=False)
