"""Months of many, planned by the workers: each once, none by two at a time, and a killed worker leaves nothing half done."""

from __future__ import annotations

import datetime as dt
import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import User
from crm.base.models import Company, JobRun
from tests.child_process import environment_of_the_test
from tests.visits.test_planning import rep_with
from visits import planning, runs
from visits.models import PlanningPart, PlanningRun, Visit
from visits.runs import Turn, start_run, take_turn, unfinished
from visits.tasks import plan_next

MONTH = dt.date(2099, 4, 1)
VISITS_EACH = 7  # "ABC"


def run_for(users: list[User], **fields: Any) -> PlanningRun | None:
    fields = {"at": timezone.now(), "by": None, "send": lambda _pk: None} | fields
    return start_run(users=users, month=MONTH, **fields)


@contextmanager
def planned_elsewhere(user: User) -> Iterator[None]:
    """Another process holds the lock of this person's planning."""
    with psycopg.connect(environment_of_the_test()["DATABASE_URL"]) as other:
        other.execute("SELECT pg_advisory_lock(%s, %s)", [planning.PLANNING_SPACE, user.pk])
        yield


@pytest.mark.django_db
def test_lanes_are_as_many_as_there_is_to_do(django_capture_on_commit_callbacks: Any) -> None:
    for people, lanes in ((3, 3), (runs.LANES + 4, runs.LANES)):
        sent: list[int] = []
        with django_capture_on_commit_callbacks(execute=True):
            run = run_for([rep_with("C") for _number in range(people)], send=sent.append)
        assert run is not None
        assert sent == [run.pk] * lanes
        assert run.parts.count() == people


@pytest.mark.django_db
def test_a_run_is_worked_off_and_tells_how_far_it_is() -> None:
    run = run_for([rep_with("ABC") for _number in range(3)])
    assert run is not None
    seen = []
    while take_turn(run.pk) is Turn.PLANNED:
        record = JobRun.objects.get(pk=run.record_id)
        seen.append((record.rows, round(record.progress, 2), record.state))
    assert seen == [(1, 0.33, "STARTED"), (2, 0.67, "STARTED"), (3, 1.0, "DONE")]
    assert Visit.objects.count() == 3 * VISITS_EACH
    assert take_turn(run.pk) is Turn.OVER
    assert unfinished(at=timezone.now()) == []


@pytest.mark.django_db
def test_the_same_again_changes_nothing() -> None:
    rep = rep_with("ABC")
    for _again in range(2):
        run = run_for([rep])
        assert run is not None
        take_turn(run.pk)
    assert Visit.objects.count() == VISITS_EACH
    part = PlanningPart.objects.get(run=run)
    runs._finish(run, part, error="", at=timezone.now())
    assert JobRun.objects.get(pk=run.record_id).rows == 1


@pytest.mark.django_db
def test_who_is_being_planned_is_not_asked_for_again() -> None:
    reps = [rep_with("C"), rep_with("C")]
    first = run_for(reps[:1])
    second = run_for(reps)
    assert first is not None
    assert second is not None
    assert [part.user for part in second.parts.all()] == reps[1:]
    assert run_for(reps) is None
    # What nobody finished in two days holds up nobody.
    assert run_for(reps, at=timezone.now() + runs.GIVEN_UP_AFTER) is not None


@pytest.mark.django_db
def test_a_month_that_fails_ends_its_part_and_not_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    bad, good = rep_with("C"), rep_with("C")
    plan_month = runs.plan_month

    def some_fail(*, user: User, **fields: Any) -> Any:
        if user == bad:
            raise ZeroDivisionError
        return plan_month(user=user, **fields)

    monkeypatch.setattr(runs, "plan_month", some_fail)
    run = run_for([bad, good])
    assert run is not None
    while take_turn(run.pk) is Turn.PLANNED:
        pass
    assert dict(run.parts.values_list("user", "error")) == {bad.pk: "FAILED", good.pk: ""}
    record = JobRun.objects.get(pk=run.record_id)
    assert (record.state, record.figures["failed"]) == ("FAILED", 1)
    assert Visit.objects.filter(user=good).exists()


