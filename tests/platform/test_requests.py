"""What surrounds every request: its id, its log line, its headers, the age of its session."""

from __future__ import annotations

import time
from typing import Any

import pytest
import structlog
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from crm.base import error_reports
from crm.base.middleware import SEEN_AT, SIGNED_IN_AT, RequestLogMiddleware


@pytest.mark.parametrize("given", ["0123abcd-ef", "3f2c9d1e-7c1a-4a38-9a55-5a0b2f1c7d10"])
def test_well_formed_id_of_the_proxy_is_kept(client: Client, given: str) -> None:
    assert client.get("/health/live", headers={"X-Request-ID": given}).headers["X-Request-ID"] == given


@pytest.mark.parametrize("given", ["", "short", "x" * 65, "two words here", 'a"b: forged=1', "línea-nueva"])
def test_malformed_id_is_replaced(client: Client, given: str) -> None:
    answered = client.get("/health/live", headers={"X-Request-ID": given}).headers["X-Request-ID"]

    assert answered != given
    assert len(answered) == 36


def test_log_line_carries_the_id_and_no_search_words(client: Client) -> None:
    with structlog.testing.capture_logs(processors=[structlog.contextvars.merge_contextvars]) as lines:
        client.get("/health/live?q=张伟", headers={"X-Request-ID": "request-4711", "User-Agent": "Phone of Zhang Wei"})

    finished = [line for line in lines if line["event"] == "request_finished"]
    assert [(line["request_id"], line["request"], line["code"]) for line in finished] == [
        ("request-4711", "GET health_live", 200)
    ]
    assert "张伟" not in str(finished)
    assert "ip" not in finished[0]


def test_failing_page_is_logged_once_with_its_trace() -> None:
    def page(request: HttpRequest) -> HttpResponse:
        raise LookupError("the reason")

    middleware = RequestLogMiddleware(page)
    request = RequestFactory().get("/dealers/?q=secret")
    with structlog.testing.capture_logs() as lines, pytest.raises(LookupError):
        middleware(request)
    with structlog.testing.capture_logs() as lines:
        middleware._process_exception(request, LookupError("the reason"))

    assert [line["event"] for line in lines] == ["request_failed"]
    assert "secret" not in lines[0]["request"]


def test_every_answer_carries_the_headers_of_the_house(client: Client) -> None:
    headers = client.get("/health/live").headers

    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["X-Frame-Options"] == "DENY"
    assert "microphone=()" in headers["Permissions-Policy"]
    assert "geolocation=(self)" in headers["Permissions-Policy"]
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


def test_timing_is_told_to_the_browser_locally_only(client: Client, settings: Any) -> None:
    assert client.get("/health/live").headers["Server-Timing"].startswith("db;dur=0.0")

    settings.PRODUCTION = True
    assert "Server-Timing" not in client.get("/health/live").headers


@pytest.fixture
def signed_in(client: Client, alice: Any) -> Client:
    client.force_login(alice)
    return client


def is_signed_in(client: Client) -> bool:
    client.get("/health/live")
    return "_auth_user_id" in client.session


@pytest.mark.django_db
def test_session_ends_some_hours_after_the_sign_in_however_busy(signed_in: Client, settings: Any) -> None:
    session = signed_in.session
    session[SIGNED_IN_AT] = int(time.time()) - settings.SESSION_ABSOLUTE_AGE + 5
    session.save()
    assert is_signed_in(signed_in)

    session = signed_in.session
    session[SIGNED_IN_AT] = int(time.time()) - settings.SESSION_ABSOLUTE_AGE
    session.save()
    assert not is_signed_in(signed_in)


@pytest.mark.django_db
def test_sign_in_starts_the_clock(signed_in: Client) -> None:
    assert signed_in.session[SIGNED_IN_AT] == pytest.approx(time.time(), abs=5)


@pytest.mark.django_db
def test_used_session_is_stored_at_most_once_a_minute(signed_in: Client, django_assert_num_queries: Any) -> None:
    session = signed_in.session
    session[SEEN_AT] = int(time.time()) - 61
    session.save()
    signed_in.get("/health/live")
    seen_at = signed_in.session[SEEN_AT]
    assert seen_at == pytest.approx(time.time(), abs=5)

    signed_in.get("/health/live")
    assert signed_in.session[SEEN_AT] == seen_at


def test_error_report_names_no_person_and_no_address() -> None:
    event = {
        "exception": {"values": []},
        "user": {"id": "7", "email": "wei@example.com"},
        "server_name": "crm-1",
        "request": {
            "method": "POST",
            "url": "https://crm.example.com/dealers/?q=Wei",
            "query_string": "q=Wei",
            "cookies": {"__Host-session": "secret"},
            "headers": {"Authorization": "Bearer secret"},
            "data": {"phone": "+86 10 1234"},
        },
    }

    assert error_reports.without_personal_data(event, {}) == {
        "exception": {"values": []},
        "request": {"method": "POST"},
    }
