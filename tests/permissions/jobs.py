"""Who may look at the runs of jobs and start them."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from accounts.models import Territory
from crm.base.choices import JobState
from crm.base.models import JobRun
from tests.permissions import Row

LOOKS = "bob dora fay ada"
RUNS = "dora ada"


def job_run(place: Territory) -> JobRun:
    return JobRun.objects.create(
        job="tiers", on=dt.date(2026, 1, 5), state=JobState.DONE, finished_at=timezone.now(), rows=7, milliseconds=3
    )


THINGS = {"job_run": job_run}
# The night is the company's, not a territory's.
UNSCOPED = {"job_run"}

ROWS = {
    "jobs:list": Row(get=LOOKS),
    "jobs:detail": Row(get=LOOKS, args=("job_run",)),
    "jobs:rerun": Row(post=RUNS, body={"job": "tiers", "on": "2026-01-05"}),
}
