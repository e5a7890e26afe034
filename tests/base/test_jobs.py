"""The frame that every nightly job runs in."""

from __future__ import annotations

import datetime as dt
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.utils import timezone

from crm.base import jobs
from crm.base.choices import JobState
from crm.base.models import Company, JobRun
from crm.base.tasks import run_nightly
from tests.child_process import environment_of_the_test

ON = dt.date(2026, 1, 5)
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def night(monkeypatch: pytest.MonkeyPatch) -> None:
    """A night without jobs, to register some in."""
    monkeypatch.setattr(jobs, "_jobs", {})


@pytest.fixture
def ledger(transactional_db: None) -> Iterator[Callable[[], list[str]]]:
    """A table for jobs to write to; reads it."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS job_ledger (word text)")
        cursor.execute("TRUNCATE job_ledger")

    def read() -> list[str]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT word FROM job_ledger ORDER BY word")
            return [word for (word,) in cursor.fetchall()]

    yield read
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE job_ledger")


def write(word: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO job_ledger VALUES (%s)", [word])


def test_a_run_is_recorded_with_its_rows_and_figures(night: None, ledger: Callable[[], list[str]]) -> None:
    @jobs.nightly("write", "Write", 10)
    def work(*, on: dt.date, job: jobs.Progress) -> int:
        write(on.isoformat())
        job.figures["words"] = 1
        return 7

    run = jobs.run_job("write", on=ON, requested_by="Ada")

    assert ledger() == ["2026-01-05"]
    assert (run.state, run.rows, run.progress, run.requested_by) == (JobState.DONE, 7, 1.0, "Ada")
    assert run.figures == {"words": 1}
    assert run.milliseconds is not None
    assert run.finished_at is not None


def test_progress_is_seen_by_others_before_the_work_is_committed(night: None, ledger: Callable[[], list[str]]) -> None:
    seen: list[tuple[str, float, str, int]] = []

    @jobs.nightly("slow", "Slow", 10)
    def work(*, on: dt.date, job: jobs.Progress) -> int:
        write("half")
        job.progress(0.5, "Halfway")
        stranger = connection.copy()
        with stranger.cursor() as cursor:
            cursor.execute("SELECT state, progress, step, (SELECT count(*) FROM job_ledger) FROM base_jobrun")
            seen.extend(cursor.fetchall())
        stranger.close()
        return 1

    jobs.run_job("slow", on=ON)

    assert seen == [("STARTED", 0.5, "Halfway", 0)]


def test_a_failure_leaves_nothing_but_its_record(night: None, ledger: Callable[[], list[str]]) -> None:
    @jobs.nightly("fail", "Fail", 10)
    def work(*, on: dt.date, job: jobs.Progress) -> int:
        write("half")
        job.progress(0.25, "Reading")
        raise ValueError("no such column")

    run = jobs.run_job("fail", on=ON)

    assert ledger() == []
    assert (run.state, run.progress, run.step) == (JobState.FAILED, 0.25, "Reading")
    assert run.error.startswith("ValueError: no such column\n")


def test_a_failure_stops_only_the_jobs_that_need_it(night: None, ledger: Callable[[], list[str]]) -> None:
    def writes(word: str) -> jobs.Work:
        def work(*, on: dt.date, job: jobs.Progress) -> int:
            write(word)
            return 1

        return work

    @jobs.nightly("scores", "Scores", 10)
    def scores(*, on: dt.date, job: jobs.Progress) -> int:
        raise ValueError("broken")

    jobs.nightly("tiers", "Tiers", 20, needs=("scores",))(writes("tiers"))
    jobs.nightly("moves", "Moves", 30, needs=("tiers",))(writes("moves"))
    jobs.nightly("mails", "Mails", 40)(writes("mails"))

    with pytest.raises(jobs.NightFailed) as failure:
        jobs.run_night(on=ON)

    assert failure.value.failed == ["scores", "tiers", "moves"]
    assert ledger() == ["mails"]
    assert JobRun.objects.get(job="tiers").error == "Not run: it needs scores."


def test_nobody_runs_a_job_that_is_running(
    night: None, ledger: Callable[[], list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "LOCK_WAIT_MS", 50)

    @jobs.nightly("one", "One", 10)
    def work(*, on: dt.date, job: jobs.Progress) -> int:
        assert jobs.running() == {"one"}
        return 1

    stranger = connection.copy()
    with stranger.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s, hashtext('one'))", [jobs.LOCK_SPACE])
        with pytest.raises(jobs.JobIsRunning):
            jobs.run_job("one", on=ON)
        assert not JobRun.objects.exists()
        cursor.execute("SELECT pg_advisory_unlock(%s, hashtext('one'))", [jobs.LOCK_SPACE])
    stranger.close()

    assert jobs.run_job("one", on=ON).state == JobState.DONE
    assert jobs.running() == set()


def test_a_job_is_not_called_inside_a_transaction(night: None, transactional_db: None) -> None:
    jobs.nightly("one", "One", 10)(lambda *, on, job: 1)

    with transaction.atomic(), pytest.raises(transaction.TransactionManagementError):
        jobs.run_job("one", on=ON)


def test_an_unknown_job_is_named(night: None, transactional_db: None) -> None:
    with pytest.raises(jobs.UnknownJob, match="nonsense"):
        jobs.run_job("nonsense", on=ON)
    with pytest.raises(CommandError, match="There is no job nonsense"):
        call_command("nightly", "nonsense", on=ON)


def test_what_was_done_is_left_out_when_a_task_comes_again(night: None, ledger: Callable[[], list[str]]) -> None:
    calls: list[str] = []

    def counts(name: str) -> jobs.Work:
        def work(*, on: dt.date, job: jobs.Progress) -> int:
            calls.append(name)
            if name == "second" and calls.count("second") == 1:
                raise ValueError("died here")
            return 1

        return work

    jobs.nightly("first", "First", 10)(counts("first"))
    jobs.nightly("second", "Second", 20)(counts("second"))

    with pytest.raises(jobs.NightFailed):
        run_nightly.apply(args=[ON.isoformat()]).get()
    jobs.run_night(on=ON, again=False)
    assert calls == ["first", "second", "second"]

    jobs.run_night(on=ON, again=False)
    assert calls == ["first", "second", "second"]

    jobs.run_night(on=ON)
    assert calls == ["first", "second", "second", "first", "second"]


def test_missed_nights_are_made_up_for_only_by_jobs_that_ask_for_it(
    night: None, ledger: Callable[[], list[str]]
) -> None:
    nights: dict[str, list[int]] = {"latest": [], "each": []}

    def notes(name: str) -> jobs.Work:
        def work(*, on: dt.date, job: jobs.Progress) -> int:
            nights[name].append(on.day)
            return 1

        return work

    jobs.nightly("latest", "Latest", 10)(notes("latest"))
    jobs.nightly("each", "Each", 20, each_night=True)(notes("each"))

    jobs.run_night(on=dt.date(2026, 1, 5))
    jobs.run_night(on=dt.date(2026, 1, 9))

    assert nights == {"latest": [5, 9], "each": [5, 6, 7, 8, 9]}


def test_the_task_takes_the_business_date_of_the_company(
    night: None, ledger: Callable[[], list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    company = Company.get()
    company.time_zone = "Asia/Tokyo"
    company.save()
    monkeypatch.setattr(timezone, "now", lambda: dt.datetime(2026, 1, 4, 17, 0, tzinfo=dt.UTC))
    dates: list[dt.date] = []

    @jobs.nightly("one", "One", 10)
    def work(*, on: dt.date, job: jobs.Progress) -> int:
        dates.append(on)
        return 1

    run_nightly.apply().get()

    assert dates == [dt.date(2026, 1, 5)]


KILLED = """
import datetime as dt, sys, time
import django; django.setup()
from django.db import connection
from crm.base import jobs
jobs._jobs.clear()

