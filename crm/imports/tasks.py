"""The steps of an import in the background."""

from __future__ import annotations

from celery import shared_task
from django.db import transaction
from django.utils import timezone

from crm.imports import actions
from crm.imports.choices import ImportState
from crm.imports.models import ImportRun


@shared_task
def check(run_id: int) -> None:
    actions.check(run_id, at=timezone.now())


@shared_task
def load(run_id: int) -> None:
    actions.load(run_id, at=timezone.now())


@shared_task
def undo(run_id: int) -> None:
    actions.undo(run_id, at=timezone.now())


_TASKS = {
    ImportState.MAPPED: check,
    ImportState.CHECKING: check,
    ImportState.APPLYING: load,
    ImportState.UNDOING: undo,
}


def enqueue(run: ImportRun) -> None:
    """Send for the step that the run's state asks for, once this transaction is committed."""
    task, run_id = _TASKS[ImportState(run.state)], run.pk
    transaction.on_commit(lambda: task.delay(run_id))
