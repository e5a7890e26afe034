"""The page for a fault of our own. It stands when the database, the cache or the collected static files are missing."""

from __future__ import annotations

import logging

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import translation

logger = logging.getLogger(__name__)


def server_error(request: HttpRequest) -> HttpResponse:
    """500 in the visitor's language: the one that was found for the request already, else cookie's or browser's."""
    language = getattr(request, "LANGUAGE_CODE", "") or _asked_for(request)
    with translation.override(language):
        try:
            page: str = render_to_string("500.html")
        except Exception:
            # Nothing is left to show the page with; what led here is in the log already.
            logger.exception("error_page_failed")
            page = "<!doctype html><title>500</title><h1>500</h1>"
    return HttpResponse(page, status=500, headers={"Content-Language": language, "Cache-Control": "no-store"})


def _asked_for(request: HttpRequest) -> str:
    try:
        return translation.get_language_from_request(request)
    except Exception:
        return settings.LANGUAGE_CODE
