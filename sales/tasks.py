"""What large imports leave to a worker."""

from __future__ import annotations

from celery import shared_task
from django.db import connection, transaction

from sales import figures


@shared_task(name="sales.tasks.show_figures")
def show_figures() -> None:
    """Write the figures to the dealers themselves, where lists sort by them. Delivered twice it finds nothing to do."""
    with transaction.atomic(), connection.cursor() as cursor:
        figures.lock(cursor)
        figures.put_dealers(cursor, everybody=True)


def enqueue() -> None:
    """Ask for it once this transaction is committed. Without a queue the job "figures" does it in the night."""
    transaction.on_commit(show_figures.delay, robust=True)


@shared_task(name="sales.tasks.follow_dealers")
def follow_dealers(dealer_ids: list[int]) -> None:
    """Measure these dealers anew. Delivered twice it changes nothing more."""
    with transaction.atomic(), connection.cursor() as cursor:
        figures.lock(cursor)
        figures.touch(cursor, dealer_ids)
        figures.refresh_touched(cursor)


def follow_dealers_later(dealer_ids: list[int]) -> None:
    """Ask for it once this transaction is committed."""
    transaction.on_commit(lambda: follow_dealers.delay(dealer_ids), robust=True)