@jobs.nightly("victim", "Victim", 10)
def work(*, on, job):
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO job_ledger VALUES ('half')")
        job.progress(0.5, "Halfway")
        print("halfway", flush=True)
        {rest}
    return 1

jobs.run_job("victim", on=dt.date(2026, 1, 5))
"""


@pytest.mark.parametrize(
    "rest",
    [
        pytest.param("time.sleep(60)", id="between statements"),
        # The server is busy and hears of the client's death only because it asks.
        pytest.param("cursor.execute('SELECT pg_sleep(60)')", id="inside a statement"),
    ],
)
def test_kill_9_in_the_middle_leaves_nothing_half_written(
    rest: str, night: None, ledger: Callable[[], list[str]]
) -> None:
    child = subprocess.Popen(
        [sys.executable, "-c", KILLED.format(rest=rest)],
        cwd=ROOT, env=environment_of_the_test(), stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert child.stdout is not None
    assert child.stdout.readline() == "halfway\n"
    child.send_signal(signal.SIGKILL)
    child.wait()
    child.stdout.close()

    @jobs.nightly("victim", "Victim", 10)
    def work(*, on: dt.date, job: jobs.Progress) -> int:
        write("whole")
        return 1

    run = jobs.run_job("victim", on=ON)

    assert run.state == JobState.DONE
    assert ledger() == ["whole"]
    states = list(JobRun.objects.order_by("pk").values_list("state", "progress"))
    assert states == [("ABANDONED", 0.5), ("DONE", 1.0)]


WORKER = """
import time
import django; django.setup()
from django.db import connection
from crm.base import jobs
from crm.celery import app
jobs._jobs.clear()

