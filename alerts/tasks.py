from __future__ import annotations

import datetime as dt

from celery import shared_task
from django.db import transaction

from alerts import failures, trials


@shared_task(name="alerts.tasks.tell_failures")
def tell_failures(on: str, kinds: list[str]) -> None:
    """Tell administrators which kinds of warnings failed in the night of `on` (ISO date)."""
    failures.tell(on=dt.date.fromisoformat(on), codes=kinds)


def tell_failures_later(on: dt.date, kinds: list[str]) -> None:
    """Ask for it once this transaction is committed. The page of job runs says it too, without a queue."""
    transaction.on_commit(lambda: tell_failures.delay(on.isoformat(), kinds), robust=True)


@shared_task(name="alerts.tasks.try_out_rule")
def try_out_rule(trial_id: int) -> None:
    """Work out a try-out that somebody asked for."""
    trials.run(trial_id)
