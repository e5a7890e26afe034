"""Who changed what, from what to what, when and why: the context of every change, and the changes as sentences.

Event rows are written by database triggers in the change's own transaction (django-pghistory) and can only be added
to. What stands here gives them their context on the way in and reads them on the way out.
"""

from __future__ import annotations

import pghistory
from django.http import HttpRequest
from pghistory.middleware import HistoryMiddleware


class AuditMiddleware(HistoryMiddleware):
    """Every change made in a request carries the user's id and name, the address and the request's id."""

    def get_context(self, request: HttpRequest) -> dict[str, object]:
        context = super().get_context(request)
        if context["user"] is not None:
            # Stays readable when the user is gone.
            context["name"] = str(request.user)
        context["request"] = request.headers.get("X-Request-Id", "")
        return context


def because(reason: str) -> None:
    """Put a reason to the changes that the rest of this request (or `pghistory.context`) makes."""
    pghistory.context(reason=reason)
