"""What workers do about notices. Celery only wakes them: what is to be sent stands in the database."""

from __future__ import annotations

from typing import Any

from celery import shared_task
from kombu.exceptions import OperationalError

from accounts.notices import delivering
from crm.base.schedule import ensure_every

SWEEP = "accounts.notices.tasks.sweep"


@shared_task(name="accounts.notices.tasks.deliver")
def deliver() -> None:
    """Settle and send what is due."""
    delivering.run()


@shared_task(name=SWEEP)
def sweep() -> None:
    """The same, every minute: digests and second tries, and what a dead broker or worker has left."""
    delivering.run()


def ensure_sweep(**_signal: Any) -> None:
    """Have beat sweep every minute. Called after every migrate."""
    ensure_every(SWEEP, "Sending notices", minutes=1)


def deliver_soon() -> None:
    """Wake a worker; nobody waits for a broker that does not answer."""
    try:
        deliver.apply_async(retry=False)
    except (OperationalError, OSError):
        pass
