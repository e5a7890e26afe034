"""A kept picture, answered to who may see it."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag


def picture(request: HttpRequest, file: Any, name: str) -> HttpResponseBase:
    """The file as a JPEG, or 304 to who has it already; 404 when it is gone from the store.

    No shared cache keeps it, and a browser shows its copy only after it has asked again: who has signed out, or sees the
    dealer no longer, gets no picture.
    """
    try:
        opened = file.open("rb")
    except OSError as error:
        raise Http404 from error
    etag = quote_etag(f"{file.name}:{file.size}:{request.user.pk}")
    answer: HttpResponseBase | None = get_conditional_response(request, etag=etag)
    if answer is None:
        answer = FileResponse(opened, content_type="image/jpeg", filename=name)
    else:
        opened.close()
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.headers["ETag"] = etag
    return answer
