"""What the workers do: months of people, one each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from celery import shared_task
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from crm.base.models import Company
from visits.choices import Audience
from visits.models import PlanningPart, PlanningRun
from visits.planning import MonthChanged, plan_month


@shared_task(name="visits.tasks.plan_one")
def plan_one(part_id: int) -> None:
    """Plan somebody's month as part of a run; one that is planned already is left alone."""
    part = PlanningPart.objects.select_related("run__requested_by", "user").get(pk=part_id)
    if part.finished_at is not None:
        return
    try:
        plan_month(
            user=part.user, month=part.run.month, today=Company.get().today(), at=timezone.now(),
            by=part.run.requested_by, audience=part.run.audience,
        )  # fmt: skip
    except MonthChanged:
        part.error = "CHANGED"
    except Exception:
        # The page that waits for the run has to hear of it; the log tells why.
        part.error = "FAILED"
        raise
    finally:
        part.finished_at = timezone.now()
        part.save(update_fields=["finished_at", "error"])


@transaction.atomic
def start_run(
    *, users: list[User], month: dt.date, by: User | None, at: dt.datetime, audience: str = Audience.REPRESENTATIVE
) -> PlanningRun:
    """Have the months of these people planned; the workers begin when the transaction is through."""
    run = PlanningRun.objects.create(month=month.replace(day=1), audience=audience, requested_by=by, requested_at=at)
    for part in PlanningPart.objects.bulk_create([PlanningPart(run=run, user=user) for user in users]):
        transaction.on_commit(_sender(part.pk))
    return run


def _sender(part_id: int) -> Callable[[], object]:
    return lambda: plan_one.delay(part_id)
