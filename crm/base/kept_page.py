"""Whole pages that are drawn once for everybody to whom all of it is the same.

What a page is made of is its key: the template, the frame (who is signed in, what stands in the menu, how it looks), the
address, the language and time zone, and all that the view says. Left out is what is put in anew each time: the token
against forged requests, and the parts that the view names as fresh.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Mapping
from typing import Any

from django.contrib.messages import get_messages
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.template.loader import get_template
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from crm.base.context_processors import Shell

_TOKEN = "csrf_token"
# Stands in a kept text where something fresh goes in. Nobody outside the process can write it.
_SIGN = secrets.token_hex(16)
_HOLE = re.compile(f"{_SIGN}-(\\w+)-")

# Of all pages together; the one drawn longest ago makes room.
_MOST_PAGES = 512
_pages: dict[tuple[Any, ...], list[str]] = {}


def render(
    request: HttpRequest,
    template_name: str,
    made_of: tuple[Any, ...],
    context: Callable[[], Mapping[str, Any]],
    *,
    fresh: Mapping[str, SafeString],
) -> HttpResponse:
    """Like Django's `render`. Equal values of `made_of`, which are hashable, make equal contexts.

    The address is a part of the key: a view gives only such requests as have one of few addresses. A page that has a message for the person is drawn for her alone.
    """
    if len(get_messages(request)):
        return HttpResponse(get_template(template_name).render({**context(), **fresh}, request))
    key = (
        template_name, request.get_full_path(), get_language(), timezone.get_current_timezone_name(),
        Shell(request).frame, made_of,
    )  # fmt: skip
    pieces = _pages.get(key)
    if pieces is None:
        pieces = _draw(request, template_name, context(), fresh)
        for oldest in list(_pages)[: len(_pages) - _MOST_PAGES + 1]:
            _pages.pop(oldest, None)
        _pages[key] = pieces
    put_in = {_TOKEN: get_token(request), **fresh}
    parts = list(pieces)
    parts[1::2] = [put_in[name] for name in parts[1::2]]
    return HttpResponse("".join(parts))


def _draw(
    request: HttpRequest, template_name: str, context: Mapping[str, Any], fresh: Mapping[str, SafeString]
) -> list[str]:
    """Texts and, between them, the names of what is fresh."""
    holes = {name: mark_safe(f"{_SIGN}-{name}-") for name in (_TOKEN, *fresh)}
    return _HOLE.split(get_template(template_name).render({**context, **holes}, request))
