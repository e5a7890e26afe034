"""A reasonable distance: how long each representative has looked after her patch, and what she spent on its dealers (K-18).

Whoever is too close to her dealers for too long speaks for them. After so many months the leader looks at it; nobody is
moved by the program.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, F, Sum

from accounts.choices import Role
from accounts.models import Territory, TerritoryAssignment, User
from accounts.scope import Scope
from crm.base.lookups import AnyOf
from crm.base.models import Company
from crm.base.periods import add_months
from dealers.choices import TRADING
from dealers.models import Dealer
from visits.choices import ExpenseCategory, ExpenseState
from visits.models import Expense

# Of one person in one patch; then a review is due.
REVIEW_MONTHS = 36
# Over which gifts and entertainment are added up.
SPENT_MONTHS = 12
FAVOURS = (ExpenseCategory.ENTERTAINMENT, ExpenseCategory.GIFT)


@dataclass(frozen=True, slots=True)
class Tenure:
    """One representative in one patch: since when without a break, how many whole months that is, its dealers, and gifts
    and entertainment for them in the last twelve months, in the company's currency."""

    user: User
    territory: Territory
    since: dt.date
    months: int
    dealers: int
    favours: Decimal

    @property
    def review_on(self) -> dt.date:
        return add_months(self.since, REVIEW_MONTHS)

    @property
    def is_due(self) -> bool:
        return self.months >= REVIEW_MONTHS


def months_between(since: dt.date, on: dt.date) -> int:
    """Whole months; the day itself begins the first."""
    return max((on.year - since.year) * 12 + on.month - since.month - (on.day < since.day), 0)


def tenures(scope: Scope, *, on: dt.date) -> list[Tenure]:
    """Who looks after a patch of the scope today, the longest first. Cover for a colleague does not count. Three queries."""
    rows = TerritoryAssignment.objects.filter(role=Role.REPRESENTATIVE, covers_for=None, period__startswith__lte=on)
    if not scope.everything:
        rows = rows.filter(AnyOf(F("territory_id"), scope.territory_ids))
    by_pair: dict[tuple[int, int], list[TerritoryAssignment]] = defaultdict(list)
    for row in rows.filter(user__is_active=True).select_related("user", "territory").order_by("period"):
        by_pair[row.user_id, row.territory_id].append(row)
    running = {
        pair: found for pair, found in by_pair.items() if found[-1].period.upper is None or found[-1].period.upper > on
    }
    dealers = _dealers({territory for _user, territory in running})
    favours = _favours({user for user, _territory in running}, on)
    found = []
    for (user_id, territory_id), pieces in running.items():
        since = _since(pieces)
        found.append(
            Tenure(
                pieces[-1].user, pieces[-1].territory, since, months_between(since, on), dealers.get(territory_id, 0),
                favours.get((user_id, territory_id), Decimal(0)),
            )
        )  # fmt: skip
    return sorted(found, key=lambda row: (row.since, row.user.name, row.territory.path))


def _since(pieces: list[TerritoryAssignment]) -> dt.date:
    """The first day of the last unbroken stretch of periods, which are in order."""
    since: dt.date = pieces[-1].period.lower
    for piece in reversed(pieces[:-1]):
        if piece.period.upper is None or piece.period.upper < since:
            break
        since = piece.period.lower
    return since


def _dealers(territories: Iterable[int]) -> dict[int, int]:
    rows = Dealer.objects.filter(AnyOf(F("territory_id"), list(territories)), status__in=TRADING)
    return dict(rows.order_by().values_list("territory").annotate(Count("pk")))


def _favours(people: Iterable[int], on: dt.date) -> dict[tuple[int, int], Decimal]:
    rows = Expense.objects.filter(
        user__in=list(people), category__in=FAVOURS, on__gt=add_months(on, -SPENT_MONTHS), on__lte=on,
        currency=Company.get().currency, dealer__isnull=False,
    ).exclude(state=ExpenseState.REFUSED)  # fmt: skip
    summed = rows.order_by().values_list("user", "dealer__territory").annotate(Sum("amount"))
    return {(user, territory): amount for user, territory, amount in summed}
