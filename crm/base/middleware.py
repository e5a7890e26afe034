"""What happens around every request: its id and log line, its figures, its headers, the age of its session."""

from __future__ import annotations

import logging
import re
import time
import uuid
from collections.abc import Callable
from typing import Any

import structlog
from csp.constants import HEADER
from csp.middleware import CSPMiddleware
from csp.utils import build_policy
from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.middleware import get_user
from django.contrib.auth.signals import user_logged_in
from django.core.exceptions import BadRequest
from django.db import DataError, connection
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django_structlog.middlewares.request import RequestMiddleware, logger

from crm.base import marks, metrics

GetResponse = Callable[[HttpRequest], HttpResponse]

# The line at a request's start is for debugging.
STARTS = logging.getLogger(RequestMiddleware.__module__)
# What a proxy may hand us as the id of a request; anything else could forge log lines.
REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")

SIGNED_IN_AT = "signed_in_at"
SEEN_AT = "seen_at"
# Sent by pages that ask by themselves (static/js/bell.js): nobody being there, the session goes on idling out.
UNATTENDED = "X-Unattended"
# Storing the session on each request would cost a write each; the idle time is exact to this.
SEEN_STEP_S = 60
# How driver and database say that a text, or a text in JSON, has a zero byte.
_ZERO_BYTE = ("NUL (0x00)", "\\u0000 cannot be converted")


class RequestLogMiddleware(RequestMiddleware):
    """One log line a request with its id, which the response carries back in X-Request-ID.

    Lines name the route, not the address: addresses hold search words and the keys of one-time links.
    """

    def prepare(self, request: HttpRequest) -> None:
        given = request.META.get("HTTP_X_REQUEST_ID", "")
        request_id = given if REQUEST_ID.fullmatch(given) else str(uuid.uuid4())
        request.META["HTTP_X_REQUEST_ID"] = request_id
        if STARTS.isEnabledFor(logging.DEBUG):
            super().prepare(request)
        else:
            structlog.contextvars.bind_contextvars(request_id=request_id)

    def handle_response(self, request: HttpRequest, response: HttpResponse) -> None:
        if response.streaming or hasattr(request, "_raised_exception"):
            super().handle_response(request, response)
        else:
            # What the other way does without its signals, to which nobody listens, and without reading who asks for a
            # page that did not want to know.
            session = getattr(request, "session", None)
            if session is not None and session.accessed:
                structlog.contextvars.bind_contextvars(user_id=request.user.pk)
            level = self._log_level_for_status_code(response.status_code)
            logger.log(level, "request_finished", code=response.status_code, request=self.format_request(request))
            structlog.contextvars.clear_contextvars()
        response.headers["X-Request-ID"] = request.META["HTTP_X_REQUEST_ID"]

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        return f"{request.method} {page_of(request)}"


def page_of(request: HttpRequest) -> str:
    """The name of the page a request was for, `unmatched` before or without a match."""
    match = request.resolver_match
    if match is None:
        return "unmatched"
    return match.view_name or "unnamed"


class _DatabaseTimer:
    """Adds up the statements of one request; see Django's `execute_wrapper`."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.queries = 0

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        began = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            self.seconds += time.perf_counter() - began
            self.queries += 1


class MetricsMiddleware:
    """Counts and times requests by page; outside production the figures are also in the Server-Timing header."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        timer = _DatabaseTimer()
        began = time.perf_counter()
        with connection.execute_wrapper(timer), marks.only_reading(reads=request.method in ("GET", "HEAD")):
            response = self.get_response(request)
        seconds = time.perf_counter() - began
        page = page_of(request)
        metrics.REQUESTS.labels(page, request.method or "", str(response.status_code)).inc()
        metrics.REQUEST_SECONDS.labels(page).observe(seconds)
        metrics.DATABASE_SECONDS.labels(page).observe(timer.seconds)
        metrics.DATABASE_QUERIES.labels(page).inc(timer.queries)
        if not settings.PRODUCTION:
            response.headers["Server-Timing"] = (
                f'db;dur={timer.seconds * 1000:.1f};desc="{timer.queries} queries", total;dur={seconds * 1000:.1f}'
            )
        return response


class ContentPolicyMiddleware(CSPMiddleware):
    """What pages may load and run; put together once, unless a view asks for something of its own (see django-csp)."""

    _ITS_OWN = ("_csp_config", "_csp_update", "_csp_replace", "_csp_exempt")

    def __init__(self, get_response: GetResponse) -> None:
        super().__init__(get_response)
        self._policy = build_policy()

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if settings.DEBUG or hasattr(request, "_csp_nonce") or any(hasattr(response, name) for name in self._ITS_OWN):
            return super().process_response(request, response)
        response.headers.setdefault(HEADER, self._policy)
        return response


class BrowserPolicyMiddleware:
    """Tells the browser which of its powers the pages use; everything else is switched off."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self._policy = ", ".join(f"{power}={allowed}" for power, allowed in settings.PERMISSIONS_POLICY.items())

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", self._policy)
        return response


@receiver(user_logged_in)
def note_sign_in(request: HttpRequest, **_ignored: object) -> None:
    request.session[SIGNED_IN_AT] = request.session[SEEN_AT] = int(time.time())


class SessionAgeMiddleware:
    """Ends a session some time after the sign-in, however busy it is, and keeps a used one from idling out.

    The idle time itself is the session's own expiry (SESSION_COOKIE_AGE), counted from the last time it was stored.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated:
            # The user herself from here on: each of a hundred looks through the proxy would cost two.
            request.user = get_user(request)
            now = int(time.time())
            signed_in_at = request.session.setdefault(SIGNED_IN_AT, now)
            if now - signed_in_at >= settings.SESSION_ABSOLUTE_AGE:
                logout(request)
            elif UNATTENDED not in request.headers and now - request.session.get(SEEN_AT, 0) >= SEEN_STEP_S:
                request.session[SEEN_AT] = now
        return self.get_response(request)


class StorableTextMiddleware:
    """What no database can hold, a zero byte in a text, is the sender's fault and answered so: 400, nothing changed.

    Forms refuse it at the field; this is for texts that are read without one. Nobody can type it.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        if isinstance(exception, DataError) and any(sign in str(exception) for sign in _ZERO_BYTE):
            raise BadRequest("zero byte") from exception
