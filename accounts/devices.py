"""Browsers in which somebody has signed in before.

They carry a signed cookie. It lets nobody in; it only gives the owner of an account a counter of wrong passwords of her
own, so that strangers who type wrong ones at her address from elsewhere do not lock her out.
"""

from __future__ import annotations

import secrets

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

COOKIE = "__Host-device" if settings.PRODUCTION else "device"
MAX_AGE_S = 180 * 24 * 3600
# Colleagues who share a machine; the one who has not been there for longest is forgotten.
MOST_LOGINS = 8
_SALT = "accounts.devices"


def known(request: HttpRequest, login: str) -> str:
    """A name for this browser when `login` has signed in here before; empty otherwise."""
    name, marks = _read(request)
    return name if _mark(login) in marks else ""


def remember(request: HttpRequest, response: HttpResponse, login: str) -> None:
    """Know this browser from now on."""
    name, marks = _read(request)
    marks = [_mark(login), *(mark for mark in marks if mark != _mark(login))][:MOST_LOGINS]
    response.set_cookie(
        COOKIE,
        signing.dumps([name or secrets.token_hex(8), marks], salt=_SALT),
        max_age=MAX_AGE_S,
        secure=settings.PRODUCTION,
        httponly=True,
        samesite="Lax",
    )


def _mark(login: str) -> str:
    """Stands for an address that the cookie should not spell out."""
    return salted_hmac(_SALT, login.strip().lower(), algorithm="sha256").hexdigest()[:24]


def _read(request: HttpRequest) -> tuple[str, list[str]]:
    try:
        name, marks = signing.loads(request.COOKIES.get(COOKIE, ""), salt=_SALT, max_age=MAX_AGE_S)
    except (signing.BadSignature, ValueError):
        return "", []
    return name, marks
