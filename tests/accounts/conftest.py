from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from accounts import actions
from accounts.models import User
from crm.celery import app

PASSWORD = "three green bicycles"


@pytest.fixture
def amy(db: None) -> User:
    """Somebody with a password and no assignment."""
    return actions.create_user(email="amy@example.com", name="Amy", password=PASSWORD, language="en")


@pytest.fixture
def worker(monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks) -> Callable[[], AbstractContextManager]:
    """`with worker():` what is left to the worker within is done at the end, as after a commit."""
    monkeypatch.setitem(app.conf, "task_always_eager", True)
    monkeypatch.setitem(app.conf, "task_eager_propagates", True)
    return lambda: django_capture_on_commit_callbacks(execute=True)
