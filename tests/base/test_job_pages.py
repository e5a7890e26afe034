"""The page of job runs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from crm.base import jobs
from crm.base.choices import JobState
from crm.base.models import Company, JobRun
from crm.base.tasks import run_nightly

pytestmark = pytest.mark.django_db
ON = dt.date(2026, 1, 5)
As = Callable[[User], Client]


def run_of(**fields: Any) -> JobRun:
    now = timezone.now()
    values = {"job": "tiers", "on": ON, "state": JobState.DONE, "finished_at": now, "milliseconds": 1234, "rows": 5678}
    return JobRun.objects.create(**{**values, **fields})


def test_a_run_shows_state_rows_and_milliseconds(client_of: As, bob: User) -> None:
    run_of()
    page = client_of(bob).get("/jobs/").content.decode()
    assert "5,678" in page
    assert "1,234" in page
    assert "every 2s" not in page


def test_rows_are_asked_for_again_while_something_runs(
    client_of: As, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_of(state=JobState.STARTED, finished_at=None, progress=0.4, step="Deciding tiers")
    monkeypatch.setattr(jobs, "running", lambda: {"tiers"})
    page = client_of(bob).get("/jobs/", headers={"HX-Request": "true"}).content.decode()
    assert 'hx-trigger="every 2s"' in page
    assert 'value="40"' in page
    assert "Deciding tiers" in page
    assert "<html" not in page


def test_a_run_whose_process_died_is_not_shown_as_running(client_of: As, bob: User) -> None:
    run_of(state=JobState.STARTED, finished_at=None)
    page = client_of(bob).get("/jobs/").content.decode()
    assert "died, was undone" in page
    assert "every 2s" not in page


def test_only_who_may_run_jobs_reads_the_error(client_of: As, bob: User, ada: User) -> None:
    run = run_of(state=JobState.FAILED, error="ValueError: secret of a dealer")
    assert "secret of a dealer" not in client_of(bob).get(f"/jobs/{run.pk}/").content.decode()
    assert "secret of a dealer" in client_of(ada).get(f"/jobs/{run.pk}/").content.decode()


def test_a_rerun_is_handed_to_the_worker_when_the_request_commits(
    client_of: As, ada: User, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    sent: list[dict[str, Any]] = []
    monkeypatch.setattr(run_nightly, "delay", lambda **arguments: sent.append(arguments))
    with django_capture_on_commit_callbacks(execute=True):
        answer = client_of(ada).post("/jobs/rerun/", {"job": "tiers", "on": "2026-01-05"})
    assert answer.status_code == 302
    assert sent == [{"on": "2026-01-05", "job": "tiers", "requested_by": "Ada"}]


@pytest.mark.parametrize(
    "wrong", [{"job": "nonsense", "on": "2026-01-05"}, {"job": "", "on": "2999-01-01"}, {"on": "x"}]
)
def test_a_wrong_rerun_is_refused_at_the_field(client_of: As, ada: User, wrong: dict[str, str]) -> None:
    answer = client_of(ada).post("/jobs/rerun/", wrong)
    assert answer.status_code == 422
    assert "invalid-feedback" in answer.content.decode()


def test_the_list_asks_as_many_queries_for_one_run_as_for_fifty(
    client_of: As, bob: User, django_assert_num_queries: Any, django_assert_max_num_queries: Any
) -> None:
    client = client_of(bob)
    run_of(state=JobState.STARTED, finished_at=None)
    client.get("/jobs/")
    with django_assert_max_num_queries(12) as few:
        client.get("/jobs/")
    for _ in range(60):
        run_of()
    run_of(state=JobState.STARTED, finished_at=None)
    with django_assert_num_queries(len(few.captured_queries)):
        page = client.get("/jobs/").content.decode()
    assert page.count("data-row>") == 50
    assert "after=" in page


def test_the_night_is_scheduled_once_in_the_company_s_time_zone_and_then_belongs_to_the_administrator() -> None:
    from django_celery_beat.models import PeriodicTask

    from crm.base.schedule import TASK, ensure_schedule

    PeriodicTask.objects.all().delete()
    company = Company.get()
    company.time_zone = "Asia/Tokyo"
    company.save()

    ensure_schedule()
    entry = PeriodicTask.objects.get(task=TASK)
    assert (entry.crontab.hour, entry.crontab.minute, str(entry.crontab.timezone)) == ("2", "0", "Asia/Tokyo")

    entry.enabled = False
    entry.save()
    ensure_schedule()
    assert not PeriodicTask.objects.get(task=TASK).enabled

    company.time_zone = "Asia/Seoul"
    company.save()
    assert str(PeriodicTask.objects.get(task=TASK).crontab.timezone) == "Asia/Seoul"
