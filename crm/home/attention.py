"""What waits for somebody today: promises that fell due, dealers nobody called, agreements that end, jobs that failed.

Each list is short and counted up to a limit: at a million dealers nobody reads the rest, and no count walks the table.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import F, Q, QuerySet

from accounts.models import User
from accounts.rights import Right
from accounts.scope import scope_of
from crm.base import jobs
from crm.base.choices import JobState
from crm.base.models import JobRun
from crm.home import silence
from dealers.choices import TRADING
from dealers.models import Agreement, Dealer, Interaction

AGREEMENT_NOTICE_DAYS = 60
SHOWN = 6
COUNTED = 999


@dataclass(frozen=True, slots=True)
class Waiting:
    """The first rows and how many there are; `more` when there are more than COUNTED."""

    rows: list
    count: int
    more: bool

    @classmethod
    def of(cls, queryset: QuerySet) -> Waiting:
        rows = list(queryset[:SHOWN])
        if len(rows) < SHOWN:
            return cls(rows, len(rows), False)
        count = queryset.order_by()[: COUNTED + 1].count()
        return cls(rows, min(count, COUNTED), count > COUNTED)


def acts_on_dealers(user: User, *, on: dt.date) -> bool:
    """Whether calling dealers and keeping promises is hers: finance and readers look on."""
    return scope_of(user, on=on).may(Right.EDIT_DEALER)


def without_contact(user: User, *, on: dt.date) -> QuerySet[Dealer]:
    """Dealers whose last contact lies further back than their call cycle allows, the largest first."""
    if not acts_on_dealers(user, on=on):
        return Dealer.objects.none()
    return (
        Dealer.objects.visible_to(user, on=on)
        .filter(silence.overdue(on))
        .order_by("-sales_12m", "pk")
        .only("pk", "name", "name_romanised", "code", "tier", "last_contact_on", "sales_12m", "city")
    )


def follow_ups_due(user: User, *, on: dt.date) -> QuerySet[Interaction]:
    """Next steps promised for today or earlier, with nothing heard from the dealer since."""
    if not acts_on_dealers(user, on=on):
        return Interaction.objects.none()
    return (
        Interaction.objects.visible_to(user, on=on)
        .filter(next_step_on__lte=on)
        .exclude(next_step="")
        .filter(
            Q(dealer__last_contact_on__isnull=True) | Q(dealer__last_contact_on__lte=F("happened_at__date")),
        )
        .select_related("dealer", "by")
        .order_by("next_step_on", "pk")
    )


def agreements_ending(user: User, *, on: dt.date) -> QuerySet[Agreement]:
    """Agreements that end within the notice, or ended within it and were not renewed."""
    notice = dt.timedelta(days=AGREEMENT_NOTICE_DAYS)
    return (
        Agreement.objects.visible_to(user, on=on)
        .filter(ends_on__gte=on - notice, ends_on__lt=on + notice, dealer__status__in=TRADING)
        .exclude(dealer__agreements__kind=F("kind"), dealer__agreements__ends_on__gt=F("ends_on"))
        .select_related("dealer")
        .order_by("ends_on", "pk")
    )


@dataclass(frozen=True, slots=True)
class LabelledRun:
    label: str
    run: JobRun


def last_night(user: User, *, on: dt.date) -> list[LabelledRun]:
    """The latest run of each job within a week, in the order of the night; empty for those who may not look at jobs."""
    if not scope_of(user, on=on).may(Right.VIEW_JOBS):
        return []
    of_the_night = JobRun.objects.filter(job__in=[job.name for job in jobs.registered()])
    latest = (
        of_the_night.filter(on__gte=on - dt.timedelta(days=7)).order_by("job", "-started_at", "-pk").distinct("job")
    )
    return [LabelledRun(jobs.label_of(run.job), run) for run in sorted(latest, key=lambda run: run.started_at)]


def failed(night: list[LabelledRun]) -> list[LabelledRun]:
    """Those of the night that did not end well."""
    return [each for each in night if each.run.state in (JobState.FAILED, JobState.ABANDONED)]
