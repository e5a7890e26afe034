"""Writing tasks down, moving them between the quadrants, ending them and taking that back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from visits.actions.planned import PlanRefused
from visits.choices import TaskState
from visits.models import Task


def _open(task_id: int) -> Task:
    """The task, locked. Raises PlanRefused when it has ended."""
    task = Task.objects.select_for_update(of=("self",)).get(pk=task_id)
    if task.state != TaskState.OPEN:
        raise PlanRefused(_("“%(title)s” was ended meanwhile.") % {"title": task.title})
    return task


@transaction.atomic
def write_task(*, owner: User, by: User, at: dt.datetime, values: dict[str, Any]) -> Task:
    """One more thing to do."""
    return Task.objects.create(owner=owner, created_by=by, created_at=at, **values)


@transaction.atomic
def change_task(*, task_id: int, values: dict[str, Any]) -> Task:
    """Other words, another owner or day. Raises PlanRefused when it has ended. Somebody else's order is not hers."""
    task = _open(task_id)
    if "owner" in values and values["owner"].pk != task.owner_id:
        task.sequence = None
    for name, value in values.items():
        setattr(task, name, value)
    task.save()
    return task


@transaction.atomic
def place_task(*, task_id: int, important: bool, urgent: bool) -> tuple[Task, tuple[bool, bool]]:
    """Into another quadrant; the task, and where it stood. Raises PlanRefused when it has ended."""
    task = _open(task_id)
    before = (task.important, task.urgent)
    task.important, task.urgent = important, urgent
    task.save(update_fields=["important", "urgent"])
    return task, before


@transaction.atomic
def end_task(*, task_id: int, state: TaskState, at: dt.datetime) -> Task:
    """Done, or dropped. Raises PlanRefused when it has ended already."""
    task = _open(task_id)
    task.state, task.done_at, task.sequence = state, at, None
    task.save(update_fields=["state", "done_at", "sequence"])
    return task


@transaction.atomic
def reopen_task(*, task_id: int) -> Task:
    """Open again; nothing happens to one that is open."""
    task = Task.objects.select_for_update(of=("self",)).get(pk=task_id)
    task.state, task.done_at = TaskState.OPEN, None
    task.save(update_fields=["state", "done_at"])
    return task


@transaction.atomic
def order_day(*, owner: User, task_ids: Sequence[int]) -> int:
    """Somebody's own order: these first, from 1 on, what is not named after them; how many have a place. Ids that are not
    her open tasks are passed over."""
    mine = {task.pk: task for task in Task.objects.select_for_update().filter(owner=owner, state=TaskState.OPEN)}
    named = [mine[pk] for pk in dict.fromkeys(task_ids) if pk in mine]
    for place, task in enumerate(named, start=1):
        task.sequence = place
    chosen = {task.pk for task in named}
    others = [task for pk, task in mine.items() if pk not in chosen and task.sequence is not None]
    for task in others:
        task.sequence = None
    Task.objects.bulk_update([*named, *others], ["sequence"])
    return len(named)