@pytest.mark.django_db(transaction=True)
def test_nobody_is_planned_by_two_at_once() -> None:
    Company.objects.update_or_create(pk=1)
    rep, other = rep_with("ABC"), rep_with("ABC")
    run = run_for([rep, other])
    assert run is not None
    with planned_elsewhere(rep):
        with pytest.raises(planning.PlanningUnderWay):
            planning.plan_month(user=rep, month=MONTH, today=MONTH, at=timezone.now(), by=None)
        # The lane goes on with the others, and then waits.
        assert take_turn(run.pk) is Turn.PLANNED
        assert set(Visit.objects.values_list("user", flat=True)) == {other.pk}
        assert take_turn(run.pk) is Turn.BUSY
    assert take_turn(run.pk) is Turn.PLANNED
    assert take_turn(run.pk) is Turn.OVER
    assert Visit.objects.count() == 2 * VISITS_EACH


# --- Real workers -----------------------------------------------------------------------------------------------------------

WORKER = """
import sys, django
django.setup()
from crm.celery import app
from visits import planning
planning.LEAST_SECONDS = planning.MOST_SECONDS = float(sys.argv[2])
app.conf.task_default_queue = sys.argv[1]
app.worker_main(["worker", "--pool", "solo", "--queues", sys.argv[1], "--hostname", f"{sys.argv[1]}@%h", "--loglevel", "WARNING"])
"""


@contextmanager
def worker(queue: str, *, seconds: float) -> Iterator[subprocess.Popen[bytes]]:
    """A worker that searches so long for each month; it is gone at the end."""
    started = subprocess.Popen(
        [sys.executable, "-c", WORKER, queue, str(seconds)], env=environment_of_the_test(), start_new_session=True
    )
    try:
        yield started
    finally:
        if started.poll() is None:
            os.killpg(started.pid, signal.SIGKILL)
        started.wait()


def wait_until(holds: Callable[[], bool], *, seconds: float) -> None:
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until, "it did not happen"
        time.sleep(0.1)


def planned_now() -> set[int]:
    """Whose planning somebody holds the lock of, in this database."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT l.objid FROM pg_locks l JOIN pg_database d ON d.oid = l.database AND d.datname = current_database()
             WHERE l.locktype = 'advisory' AND l.granted AND l.classid = %s
            """,
            [planning.PLANNING_SPACE],
        )
        return {row[0] for row in cursor.fetchall()}


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_killed_worker_leaves_no_half_plan_and_the_next_goes_on() -> None:
    Company.objects.update_or_create(pk=1)
    reps = [rep_with("ABC") for _number in range(4)]
    queue = f"test-{uuid.uuid4().hex[:8]}"

    def send(run_id: int) -> None:
        plan_next.apply_async([run_id], queue=queue)

    run = run_for(reps, send=send)
    assert run is not None
    with worker(queue, seconds=60) as first:
        wait_until(lambda: bool(planned_now()), seconds=60)
        os.killpg(first.pid, signal.SIGKILL)
        first.wait()
        # The lock goes with the process, and of the month it was planning there is nothing.
        wait_until(lambda: not planned_now(), seconds=10)
    assert not Visit.objects.exists()
    assert run.parts.filter(finished_at=None).count() == len(reps)
    assert unfinished(at=timezone.now()) == [run]

    with worker(queue, seconds=0.1), worker(queue, seconds=0.1):
        wait_until(lambda: not run.parts.filter(finished_at=None).exists(), seconds=60)
    assert set(run.parts.values_list("error", flat=True)) == {""}
    assert Visit.objects.count() == len(reps) * VISITS_EACH
    record = JobRun.objects.get(pk=run.record_id)
    assert (record.state, record.rows, record.progress) == ("DONE", len(reps), 1.0)
