"""What may be scheduled: in the form of the back office, and in what beat starts."""

from __future__ import annotations

import json
import logging
from types import SimpleNamespace

import pytest
from django.contrib import admin
from django.urls import reverse
from django_celery_beat.models import ClockedSchedule, CrontabSchedule, IntervalSchedule, PeriodicTask, SolarSchedule

from crm.base import periodic
from crm.base.schedule import TASK, ensure_schedule
from crm.celery import app
from crm.heartbeat import BeatingScheduler


@pytest.mark.parametrize(
    ("task", "args", "kwargs", "reason"),
    [
        (TASK, [], {}, ""),
        (TASK, [], {"job": "tiers"}, ""),
        ("celery.backend_cleanup", [], {}, ""),
        (TASK, [], {"job": "rm -rf"}, "There is no job “rm -rf”."),
        (TASK, ["2020-01-01"], {}, f"“{TASK}” takes no positional arguments."),
        (TASK, [], {"on": "2020-01-01"}, f"“{TASK}” takes no “on”."),
        (TASK, [], {"requested_by": "Ada"}, f"“{TASK}” takes no “requested_by”."),
        ("celery.backend_cleanup", [], {"x": 1}, "“celery.backend_cleanup” takes no “x”."),
        ("crm.imports.tasks.undo", [], {"run_id": 1}, "“crm.imports.tasks.undo” is no task that can be scheduled."),
        ("accounts.tasks.deliver", [], {}, "“accounts.tasks.deliver” is no task that can be scheduled."),
        ("os.system", ["id"], {}, "“os.system” is no task that can be scheduled."),
    ],
)
def test_what_is_allowed(task, args, kwargs, reason) -> None:
    if not reason:
        periodic.check(task, args, kwargs)
        return
    with pytest.raises(periodic.NotAllowed) as refused:
        periodic.check(task, args, kwargs)
    assert str(refused.value) == reason


def test_what_the_program_schedules_itself_is_allowed(db) -> None:
    ensure_schedule()
    for entry in PeriodicTask.objects.all():
        periodic.check(entry.task, json.loads(entry.args), json.loads(entry.kwargs))


def test_every_allowed_task_exists() -> None:
    app.loader.import_default_modules()
    assert set(periodic.LABELS) <= set(app.tasks)


# --- The back office ------------------------------------------------------------------------------------------------------


@pytest.fixture
def at_three(db) -> CrontabSchedule:
    return CrontabSchedule.objects.create(minute="0", hour="3")


def form(at: CrontabSchedule, **fields: object) -> dict[str, object]:
    return {"name": "Tiers at three", "task": TASK, "job": "tiers", "enabled": "on", "crontab": at.pk, **fields}


ADD = "admin:django_celery_beat_periodictask_add"
CHANGE = "admin:django_celery_beat_periodictask_change"


def test_a_job_is_scheduled(ada, client_of, at_three) -> None:
    assert client_of(ada).post(reverse(ADD), form(at_three)).status_code == 302
    entry = PeriodicTask.objects.get(name="Tiers at three")
    assert (entry.task, entry.args, json.loads(entry.kwargs)) == (TASK, "[]", {"job": "tiers"})


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"task": "accounts.tasks.deliver", "job": ""}, "Select a valid choice"),
        ({"task": "accounts.tasks.deliver", "regtask": "accounts.tasks.deliver"}, "Select a valid choice"),
        ({"job": "nothing"}, "Select a valid choice"),
        ({"task": "celery.backend_cleanup"}, "takes no “job”"),
        ({"crontab": ""}, "Choose either times of the clock or an interval."),
    ],
)
def test_nothing_else_is(ada, client_of, at_three, fields, says) -> None:
    response = client_of(ada).post(reverse(ADD), form(at_three, **fields))
    assert response.status_code == 200
    assert says in response.content.decode()
    assert not PeriodicTask.objects.filter(name="Tiers at three").exists()


def test_arguments_and_queues_are_not_taken_from_the_form(ada, client_of, at_three) -> None:
    odd = {
        "args": '["x"]', "kwargs": '{"requested_by": "x"}', "queue": "other", "routing_key": "x", "exchange": "x",
        "headers": '{"x": 1}', "priority": "9",
    }  # fmt: skip
    client_of(ada).post(reverse(ADD), form(at_three, **odd))
    entry = PeriodicTask.objects.get(name="Tiers at three")
    assert (entry.args, json.loads(entry.kwargs), entry.headers) == ("[]", {"job": "tiers"}, "{}")
    assert (entry.queue, entry.routing_key, entry.exchange, entry.priority) == (None, None, None, None)


def test_an_older_entry_becomes_an_allowed_one_when_saved(ada, client_of, at_three) -> None:
    entry = PeriodicTask.objects.create(name="Old", task="os.system", args='["id"]', queue="other", crontab=at_three)
    client = client_of(ada)
    shown = client.get(reverse("admin:django_celery_beat_periodictask_changelist")).content.decode()
    assert "Not started: “os.system” is no task that can be scheduled." in shown
    assert client.get(reverse(CHANGE, args=[entry.pk])).status_code == 200
    client.post(reverse(CHANGE, args=[entry.pk]), form(at_three, name="Old"))
    entry.refresh_from_db()
    assert (entry.task, entry.args, entry.queue) == (TASK, "[]", None)


def test_nothing_is_started_from_the_list(ada, client_of, at_three) -> None:
    """The action of the package starts whatever a row says; the page of jobs does it with a record of who asked."""
    entry = PeriodicTask.objects.create(name="Old", task="os.system", crontab=at_three)
    url = reverse("admin:django_celery_beat_periodictask_changelist")
    page = client_of(ada).post(url, {"action": "run_tasks", "_selected_action": [entry.pk]}, follow=True)
    assert "run_tasks" not in page.content.decode()


def test_schedules_that_no_entry_can_have_are_not_offered() -> None:
    assert IntervalSchedule in admin.site._registry
    assert {ClockedSchedule, SolarSchedule}.isdisjoint(admin.site._registry)


# --- Beat -----------------------------------------------------------------------------------------------------------------


def entry(task: str, **kwargs: object) -> SimpleNamespace:
    return SimpleNamespace(task=task, name="An entry", args=[], kwargs=kwargs, options={}, schedule=None)


def test_beat_starts_only_what_is_allowed(monkeypatch, caplog) -> None:
    started = []
    monkeypatch.setattr(
        "django_celery_beat.schedulers.DatabaseScheduler.apply_async",
        lambda self, entry, *args, **kwargs: started.append(entry.task),
    )
    beat = BeatingScheduler.__new__(BeatingScheduler)
    with caplog.at_level(logging.ERROR):
        beat.apply_async(entry("accounts.tasks.deliver", to=["x@example.com"]))
        beat.apply_async(entry(TASK, job="tiers"))
    assert started == [TASK]
    assert [record.message for record in caplog.records] == ["periodic_task_refused"]
