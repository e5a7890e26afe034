"""Rights in front of a view."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from accounts.rights import Right
from accounts.scope import scope_of

View = Callable[..., HttpResponseBase]


def right_required(*rights: Right) -> Callable[[View], View]:
    """Answer 403 unless the user holds every one of the rights on some territory.

    A view about one dealer then asks `demand(...)` with the dealer's territory.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            for right in rights:
                demand(request, right)
            return view(request, *args, **kwargs)

        return guarded

    return decorate


def demand(request: HttpRequest, right: Right, territory_id: int | None = None) -> None:
    """Raise PermissionDenied (403) unless the user may do this on the territory (on any, when it is None).

    Call it after the object was fetched by `visible_to`, so that what is out of scope has answered 404 before.
    """
    if not scope_of(request.user).may(right, territory_id):  # type: ignore[arg-type]
        raise PermissionDenied
