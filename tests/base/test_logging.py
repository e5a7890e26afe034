"""What log lines and error reports leave out."""

from __future__ import annotations

from crm.base.error_reports import without_personal_data
from crm.base.logging import logging_config, without_arguments

DATA = {
    "id": "7",
    "name": "accounts.tasks.deliver",
    "runtime": 0.1,
    "kwargs": "{'to': ['amy@example.com']}",
    "args": "()",
}


def test_lines_of_tasks_do_not_tell_what_the_task_was_called_with() -> None:
    line = without_arguments(
        None, "info", {"event": "Task succeeded", "logger": "celery.app.trace", "data": dict(DATA)}
    )
    assert line["data"] == {"id": "7", "name": "accounts.tasks.deliver", "runtime": 0.1}


def test_other_lines_stay_as_they_are() -> None:
    for line in (
        {"event": "x", "logger": "crm.base.jobs", "data": dict(DATA)},
        {"logger": "celery.app", "data": "text"},
    ):
        assert without_arguments(None, "info", dict(line)) == line


def test_every_line_goes_through_it() -> None:
    for as_json in (True, False):
        config = logging_config(as_json=as_json, level="INFO")
        assert without_arguments in config["formatters"]["lines"]["foreign_pre_chain"]


def test_error_reports_of_tasks_do_not_tell_it_either() -> None:
    event = {"extra": {"celery-job": {"kwargs": DATA["kwargs"]}, "sys.argv": []}, "user": {"email": "amy@example.com"}}
    assert without_personal_data(event, {}) == {"extra": {"sys.argv": []}}
