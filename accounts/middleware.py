"""Around every request: who must sign in first, in whose language and time zone it is answered, and with which safety."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

from allauth.mfa.adapter import get_adapter as get_mfa_adapter
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext

from accounts import devices
from accounts.scope import scope_of
from crm.base.models import Company

GetResponse = Callable[[HttpRequest], HttpResponse]

HAS_SECOND_FACTOR = "has_second_factor"


def remember_language(response: HttpResponse, language: str) -> None:
    """Keep the language for the pages before sign-in."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        path=settings.LANGUAGE_COOKIE_PATH,
        domain=settings.LANGUAGE_COOKIE_DOMAIN,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        samesite=settings.LANGUAGE_COOKIE_SAMESITE,  # type: ignore[arg-type]
    )


def is_signed_in(request: HttpRequest) -> bool:
    """Without touching the session of a request that has none."""
    return settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated


def wants_no_page(request: HttpRequest) -> bool:
    """A fragment or figures were asked for: a sign-in page in their place would be swapped in or fail to parse."""
    accept = request.headers.get("Accept", "")
    return "HX-Request" in request.headers or ("json" in accept and "html" not in accept)


class ProfileMiddleware:
    """Answers in the user's language and time zone, and puts both back afterwards.

    Who has chosen no language gets the cookie's or the browser's (LocaleMiddleware found it already); who has chosen
    no time zone, the company's.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not is_signed_in(request):
            return self.get_response(request)
        user = request.user
        language = user.language or translation.get_language() or settings.LANGUAGE_CODE  # type: ignore[union-attr]
        zone = ZoneInfo(user.time_zone) if user.time_zone else Company.get().tz  # type: ignore[union-attr]
        with translation.override(language), timezone.override(zone):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
            response.headers["Content-Language"] = language
        # Pages hold what only this person may see: a shared cache keeps none, the browser asks again, files stay nowhere.
        kept = "private, no-store" if response.has_header("Content-Disposition") else "private, no-cache"
        response.headers.setdefault("Cache-Control", kept)
        chosen = getattr(request.user, "language", "")
        # The view that changes the language has set the cookie itself.
        said = settings.LANGUAGE_COOKIE_NAME in response.cookies
        if chosen and not said and request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME) != chosen:
            remember_language(response, chosen)
        return response


# Read by the pages for the field, and deleted by them once the server has said whose the device is (docs/offline.md).
PHONE_ASK, PHONE_ASK_SECONDS = "phone_ask", 365 * 24 * 3600


@receiver(user_logged_in)
def note_sign_in(request: HttpRequest | None, **_kwargs: Any) -> None:
    """By whatever way: password, second factor, passkey, identity provider, mailed link."""
    if request is not None:
        request.signed_in_now = True  # type: ignore[attr-defined]


class KnownDeviceMiddleware:
    """Remembers the browser in which somebody has just signed in, or followed a mailed link (see accounts.adapters), and
    lets the pages for the field ask whose the device is before they draw what lies on it."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if login := getattr(request, "proved_login", ""):
            devices.remember(request, response, login)
        if getattr(request, "signed_in_now", False):
            response.set_cookie(
                PHONE_ASK, "1", max_age=PHONE_ASK_SECONDS, path=reverse("phone:shell"), secure=request.is_secure(),
                samesite="Lax",
            )  # fmt: skip
        return response


class SignInMiddleware(LoginRequiredMiddleware):
    """Every page is for signed-in users, except those that say `login_not_required` and those in PUBLIC_PAGES."""

    def process_view(self, request, view_func, view_args, view_kwargs):
        match = request.resolver_match
        if match is not None and match.view_name in settings.PUBLIC_PAGES:
            return None
        return super().process_view(request, view_func, view_args, view_kwargs)

    def handle_no_permission(self, request, view_func):
        if wants_no_page(request):
            return HttpResponse(status=401)
        return super().handle_no_permission(request, view_func)


class SecondFactorMiddleware:
    """Where it is demanded, a user in one of SECOND_FACTOR_ROLES sets up a second factor before anything else."""

    # What may be opened meanwhile; the pages of allauth.mfa besides.
    OPEN = frozenset(
        {"account_logout", "account_reauthenticate", "account_change_password", "account_set_password",
         "accounts:appearance", "set_language"}
    )  # fmt: skip

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: object) -> HttpResponse | None:
        if not settings.SECOND_FACTOR_DEMANDED or not is_signed_in(request):
            return None
        name = request.resolver_match.view_name if request.resolver_match else ""
        if name.startswith("mfa_") or name in self.OPEN or name in settings.PUBLIC_PAGES:
            return None
        # The last factor of such a user cannot be removed (accounts.adapters), so a yes stays true for the session.
        if request.session.get(HAS_SECOND_FACTOR) or not scope_of(request.user).needs_second_factor:  # type: ignore[arg-type]
            return None
        if get_mfa_adapter().is_mfa_enabled(request.user):
            request.session[HAS_SECOND_FACTOR] = True
            return None
        if wants_no_page(request):
            return HttpResponse(status=403)
        messages.warning(request, gettext("Your role needs two-step sign-in. Set it up to go on."))
        return redirect("mfa_index")
