"""What Celery calls; the work stands in crm.base.jobs."""

from __future__ import annotations

import datetime as dt
from typing import Any

from celery import shared_task

from crm.base.jobs import run_night
from crm.base.models import Company


@shared_task(bind=True, name="crm.base.tasks.run_nightly")
def run_nightly(task: Any, on: str | None = None, job: str | None = None, requested_by: str = "") -> None:
    """Run the night of `on` (ISO date; the business date, when it is None), or one job of it."""
    day = dt.date.fromisoformat(on) if on else Company.get().today()
    # Delivered again means that the first worker died: what it had finished is not done twice.
    redelivered = bool((task.request.delivery_info or {}).get("redelivered"))
    run_night(on=day, only=job, again=not redelivered, requested_by=requested_by)
