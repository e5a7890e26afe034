"""Whether joint activities lead to framework agreements (F-23)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet

from accounts.models import User
from crm.base.periods import add_months
from dealers.choices import AgreementKind
from dealers.models import Agreement, Dealer
from promotions.choices import Mechanic, PromotionState

MONTHS = 24
HELD = (PromotionState.RUNNING, PromotionState.ENDED, PromotionState.EVALUATED, PromotionState.CLOSED)


@dataclass(frozen=True, slots=True)
class Summary:
    """Dealers with joint activities in the period, and how many of them have a framework agreement that runs."""

    dealers: int
    with_framework: int


def with_activities(user: User, *, on: dt.date) -> QuerySet:
    """The user's dealers with joint activities in the last 24 months. Adds `activities` (number), `latest` (first day of
    the latest) and `framework` (whether a framework agreement runs on the day)."""
    runs = Q(ends_on__isnull=True) | Q(ends_on__gt=on)
    framework = Agreement.objects.filter(runs, dealer=OuterRef("pk"), kind=AgreementKind.FRAMEWORK, starts_on__lte=on)
    held = Q(
        participations__promotion__mechanic=Mechanic.JOINT_ACTIVITY, participations__promotion__state__in=HELD,
        participations__promotion__starts_on__gte=add_months(on, -MONTHS), participations__promotion__starts_on__lte=on,
    )  # fmt: skip
    found: QuerySet = (
        Dealer.objects.visible_to(user)
        .filter(held)
        .annotate(
            activities=Count("participations__promotion", distinct=True),
            latest=Max("participations__promotion__starts_on"),
            framework=Exists(framework),
        )
        .order_by("framework", "-activities", "name", "pk")
    )
    return found


def summary(user: User, *, on: dt.date) -> Summary:
    rows = with_activities(user, on=on).order_by()
    return Summary(rows.count(), rows.filter(framework=True).count())
