"""Worker and beat touch a file every few seconds; containers are judged by its age (deploy/probe.py).

Beat starts only what crm.base.periodic allows, whatever stands in the schedule.
"""

from __future__ import annotations

import logging
from typing import Any

from celery import signals
from django.conf import settings
from django_celery_beat.schedulers import DatabaseScheduler

logger = logging.getLogger(__name__)


def touch(name: str) -> None:
    settings.HEARTBEAT_FOLDER.mkdir(parents=True, exist_ok=True)
    (settings.HEARTBEAT_FOLDER / f"{name}.alive").touch()


@signals.heartbeat_sent.connect
def worker_lives(**_ignored: Any) -> None:
    touch("worker")


class BeatingScheduler(DatabaseScheduler):
    """The schedule of the database, which the admin edits; each tick (5 s at most) leaves a sign of life."""

    def tick(self, *args: Any, **kwargs: Any) -> float:
        touch("beat")
        wait_s: float = super().tick(*args, **kwargs)
        return wait_s

    def apply_async(self, entry: Any, *args: Any, **kwargs: Any) -> Any:
        # Celery reads this module before the apps are loaded.
        from crm.base import periodic

        try:
            periodic.check(entry.task, entry.args or (), entry.kwargs or {})
        except periodic.NotAllowed:
            logger.error("periodic_task_refused", extra={"task": entry.task, "entry": entry.name})
            return None
        return super().apply_async(entry, *args, **kwargs)
