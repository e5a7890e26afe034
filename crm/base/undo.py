"""Undo instead of "Are you sure?": a message that carries the way back."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django_htmx.http import trigger_client_event

UNDO_TAG = "undo:"


def offer_undo(request: HttpRequest, text: str, *, url: str) -> None:
    """Say on the next page what was done. `url` takes a POST (with `next`) that undoes it."""
    messages.success(request, text, extra_tags=UNDO_TAG + url)


def toast(response: HttpResponse, text: str, *, level: str = "success", undo_url: str = "") -> HttpResponse:
    """Make an htmx answer show a message. `level` is info, success, warning or error."""
    return trigger_client_event(response, "toast", {"text": text, "level": level, "undoUrl": undo_url})
