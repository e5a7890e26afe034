"""Every address of allauth, walked: each answers in our design with a way on, or with 404."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from tests.accounts.conftest import PASSWORD

TEMPLATES = Path(settings.BASE_DIR) / "templates"
# What stands in an address, by the name in its pattern.
FILLED = {"key": "nokey", "uidb36": "1", "pk": "987654321", "provider_id": "company"}
# Answered in JSON, for scripts; or a file.
NO_PAGES = {"2fa/webauthn/login/", "2fa/recovery-codes/download/"}
# Nothing is there for anybody.
CLOSED = {
    "confirm-email/",
    "confirm-email/nokey/",
    "login/code/confirm/",
    "oidc/company/login/",
    "oidc/company/login/callback/",
}


def walked(patterns: list, before: str = "") -> Iterator[str]:
    for entry in patterns:
        if isinstance(entry, URLResolver):
            yield from walked(entry.url_patterns, before + str(entry.pattern))
        elif isinstance(entry, URLPattern) and entry.callback.__module__.startswith(
            ("allauth", "django.views.generic")
        ):
            yield filled(before + str(entry.pattern))


def filled(pattern: str) -> str:
    pattern = re.sub(r"\(\?P<(\w+)>[^)]*\)", lambda found: FILLED[found[1]], pattern)
    pattern = re.sub(r"<(?:\w+:)?(\w+)>", lambda found: FILLED[found[1]], pattern)
    return pattern.replace("^", "").replace("$", "").removeprefix("accounts/")


ADDRESSES = sorted(set(walked([p for p in get_resolver().url_patterns if str(p.pattern) == "accounts/"])))


def test_they_are_all_walked() -> None:
    assert len(ADDRESSES) > 30
    assert {"login/", "signup/", "2fa/totp/activate/", "3rdparty/signup/", "sessions/"} <= set(ADDRESSES)
    assert not [address for address in ADDRESSES if set("<>()?[]\\") & set(address)]


@pytest.fixture(autouse=True)
def quick(settings) -> None:
    """A hash that is quick to make: a hundred and fifty people sign in here."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(params=["nobody", "amy"])
def visitor(request, quick, amy) -> Client:
    client = Client()
    if request.param == "amy":
        client.post("/accounts/login/", {"login": "amy@example.com", "password": PASSWORD})
    return client


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_page_of_ours_with_a_way_on_or_none_at_all(visitor, address) -> None:
    response = visitor.get(f"/accounts/{address}", follow=True)
    if address in NO_PAGES:
        assert response.status_code in (200, 404)
        return
    assert response.status_code in ((404,) if address in CLOSED else (200, 401, 404)), response.redirect_chain
    first = response.templates[0]
    assert TEMPLATES in Path(first.origin.name).parents, first.origin.name
    page = response.content.decode()
    main = page[page.index("<main") : page.index("</main>")]
    assert re.search(r'href="/|<button', main), main


@pytest.mark.parametrize("address", ADDRESSES)
def test_posts_of_nothing_do_no_harm(visitor, address) -> None:
    if address == "logout/":
        return
    assert visitor.post(f"/accounts/{address}", {}).status_code in (200, 302, 301, 400, 401, 403, 404, 405)


def test_a_signed_in_user_is_not_told_that_she_is_not(amy) -> None:
    client = Client()
    assert "is closed" in client.get("/accounts/inactive/").content.decode()
    assert "You are not signed in" in client.get("/accounts/3rdparty/login/cancelled/").content.decode()
    client.post("/accounts/login/", {"login": "amy@example.com", "password": PASSWORD})
    for address in ("inactive/", "3rdparty/login/cancelled/", "signup/", "login/"):
        assert client.get(f"/accounts/{address}").headers.get("Location") == "/", address


@pytest.mark.parametrize("language", ["zh-hans", "ja", "ko"])
@pytest.mark.parametrize("address", ["login/", "signup/", "inactive/", "password/reset/", "3rdparty/login/cancelled/"])
def test_in_every_language(client, db, language, address) -> None:
    english = client.get(f"/accounts/{address}", headers={"Accept-Language": "en"}).content.decode()
    other = client.get(f"/accounts/{address}", headers={"Accept-Language": language}).content.decode()
    heading = re.compile(r"<h1>(.*?)</h1>", re.DOTALL)
    assert heading.search(english)[1] != heading.search(other)[1]
