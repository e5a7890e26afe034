"""The night: a registry of jobs and the one way to run them.

An app registers a function in its `nightly.py`:

    @nightly("tiers", _("Tiers"), order=20, needs=("scores",))
    def run(*, on: dt.date, job: Progress) -> int:     # rows written

and `manage.py nightly`, Celery and the page of job runs call `run_job`. A run

- holds a database lock of its job, so that no two run at a time; the lock lives exactly as long as the connection that
  does the work, so a killed process leaves none behind;
- works in one transaction (`atomic=False`: in steps of its own, each of which may be repeated);
- is recorded as a `JobRun` over a second connection, so that its start and progress are seen while the work is not yet
  committed. A run found STARTED by the next one, which holds the lock, has died: its work was rolled back by the
  database, it is marked ABANDONED, and the next one does it again.

Every job is idempotent for its date.
"""

from __future__ import annotations

import datetime as dt
import logging
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from typing import Any, Protocol

from django.db import OperationalError, connection, transaction
from django.utils import timezone

from crm.base.choices import JobState
from crm.base.models import JobRun
from crm.base.run_record import RunRecord, side_connection
from crm.base.text import StrPromise

logger = logging.getLogger(__name__)

# The first key of our advisory locks; the second is the hash of the job's name.
LOCK_SPACE = 0x4E494748
# How long to wait for the lock: long enough for the server to notice that a killed process is gone.
LOCK_WAIT_MS = 8_000
# A job that must run for each night, not only for the latest, makes up for at most so many.
MOST_MISSED_NIGHTS = 31


class UnknownJob(LookupError):
    """No such job is registered."""


class JobIsRunning(RuntimeError):
    """Somebody else holds the job's lock."""


class NightFailed(RuntimeError):
    """Some jobs of the night failed; the others were done. `failed` holds their names."""

    def __init__(self, failed: list[str]) -> None:
        super().__init__(f"failed: {', '.join(failed)}")
        self.failed = failed


class Progress(Protocol):
    """What a job gets to report by."""

    figures: dict[str, Any]

    def progress(self, share: float, step: str = "") -> None:
        """Done so far, 0 to 1, and what is being done now (an untranslated message of the catalogue)."""


@dataclass(slots=True)
class Silent:
    """Progress that nobody looks at: for tests and for calls outside the night."""

    figures: dict[str, Any] = field(default_factory=dict)

    def progress(self, share: float, step: str = "") -> None:
        return


class Work(Protocol):
    def __call__(self, *, on: dt.date, job: Progress) -> int: ...


@dataclass(frozen=True, slots=True)
class NightlyJob:
    """`needs` names the jobs without whose success in the same night this one is not run.

    `each_night`: nights that were missed are made up for one by one; otherwise only the latest is run, because what
    was not decided that night is not dated back.
    """

    name: str
    label: str | StrPromise
    order: int
    run: Work
    needs: tuple[str, ...] = ()
    atomic: bool = True
    each_night: bool = False


_jobs: dict[str, NightlyJob] = {}
# What is recorded as job runs beside the night.
_others: dict[str, str | StrPromise] = {}


def nightly(
    name: str,
    label: str | StrPromise,
    order: int,
    *,
    needs: tuple[str, ...] = (),
    atomic: bool = True,
    each_night: bool = False,
) -> Callable[[Work], Work]:
    """Register the decorated function as a job of the night."""

    def register(work: Work) -> Work:
        _jobs[name] = NightlyJob(name, label, order, work, needs, atomic, each_night)
        return work

    return register


def registered() -> list[NightlyJob]:
    """All jobs in the order of the night."""
    return sorted(_jobs.values(), key=lambda job: (job.order, job.name))


def get(name: str) -> NightlyJob:
    """Raises UnknownJob."""
    try:
        return _jobs[name]
    except KeyError:
        raise UnknownJob(name) from None


def name_other(name: str, label: str | StrPromise) -> None:
    """Name what is recorded as job runs and is no job of the night: no date of it can be run again."""
    _others[name] = label


def is_of_the_night(name: str) -> bool:
    return name in _jobs


def label_of(name: str) -> str:
    """The job's name for a reader; its key when it is no longer registered."""
    return str(_jobs[name].label) if name in _jobs else str(_others.get(name, name))


