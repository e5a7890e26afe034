"""Optional error reports to Sentry, without anything about a person."""

from __future__ import annotations

from typing import Any


def start(dsn: str, *, environment: str) -> None:
    """Reports from here on. Bodies, cookies, query strings, local variables and addresses stay here."""
    import sentry_sdk

    sentry_sdk.init(
        dsn=dsn,
        environment=environment,
        send_default_pii=False,
        include_local_variables=False,
        max_request_body_size="never",
        max_breadcrumbs=0,
        traces_sample_rate=0.0,
        before_send=without_personal_data,
    )


def without_personal_data(event: Any, hint: dict[str, Any]) -> Any:
    """The event with method and status of its request only: addresses hold search words and keys of one-time links."""
    request = event.pop("request", None)
    if request:
        event["request"] = {"method": request.get("method")}
    event.pop("user", None)
    # What a background task was called with.
    event.get("extra", {}).pop("celery-job", None)
    event.pop("server_name", None)
    return event
