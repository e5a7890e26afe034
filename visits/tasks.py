"""What the workers do for planning: visits.runs, a person's month at a time."""

from __future__ import annotations

import logging
from typing import Any

from celery import shared_task, signals
from django.utils import timezone
from kombu.exceptions import OperationalError

from visits.runs import LANES, Turn, open_lanes, take_turn, unfinished

logger = logging.getLogger(__name__)

# Seconds after which a lane looks again whether what others are planning was finished.
LOOK_AGAIN_S = 5


@shared_task(bind=True, name="visits.tasks.plan_next")
def plan_next(task: Any, run_id: int) -> None:
    """One turn of a lane: plan the next month of the run, and send for the one after it."""
    turn = take_turn(run_id)
    # Where tasks are done at once (in tests), nobody else is planning and nothing comes later.
    while task.request.is_eager and turn is Turn.PLANNED:
        turn = take_turn(run_id)
    if turn is Turn.PLANNED:
        plan_next.delay(run_id)
    elif turn is Turn.BUSY and not task.request.is_eager:
        plan_next.apply_async([run_id], countdown=LOOK_AGAIN_S)


def send_or_leave(run_id: int) -> None:
    """Send for a lane. Where nobody takes messages at the moment, the next worker that starts takes the run up."""
    try:
        plan_next.delay(run_id)
    except OperationalError:
        logger.warning("planning_not_sent", extra={"run": run_id})


@shared_task(name="visits.tasks.go_on_planning")
def go_on_planning() -> None:
    """Open the lanes of all runs that are not through; lanes too many find nothing to do and end."""
    for run in unfinished(at=timezone.now()):
        open_lanes(run, LANES, plan_next.delay)


@signals.worker_ready.connect
def go_on(**_signal: Any) -> None:
    """A worker that starts takes up what a killed one left."""
    go_on_planning.delay()
