"""Our tokens are Django's: it takes them, and no two are alike."""

from __future__ import annotations

from collections import Counter

from django.middleware.csrf import CSRF_ALLOWED_CHARS, _does_token_match, _unmask_cipher_token
from django.test import RequestFactory

from crm.base.csrf_token import _by_chance, token_of

SECRET = "aZ09" * 8


def test_django_reads_the_secret_from_every_token() -> None:
    request = RequestFactory().get("/")
    request.META["CSRF_COOKIE"] = SECRET
    tokens = {token_of(request) for _ in range(50)}
    assert len(tokens) == 50
    assert all(_unmask_cipher_token(token) == SECRET and _does_token_match(token, SECRET) for token in tokens)
    assert request.META["CSRF_COOKIE_NEEDS_UPDATE"] is True


def test_a_browser_without_a_secret_gets_one() -> None:
    request = RequestFactory().get("/")
    token = token_of(request)
    assert _does_token_match(token, request.META["CSRF_COOKIE"])


def test_every_letter_is_as_likely() -> None:
    drawn = Counter(_by_chance(62_000))
    assert len(drawn) == len(CSRF_ALLOWED_CHARS)
    # 1,000 of each; twelve standard deviations off would be a fault of the program.
    assert all(600 < number < 1400 for number in drawn.values())