def run_job(name: str, *, on: dt.date, requested_by: str = "") -> JobRun:
    """Run one job for one date and return its record, DONE or FAILED. Must not be called inside a transaction.

    Raises UnknownJob and JobIsRunning.
    """
    job = get(name)
    if connection.in_atomic_block:
        raise transaction.TransactionManagementError("A job opens its own transaction.")
    with side_connection() as side, _lock(name):
        record = RunRecord.start(side, job=name, on=on, requested_by=requested_by)
        began = time.perf_counter()
        try:
            with transaction.atomic() if job.atomic else nullcontext():
                rows = job.run(on=on, job=record)
        except Exception as error:
            logger.exception("job_failed", extra={"job": name, "on": on.isoformat()})
            record.finish(JobState.FAILED, rows=0, milliseconds=_since(began), error=_explain(error))
        except BaseException as error:
            record.finish(JobState.FAILED, rows=0, milliseconds=_since(began), error=_explain(error))
            raise
        else:
            record.finish(JobState.DONE, rows=rows, milliseconds=_since(began))
        return record.row()


def run_night(*, on: dt.date, only: str | None = None, again: bool = True, requested_by: str = "") -> list[JobRun]:
    """Run all jobs of the date in order, or one; the records of what was run.

    With `again=False` what was last done with success for its date is left out: so a task that is delivered a second
    time takes up where the first died. A job whose needs failed is recorded as failed and not run; the others go on.
    Raises UnknownJob, and NightFailed at the end if something failed.
    """
    jobs = [get(only)] if only else registered()
    runs: list[JobRun] = []
    broken: set[str] = set()
    for job in jobs:
        if missing := [need for need in job.needs if need in broken]:
            broken.add(job.name)
            runs.append(_not_run(job, on, missing, requested_by))
            continue
        nights = [on] if only else [*_missed(job, on), on]
        for night in nights:
            if not again and _done(job.name, night):
                continue
            try:
                run = run_job(job.name, on=night, requested_by=requested_by)
            except JobIsRunning:
                # Whoever runs it goes on to the jobs that need it.
                logger.warning("job_is_running", extra={"job": job.name, "on": night.isoformat()})
                broken.add(job.name)
                break
            runs.append(run)
            if run.state != JobState.DONE:
                broken.add(job.name)
                break
    if failed := [run.job for run in runs if run.state != JobState.DONE]:
        raise NightFailed(failed)
    return runs


def running() -> set[str]:
    """Names of the registered jobs whose lock is held at this moment."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT job FROM unnest(%s::text[]) AS job
              JOIN pg_locks l ON l.locktype = 'advisory' AND l.granted AND l.objsubid = 2
                             AND l.classid::bigint = %s
                             AND l.objid::bigint = (hashtext(job)::bigint & x'ffffffff'::bigint)
             WHERE l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
            """,
            [list(_jobs), LOCK_SPACE],
        )
        return {name for (name,) in cursor.fetchall()}


@contextmanager
def _lock(name: str) -> Iterator[None]:
    """Hold the job's lock on the connection that does the work. Raises JobIsRunning."""
    with connection.cursor() as cursor:
        # A server process notices within two seconds that its client was killed, rolls back and lets go of the lock.
        cursor.execute("SET client_connection_check_interval = '2s'")
        cursor.execute(f"SET lock_timeout = {LOCK_WAIT_MS}")
        try:
            cursor.execute("SELECT pg_advisory_lock(%s, hashtext(%s))", [LOCK_SPACE, name])
        except OperationalError as error:
            raise JobIsRunning(name) from error
        finally:
            cursor.execute("RESET lock_timeout")
    try:
        yield
    finally:
        if connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, hashtext(%s))", [LOCK_SPACE, name])
                cursor.execute("RESET client_connection_check_interval")


def _done(name: str, on: dt.date) -> bool:
    latest = JobRun.objects.filter(job=name, on=on).order_by("-started_at", "-pk").first()
    return latest is not None and latest.state == JobState.DONE


def _missed(job: NightlyJob, on: dt.date) -> list[dt.date]:
    """The nights since the job's last success that nobody ran, oldest first."""
    if not job.each_night:
        return []
    done = JobRun.objects.filter(job=job.name, on__lt=on, state=JobState.DONE).order_by("-on").first()
    if done is None:
        return []
    days = min((on - done.on).days - 1, MOST_MISSED_NIGHTS)
    return [on - dt.timedelta(days=days_ago) for days_ago in range(days, 0, -1)]


def _not_run(job: NightlyJob, on: dt.date, missing: list[str], requested_by: str) -> JobRun:
    now = timezone.now()
    return JobRun.objects.create(
        job=job.name, on=on, state=JobState.FAILED, started_at=now, finished_at=now, milliseconds=0,
        requested_by=requested_by, error=f"Not run: it needs {', '.join(missing)}.",
    )  # fmt: skip


def _since(began: float) -> int:
    return round((time.perf_counter() - began) * 1000)


def _explain(error: BaseException) -> str:
    """For administrators: the message first, then where it happened."""
    text = "".join(traceback.format_exception(error))
    return f"{type(error).__name__}: {error}\n\n{text[-6000:]}"
