"""The record of a job run, written over a connection of its own so that it is committed while the work is not."""

from __future__ import annotations

import datetime as dt
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils import timezone

from crm.base.choices import JobState
from crm.base.models import JobRun

# Progress is written at most so often.
SECONDS_BETWEEN_WRITES = 0.5


@contextmanager
def side_connection() -> Iterator[BaseDatabaseWrapper]:
    """A second connection to the same database, in autocommit, closed at the end."""
    side = connection.copy()
    try:
        yield side
    finally:
        side.close()


@dataclass(slots=True)
class RunRecord:
    """The Progress that a job reports to; see crm.base.jobs."""

    side: BaseDatabaseWrapper
    pk: int
    figures: dict[str, Any] = field(default_factory=dict)
    _written: float = 0.0
    _step: str = ""

    @classmethod
    def start(cls, side: BaseDatabaseWrapper, *, job: str, on: dt.date, requested_by: str) -> RunRecord:
        """Bury the runs of this job that died, and record a new one. The caller holds the job's lock."""
        now = timezone.now()
        with side.cursor() as cursor:
            cursor.execute(
                "UPDATE base_jobrun SET state = %s, finished_at = %s WHERE job = %s AND state = %s",
                [JobState.ABANDONED.value, now, job, JobState.STARTED.value],
            )
            cursor.execute(
                """
                INSERT INTO base_jobrun (job, "on", state, started_at, rows, progress, step, error, figures, requested_by)
                VALUES (%s, %s, %s, %s, 0, 0, '', '', '{}', %s) RETURNING id
                """,
                [job, on, JobState.STARTED.value, now, requested_by],
            )
            return cls(side, cursor.fetchone()[0])

    def progress(self, share: float, step: str = "") -> None:
        now = time.monotonic()
        if step == self._step and now - self._written < SECONDS_BETWEEN_WRITES:
            return
        self._written, self._step = now, step
        with self.side.cursor() as cursor:
            cursor.execute(
                "UPDATE base_jobrun SET progress = %s, step = %s WHERE id = %s",
                [min(max(share, 0.0), 1.0), step[:200], self.pk],
            )

    def finish(self, state: JobState, *, rows: int, milliseconds: int, error: str = "") -> None:
        """Close the record. A run that failed keeps the progress it had."""
        with self.side.cursor() as cursor:
            cursor.execute(
                """
                UPDATE base_jobrun
                   SET state = %s, finished_at = %s, rows = %s, milliseconds = %s, error = %s, figures = %s,
                       progress = CASE WHEN %s THEN 1 ELSE progress END, step = CASE WHEN %s THEN '' ELSE step END
                 WHERE id = %s
                """,
                [
                    state.value, timezone.now(), rows, milliseconds, error, json.dumps(self.figures, default=str),
                    state == JobState.DONE, state == JobState.DONE, self.pk,
                ],
            )  # fmt: skip

    def row(self) -> JobRun:
        return JobRun.objects.get(pk=self.pk)
