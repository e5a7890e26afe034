"""Months of many people, planned by the workers: a run, a part for each person, and a job run that shows how far it is.

A run is worked off on a few lanes. A lane plans one person's month and then sends itself again, so that other tasks have
their turn however many people there are. Whose turn it is, the database tells: who plans somebody's month holds that
person's lock, and the lock goes with the process. So nobody is planned by two at once, and of a worker that was killed
nothing is left: no half plan, as a month is written in one transaction, and no part that nobody takes up.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from enum import Enum, auto

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from crm.base import jobs
from crm.base.choices import JobState
from crm.base.models import Company, JobRun
from crm.base.periods import add_months
from visits.choices import Audience
from visits.models import PlanningPart, PlanningRules, PlanningRun
from visits.planning import MonthChanged, PlanningUnderWay, alone, plan_month

logger = logging.getLogger(__name__)

JOB = "visit_plans"
jobs.name_other(JOB, _("Visit plans of many"))
# Months that are planned at a time, as far as there are processes of workers for them.
LANES = 8
# A run that is not through by then is nobody's any more.
GIVEN_UP_AFTER = dt.timedelta(days=2)


class Turn(Enum):
    """What a lane found to do."""

    PLANNED = auto()
    # What is left is being planned by others.
    BUSY = auto()
    OVER = auto()


@transaction.atomic
def start_run(
    *,
    users: Sequence[User],
    month: dt.date,
    by: User | None,
    at: dt.datetime,
    send: Callable[[int], object],
    audience: str = Audience.REPRESENTATIVE,
    night: dt.date | None = None,
) -> PlanningRun | None:
    """Have the months of these people planned; `send` gets the run's number once for each lane, when the transaction is
    through. Who is being planned for that month already is left out; None when nobody is left. `night`: it is the night
    of that day that asks."""
    month = month.replace(day=1)
    under_way = waiting_for(month, [user.pk for user in users], at=at, audience=audience)
    people = [user for user in users if user.pk not in under_way]
    if not people:
        return None
    record = JobRun.objects.create(
        job=JOB, on=Company.get().today(), state=JobState.STARTED, started_at=at, requested_by=str(by or ""),
        figures={"month": f"{month:%Y-%m}", "people": len(people), "failed": 0},
    )  # fmt: skip
    run = PlanningRun.objects.create(
        month=month, audience=audience, requested_by=by, requested_at=at, record=record, night=night
    )
    PlanningPart.objects.bulk_create([PlanningPart(run=run, user=user) for user in people], batch_size=2000)
    transaction.on_commit(lambda: open_lanes(run, len(people), send))
    return run


def open_lanes(run: PlanningRun, people: int, send: Callable[[int], object]) -> None:
    for _lane in range(min(LANES, people)):
        send(run.pk)


def waiting_for(month: dt.date, user_ids: Sequence[int], *, at: dt.datetime, audience: str) -> set[int]:
    """Of these people, those whose month is being planned or waits for its turn."""
    parts = PlanningPart.objects.filter(
        user__in=user_ids, run__month=month, run__audience=audience, finished_at=None,
        run__requested_at__gt=at - GIVEN_UP_AFTER,
    )  # fmt: skip
    return set(parts.values_list("user", flat=True))


def unfinished(*, at: dt.datetime) -> list[PlanningRun]:
    """Runs that still have something to plan, the oldest first."""
    recent = PlanningRun.objects.filter(requested_at__gt=at - GIVEN_UP_AFTER, parts__finished_at=None)
    return list(recent.distinct().order_by("requested_at", "pk"))


def take_turn(run_id: int) -> Turn:
    """Plan the next month of the run that nobody else is planning."""
    run = PlanningRun.objects.select_related("requested_by").get(pk=run_id)
    waiting = PlanningPart.objects.filter(run=run, finished_at=None).select_related("user").order_by("pk")
    # Other lanes hold a few of them.
    for part in waiting[: 4 * LANES]:
        with suppress(PlanningUnderWay), alone(part.user_id):
            # Somebody else may have finished it since it was read.
            if PlanningPart.objects.filter(pk=part.pk, finished_at=None).exists():
                _finish(run, part, error=_plan(run, part), at=timezone.now())
                return Turn.PLANNED
    return Turn.BUSY if waiting.exists() else Turn.OVER


def _plan(run: PlanningRun, part: PlanningPart) -> str:
    """Empty, or why the month could not be planned. Of a month that is over, as when an old night is run again, nothing is."""
    today = Company.get().today()
    if add_months(run.month, 1) <= today:
        return ""
    try:
        plan_month(
            user=part.user, month=run.month, today=today, at=timezone.now(), by=run.requested_by,
            audience=run.audience, propose=_is_proposed(run),
        )  # fmt: skip
    except MonthChanged:
        return "CHANGED"
    except Exception:
        # The others are planned all the same; the page that waits for the run tells, and the log says why.
        logger.exception("month_not_planned", extra={"user": part.user_id, "month": f"{run.month:%Y-%m}"})
        return "FAILED"
    return ""


def _is_proposed(run: PlanningRun) -> bool:
    """Whether what comes of it waits for a release: a representative's month of the night's, where the rule says so. A
    leader's month is her own."""
    return run.night is not None and run.audience == Audience.REPRESENTATIVE and not PlanningRules.now().release


@transaction.atomic
def _finish(run: PlanningRun, part: PlanningPart, *, error: str, at: dt.datetime) -> None:
    """Counted once, whoever comes twice."""
    if not PlanningPart.objects.filter(pk=part.pk, finished_at=None).update(finished_at=at, error=error):
        return
    record = JobRun.objects.select_for_update().filter(pk=run.record_id or 0).first()
    # Old job runs may have been cleared away.
    if record is None:
        return
    people = record.figures["people"]
    record.rows += 1
    record.progress = min(record.rows / people, 1.0)
    record.figures["failed"] += bool(error)
    if record.rows >= people:
        failed = record.figures["failed"]
        record.state = JobState.FAILED if failed else JobState.DONE
        record.error = f"{failed} of {people} months could not be planned." if failed else ""
        record.finished_at = at
        record.milliseconds = min(round((at - record.started_at).total_seconds() * 1000), 2**31 - 1)
    record.save(update_fields=["rows", "progress", "figures", "state", "error", "finished_at", "milliseconds"])
