"""What the schedule may start: a few tasks, called with what they expect.

The schedule is rows of the database that administrators edit. Whoever may write one could otherwise have any task of the
program called with anything, so the form asks here, and beat asks again before it starts an entry (crm.heartbeat).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.base import jobs
from crm.base.schedule import TASK as NIGHT
from crm.base.text import StrPromise

# Celery makes this entry by itself at each start of beat.
CLEANING_UP = "celery.backend_cleanup"
LABELS: dict[str, str | StrPromise] = {
    NIGHT: gettext_lazy("Nightly run"),
    CLEANING_UP: gettext_lazy("Clearing away results of background tasks"),
}


def allow(task: str, label: StrPromise) -> None:
    """Let an app's own task, which takes nothing, be scheduled. Called in `AppConfig.ready`."""
    LABELS[task] = label
    _CALLS[task] = _nothing


class NotAllowed(Exception):
    """This may not be scheduled; the text says why."""


def check(task: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> None:
    """Raises NotAllowed unless the task may be scheduled and called like this."""
    try:
        expects = _CALLS[task]
    except KeyError:
        raise NotAllowed(_("“%(task)s” is no task that can be scheduled.") % {"task": task}) from None
    if args:
        raise NotAllowed(_("“%(task)s” takes no positional arguments.") % {"task": task})
    expects(task, kwargs)


def _one_job_or_all(task: str, kwargs: Mapping[str, Any]) -> None:
    """`job` may name a job of the night; without it all are run, always for the business date."""
    _no_others(task, kwargs, {"job"})
    if "job" in kwargs and kwargs["job"] not in {job.name for job in jobs.registered()}:
        raise NotAllowed(_("There is no job “%(job)s”.") % {"job": kwargs["job"]})


def _nothing(task: str, kwargs: Mapping[str, Any]) -> None:
    _no_others(task, kwargs, set())


def _no_others(task: str, kwargs: Mapping[str, Any], known: set[str]) -> None:
    if unknown := sorted(set(kwargs) - known):
        raise NotAllowed(_("“%(task)s” takes no “%(argument)s”.") % {"task": task, "argument": unknown[0]})


_CALLS: dict[str, Callable[[str, Mapping[str, Any]], None]] = {NIGHT: _one_job_or_all, CLEANING_UP: _nothing}
