"""Figures for Prometheus: who may read them, and what they count."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
import redis
from django.test import Client
from django.utils import timezone

from crm.base import metrics
from crm.base.choices import JobState
from crm.base.models import JobRun
from crm.imports.choices import ImportState
from crm.imports.models import ImportRun

TOKEN = "x" * 40
BEARER = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture(autouse=True)
def open_metrics(settings: Any) -> None:
    settings.METRICS_TOKEN = TOKEN


def figure(text: str, name: str) -> float:
    """The value of one series; 0 when it is not there yet."""
    found = re.search(rf"^{re.escape(name)} (\S+)$", text, flags=re.MULTILINE)
    return float(found[1]) if found else 0.0


def test_no_token_no_page(client: Client, settings: Any) -> None:
    settings.METRICS_TOKEN = ""

    assert client.get("/metrics", headers=BEARER).status_code == 404


@pytest.mark.parametrize("given", [{}, {"Authorization": "Bearer wrong"}, {"Authorization": f"Basic {TOKEN}"}])
def test_wrong_token_is_turned_away(client: Client, given: dict[str, str]) -> None:
    answer = client.get("/metrics", headers=given)

    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert b"crm_" not in answer.content


@pytest.mark.django_db
def test_requests_are_counted_by_page_not_by_address(client: Client) -> None:
    before = client.get("/metrics", headers=BEARER).content.decode()
    for _ in range(3):
        client.get("/health/live?who=somebody")
    client.get("/no-such-page/no-metric-of-mine")
    after = client.get("/metrics", headers=BEARER).content.decode()

    live = 'crm_requests_total{method="GET",page="health_live",status="200"}'
    assert figure(after, live) - figure(before, live) == 3
    seconds = 'crm_request_seconds_count{page="health_live"}'
    assert figure(after, seconds) - figure(before, seconds) == 3
    assert "no-metric-of-mine" not in after
    assert "somebody" not in after


@pytest.mark.django_db
def test_age_of_a_job_counts_from_its_last_good_end(client: Client) -> None:
    now = timezone.now()
    for state, ended in ((JobState.DONE, 90), (JobState.DONE, 30), (JobState.FAILED, 1)):
        JobRun.objects.create(
            job="nightly",
            on=dt.date(2026, 1, 1),
            state=state,
            finished_at=now - dt.timedelta(minutes=ended),
            progress=1.0,
        )
    JobRun.objects.create(job="nightly", on=dt.date(2026, 1, 2))

    text = client.get("/metrics", headers=BEARER).content.decode()

    assert figure(text, 'crm_job_age_seconds{job="nightly"}') == pytest.approx(30 * 60, abs=30)
    assert figure(text, 'crm_jobs_running{job="nightly"}') == 1


@pytest.mark.django_db
def test_imports_that_wait_are_counted_by_state(client: Client) -> None:
    for state in (ImportState.CHECKING, ImportState.CHECKING, ImportState.APPLYING, ImportState.CHECKED):
        ImportRun.objects.create(importer="dealers", state=state, file_name="dealers.csv")

    text = client.get("/metrics", headers=BEARER).content.decode()

    waiting = {state: figure(text, f'crm_imports_waiting{{state="{state}"}}') for state in ImportState.values}
    assert waiting["CHECKING"] == 2
    assert waiting["APPLYING"] == 1
    assert sum(waiting.values()) == 3


@pytest.mark.django_db
def test_broken_gauge_hides_no_other(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> Any:
        raise RuntimeError("no figure today")

    gauges = {
        "a_broken": metrics.Gauge("a_broken", "…", (), broken),
        "b_good": metrics.Gauge("b_good", "…", (), lambda: [((), 7.0)]),
    }
    monkeypatch.setattr(metrics, "_gauges", gauges)

    assert figure(client.get("/metrics", headers=BEARER).content.decode(), "b_good") == 7.0


class Task:
    name = "tests.counted"


@pytest.mark.django_db
def test_tasks_of_all_processes_are_counted(client: Client, settings: Any) -> None:
    with redis.Redis.from_url(settings.REDIS_URL) as broker:
        broker.delete(metrics.TASK_COUNTS_KEY, metrics.TASK_SECONDS_KEY)
    for number, state in enumerate(["SUCCESS", "SUCCESS", "FAILURE"]):
        metrics.note_task_start(task_id=str(number))
        metrics.count_task(task_id=str(number), task=Task, state=state)

    text = client.get("/metrics", headers=BEARER).content.decode()

    assert figure(text, 'crm_tasks_total{state="SUCCESS",task="tests.counted"}') == 2
    assert figure(text, 'crm_tasks_total{state="FAILURE",task="tests.counted"}') == 1
    assert figure(text, 'crm_task_seconds_total{task="tests.counted"}') > 0


def test_task_ends_well_without_redis(settings: Any) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"

    metrics.note_task_start(task_id="1")
    metrics.count_task(task_id="1", task=Task, state="SUCCESS")