@jobs.nightly("first", "First", 10)
def first(*, on, job):
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO job_ledger VALUES ('first')")
    return 1

@jobs.nightly("second", "Second", 20)
def second(*, on, job):
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO job_ledger VALUES ('second')")
        cursor.execute("SELECT count(*) FROM base_jobrun WHERE job = 'second'")
        job.progress(0.5, "Halfway")
        if cursor.fetchone()[0] == 1:
            time.sleep(120)
    return 1

app.worker_main(["worker", "--pool=solo", "--loglevel=WARNING", "--without-gossip", "--without-mingle", "-Q", "{queue}"])
"""


@pytest.mark.slow
def test_a_killed_worker_s_night_is_delivered_again_and_completed(night: None, ledger: Callable[[], list[str]]) -> None:
    queue = f"nightly-test-{os.getpid()}"
    environment = {**environment_of_the_test(), "CELERY_VISIBILITY_TIMEOUT": "5"}
    command = [sys.executable, "-c", WORKER.format(queue=queue)]
    run_nightly.apply_async(args=[ON.isoformat()], queue=queue)
    victim = subprocess.Popen(command, cwd=ROOT, env=environment)
    second: subprocess.Popen[bytes] | None = None
    try:
        wait_for(lambda: JobRun.objects.filter(job="second", progress=0.5).exists())
        victim.send_signal(signal.SIGKILL)
        victim.wait()
        second = subprocess.Popen(command, cwd=ROOT, env=environment)
        wait_for(lambda: JobRun.objects.filter(job="second", state=JobState.DONE).exists())
    finally:
        for process in (victim, second):
            if process is not None and process.poll() is None:
                process.terminate()
                process.wait()

    assert ledger() == ["first", "second"]
    runs = list(JobRun.objects.order_by("pk").values_list("job", "state"))
    assert runs == [("first", "DONE"), ("second", "ABANDONED"), ("second", "DONE")]


def wait_for(condition: Callable[[], bool], seconds: float = 60) -> None:
    limit = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < limit, "waited too long"
        time.sleep(0.2)
