"""Whole requests without a network: through every middleware, as a signed-in person, the answer read to its end."""

from __future__ import annotations

import io
import time
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.base import SessionBase
from django.middleware.csrf import CSRF_SECRET_LENGTH
from django.utils.crypto import get_random_string
from django.utils.module_loading import import_string

from accounts.models import User


def session_of(email: str) -> str:
    """The key of a new session of this person, past the second factor."""
    user = User.objects.get(email=email)
    store: SessionBase = import_string(f"{settings.SESSION_ENGINE}.SessionStore")()
    now = int(time.time())
    store.update(
        {
            SESSION_KEY: str(user.pk), BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0],
            HASH_SESSION_KEY: user.get_session_auth_hash(), "has_second_factor": True, "signed_in_at": now, "seen_at": now,
        }
    )  # fmt: skip
    store.create()
    return str(store.session_key)


class Visitor:
    """Somebody who asks for pages; `queries` is how many statements the last answer took."""

    def __init__(self, email: str) -> None:
        # As it is served: the module also says how garbage is collected, which a page may have to wait for.
        from crm.wsgi import application

        self.application = application
        self.cookie = "; ".join(
            (
                f"{settings.SESSION_COOKIE_NAME}={session_of(email)}",
                # As any browser has it from its first page on.
                f"{settings.CSRF_COOKIE_NAME}={get_random_string(CSRF_SECRET_LENGTH)}",
                f"{settings.LANGUAGE_COOKIE_NAME}=en",
            )
        )
        self.queries = 0

    def get(self, address: str, **headers: str) -> tuple[float, bytes]:
        """Seconds and body. Raises for any status but 200."""
        parts = urlsplit(address)
        environ = {
            "REQUEST_METHOD": "GET", "PATH_INFO": parts.path, "QUERY_STRING": parts.query, "SERVER_NAME": "localhost",
            "SERVER_PORT": "80", "SERVER_PROTOCOL": "HTTP/1.1", "HTTP_HOST": "localhost", "REMOTE_ADDR": "127.0.0.1",
            "HTTP_COOKIE": self.cookie, "wsgi.version": (1, 0), "wsgi.url_scheme": "http", "wsgi.input": io.BytesIO(),
            "wsgi.errors": io.StringIO(), "wsgi.multithread": True, "wsgi.multiprocess": True, "wsgi.run_once": False,
            **{f"HTTP_{name.upper()}": value for name, value in headers.items()},
        }  # fmt: skip
        answer: dict[str, Any] = {}

        def start(status: str, response_headers: list[tuple[str, str]], _error: Any = None) -> Any:
            answer["status"] = status
            answer["headers"] = dict(response_headers)

        began = time.perf_counter()
        response = self.application(environ, start)
        body = b"".join(response)
        if hasattr(response, "close"):
            response.close()
        taken = time.perf_counter() - began
        if not answer["status"].startswith("200"):
            raise AssertionError(f"{address}: {answer['status']} {answer['headers'].get('Location', '')}")
        timing = answer["headers"].get("Server-Timing", "")
        self.queries = int(timing.partition('desc="')[2].partition(" ")[0] or 0)
        return taken, body
