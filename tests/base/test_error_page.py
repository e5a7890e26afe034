"""The page for a fault of our own: it stands without database and without collected static files, in four languages.

No test here may touch the database: pytest-django forbids it to tests that do not ask for it.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.test import Client
from django.urls import path

from crm.base import errors
from crm.urls import handler500 as handler500
from crm.urls import urlpatterns as real


def broken(request: HttpRequest) -> HttpResponse:
    raise RuntimeError


broken.login_required = False
urlpatterns = [path("broken/", broken), *real]

ENGLISH = "Something went wrong on the server"
# By its plain name, which no manifest is needed for.
STYLED = r"<link rel=\"stylesheet\" href=\"/static/[a-z/]+\.css\">"


@pytest.fixture
def visitor(settings, tmp_path: Path) -> Client:
    """Nothing was collected, so that every look at the manifest fails."""
    settings.ROOT_URLCONF = __name__
    settings.STATIC_ROOT = tmp_path
    strict = {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}
    settings.STORAGES = settings.STORAGES | {"staticfiles": strict}
    return Client(raise_request_exception=False)


def heading(response: HttpResponse) -> str:
    page = response.content.decode()
    return page[page.index("<h1>") + 4 : page.index("</h1>")]


def test_without_collected_files_and_without_database(visitor) -> None:
    response = visitor.get("/broken/")
    assert response.status_code == 500
    assert heading(response) == ENGLISH
    assert re.search(STYLED, response.content.decode())
    assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("language", ["en", "zh-hans", "ja", "ko"])
def test_in_the_visitors_language(visitor, language) -> None:
    by_browser = visitor.get("/broken/", headers={"Accept-Language": language})
    assert f'lang="{language}"' in by_browser.content.decode()
    visitor.cookies["language"] = language
    by_cookie = visitor.get("/broken/", headers={"Accept-Language": "en"})
    assert heading(by_browser) == heading(by_cookie)
    assert (heading(by_cookie) == ENGLISH) is (language == "en")


def test_for_a_signed_in_user_when_the_database_is_away(visitor, settings) -> None:
    """Who she is cannot be found out; the cookie still says her language."""
    visitor.cookies["language"] = "ja"
    visitor.cookies[settings.SESSION_COOKIE_NAME] = "a-session-that-only-the-database-knows"
    response = visitor.get("/accounts/profile/")
    assert response.status_code == 500
    assert 'lang="ja"' in response.content.decode()


def test_when_not_even_the_page_can_be_drawn(rf, monkeypatch) -> None:
    def fails(*_args: object) -> str:
        raise RuntimeError

    monkeypatch.setattr(errors, "render_to_string", fails)
    response = errors.server_error(rf.get("/"))
    assert response.status_code == 500
    assert b"500" in response.content


@pytest.mark.parametrize("status", [404, 429])
def test_so_stand_the_other_pages_of_errors(visitor, status) -> None:
    assert re.search(STYLED, render_to_string(f"{status}.html"))


def test_the_program_uses_it() -> None:
    assert handler500 == "crm.base.errors.server_error"
