from __future__ import annotations

from typing import Any

from celery import shared_task
from django.utils import timezone

from alerts import trials
from alerts.telling import watching
from crm.base.models import Company
from crm.base.schedule import ensure_every

DEADLINES = "alerts.tasks.watch_deadlines"


@shared_task(name="alerts.tasks.try_out_rule")
def try_out_rule(trial_id: int) -> None:
    """Work out a try-out that somebody asked for."""
    trials.run(trial_id)


@shared_task(name=DEADLINES)
def watch_deadlines() -> None:
    """Each hour: remind of deadlines that are near, and pass up what missed its own."""
    watching.watch_deadlines(at=timezone.now(), on=Company.get().today())


def ensure_deadlines(**_signal: Any) -> None:
    """Have beat do so. Called after every migrate."""
    ensure_every(DEADLINES, "Deadlines of warnings", minutes=60)
