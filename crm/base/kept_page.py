"""Whole pages that are drawn once for everybody to whom all of it is the same.

What a page is made of is its key: the template, the frame (who is signed in, what stands in the menu, how it looks), the
language and time zone, and all that the view says. Left out is what is put in anew each time: the token against forged
requests, the address, the parts that the view names as fresh, and single texts, in whose places the view has put a
`place(name)` while it said what the page is made of.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote_plus

from django.contrib.messages import get_messages
from django.http import HttpRequest, HttpResponse
from django.template.loader import get_template
from django.utils import timezone
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from crm.base.context_processors import Shell
from crm.base.csrf_token import token_of

_TOKEN = "csrf_token"
_ADDRESS = "full_path"
# Stands in a kept text where something is put in. Nobody outside the process can write it.
_SIGN = secrets.token_hex(16)
# A blank tells how a text is written there: as it is, or as a part of an address, where it has become a plus.
_HOLE = re.compile(f"{_SIGN}([- +])(\\w+)-")

# Of all pages together; the one drawn longest ago makes room.
_MOST_PAGES = 512
_pages: dict[tuple[Any, ...], list[Any]] = {}


def place(name: str) -> str:
    """Stands for one of the `texts` of `render`, to be shown or to be made a part of an address (urlencode)."""
    return f"{_SIGN} {name}-"


def render(
    request: HttpRequest,
    template_name: str,
    made_of: tuple[Any, ...],
    context: Callable[[], Mapping[str, Any]],
    *,
    fresh: Mapping[str, SafeString],
    texts: Mapping[str, str],
) -> HttpResponse:
    """Like Django's `render`. Equal values of `made_of`, which are hashable, make equal contexts.

    The template asks the request for its address and for what `texts` names, and for nothing else: these are put in. A
    page that has a message for the person is drawn for her alone.
    """
    is_hers = len(get_messages(request)) > 0
    key = (
        template_name, made_of, get_language(), timezone.get_current_timezone_name(), Shell(request).frame, *texts,
    )  # fmt: skip
    pieces = None if is_hers else _pages.get(key)
    if pieces is None:
        pieces = _draw(request, template_name, context(), fresh, texts)
        if not is_hers:
            for oldest in list(_pages)[: len(_pages) - _MOST_PAGES + 1]:
                _pages.pop(oldest, None)
            _pages[key] = pieces
    put_in: dict[tuple[str, str], str] = {("-", name): part for name, part in fresh.items()}
    put_in["-", _TOKEN] = token_of(request)
    for name, text in (*texts.items(), (_ADDRESS, request.get_full_path())):
        put_in[" ", name] = escape(text)
        put_in["+", name] = escape(quote_plus(text, safe=","))
    parts: list[Any] = list(pieces)
    parts[1::2] = [put_in[hole] for hole in parts[1::2]]
    return HttpResponse("".join(parts))


class _Request:
    """The request as the template sees it while the page is drawn to be kept."""

    def __init__(self, request: HttpRequest, texts: Mapping[str, str]) -> None:
        self._request = request
        self.GET = {name: place(name) for name in texts}

    def __getattr__(self, name: str) -> Any:
        return getattr(self._request, name)

    def get_full_path(self) -> str:
        return place(_ADDRESS)


def _draw(
    request: HttpRequest,
    template_name: str,
    context: Mapping[str, Any],
    fresh: Mapping[str, SafeString],
    texts: Mapping[str, str],
) -> list[Any]:
    """Texts and, between them, how and what is put in."""
    holes = {name: mark_safe(f"{_SIGN}-{name}-") for name in (_TOKEN, *fresh)}
    instead = {**context, **holes, "request": _Request(request, texts)}
    found = _HOLE.split(get_template(template_name).render(instead, request))
    return [
        *(
            part
            for three in zip(found[::3], zip(found[1::3], found[2::3], strict=True), strict=False)
            for part in three
        ),
        found[-1],
    ]
