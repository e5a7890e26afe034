"""The token against forged requests, as Django makes it (django.middleware.csrf), for pages that are put together from kept
pieces: drawing thirty-two letters by chance one by one takes as long as a tenth of such a page."""

from __future__ import annotations

import secrets

from django.http import HttpRequest
from django.middleware.csrf import CSRF_ALLOWED_CHARS, CSRF_SECRET_LENGTH, get_token

_NUMBER = len(CSRF_ALLOWED_CHARS)
_PLACES = {letter: place for place, letter in enumerate(CSRF_ALLOWED_CHARS)}
# A byte from here on would make the first letters likelier than the last ones.
_FAIR = 256 - 256 % _NUMBER


def token_of(request: HttpRequest) -> str:
    """The secret of the browser's cookie, masked anew; a new secret for a browser that has none."""
    secret = request.META.get("CSRF_COOKIE", "")
    if len(secret) != CSRF_SECRET_LENGTH:
        return get_token(request)
    # Sends the cookie again, so that it lasts longer.
    request.META["CSRF_COOKIE_NEEDS_UPDATE"] = True
    mask = _by_chance(CSRF_SECRET_LENGTH)
    letters = [CSRF_ALLOWED_CHARS[each] for each in mask]
    letters += [
        CSRF_ALLOWED_CHARS[(_PLACES[letter] + each) % _NUMBER] for letter, each in zip(secret, mask, strict=True)
    ]
    return "".join(letters)


def _by_chance(number: int) -> list[int]:
    """So many places of letters, each as likely as any other."""
    drawn: list[int] = []
    while len(drawn) < number:
        drawn += [byte % _NUMBER for byte in secrets.token_bytes(2 * number) if byte < _FAIR]
    return drawn[:number]
