"""Whoever has just signed in may hold another one's phone: its pages ask the server before they draw what lies on it."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client, override_settings
from django.urls import reverse

from accounts.middleware import PHONE_ASK
from accounts.models import User
from tests.accounts.test_sign_in import PASSWORD, code_of, try_to_sign_in, with_totp

pytestmark = pytest.mark.django_db


def asks(answer: Any) -> bool:
    """Whether the answer leaves the cookie that the phone's pages look for: below their address, readable by a script."""
    cookie = answer.cookies.get(PHONE_ASK)
    if cookie is None:
        return False
    assert (cookie.value, cookie["path"], cookie["samesite"]) == ("1", reverse("phone:shell"), "Lax")
    assert not cookie["httponly"]
    return True


def test_by_password(client: Client, amy: User) -> None:
    assert asks(try_to_sign_in(client))
    assert not asks(client.get(reverse("accounts:profile")))


def test_a_wrong_password_asks_nothing(client: Client, amy: User) -> None:
    assert not asks(try_to_sign_in(client, password="wrong"))


def test_by_a_second_step_and_not_before(client: Client, amy: User) -> None:
    secret = with_totp(amy)
    assert not asks(try_to_sign_in(client))
    assert asks(client.post(reverse("mfa_authenticate"), {"code": code_of(secret)}))


def test_over_https_only_where_the_site_is(amy: User) -> None:
    with override_settings(SECURE_PROXY_SSL_HEADER=("HTTP_X_FORWARDED_PROTO", "https")):
        answer = Client(headers={"x-forwarded-proto": "https"}).post(
            "/accounts/login/", {"login": amy.email, "password": PASSWORD}, secure=True
        )
    assert asks(answer)
    assert answer.cookies[PHONE_ASK]["secure"]
