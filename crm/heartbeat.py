"""Worker and beat touch a file every few seconds; containers are judged by its age (deploy/probe.py)."""

from __future__ import annotations

from typing import Any

from celery import signals
from django.conf import settings
from django_celery_beat.schedulers import DatabaseScheduler


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
