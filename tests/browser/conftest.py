"""A browser for all journeys, a page for each person, and a worker that is very quick."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from accounts.models import User
from crm.celery import app
from tests.browser.watch import Watch
from tests.cast import sign_in

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--no-first-run",
]
WIDE, NARROW = (1440, 900), (390, 844)

Open = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder drives the browser."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.django_db(transaction=True))
            item.add_marker(pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"))


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    # Playwright's own event loop runs in this thread; the database is used beside it, never within.
    with pytest.MonkeyPatch.context() as environment, sync_playwright() as playwright:
        environment.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield started
        started.close()


@pytest.fixture(autouse=True)
def own_media(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture(autouse=True)
def quick_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tasks are done where they are sent for, after the commit: as if the worker had been waiting for them."""
    monkeypatch.setitem(app.conf, "task_always_eager", True)
    monkeypatch.setitem(app.conf, "task_eager_propagates", True)


@pytest.fixture
def open_as(chromium: Browser, live_server: Any, settings: Any) -> Iterator[Open]:
    """`open_as(alice)` is a blank page in which Alice is signed in, `open_as(None)` one in which nobody is.

    `page.watch` notes what must not happen; whatever it noted by the end fails the test.
    """
    contexts: list[BrowserContext] = []
    watches: list[Watch] = []

    def open_as(user: User | None, *, size: tuple[int, int] = WIDE, dark: bool = False) -> Page:
        context = chromium.new_context(
            base_url=live_server.url,
            viewport={"width": size[0], "height": size[1]},
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
            locale="en-GB",
        )
        contexts.append(context)
        if user is not None:
            name = settings.SESSION_COOKIE_NAME
            key = sign_in(Client(), user).cookies[name].value
            context.add_cookies([{"name": name, "value": key, "url": live_server.url}])
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.watch = Watch(page, live_server.url)
        watches.append(page.watch)
        return page

    yield open_as
    for context in contexts:
        context.close()
    assert [fault for watch in watches for fault in watch.faults] == []
