"""Fetching people and visits for a view: 404 out of scope, 403 in scope without the right; days in addresses."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.http import url_has_allowed_host_and_scheme

from accounts.models import User
from crm.base.models import Company
from crm.base.periods import EARLIEST, LATEST, month_start
from dealers.views.access import user_of
from visits.models import Visit
from visits.people import may_change, person_or_404


def today() -> dt.date:
    return Company.get().today()


def read_day(text: str | None, default: dt.date) -> dt.date:
    """A day in ISO 8601, or a month (its first day); `default` for what is neither."""
    if not text:
        return default
    try:
        day = dt.date.fromisoformat(f"{text}-01" if len(text) == 7 else text)
    except ValueError:
        return default
    return day if EARLIEST <= day <= LATEST else default


def read_month(request: HttpRequest, default: dt.date | None = None) -> dt.date:
    """The month that the address asks for, else the running one; its first day."""
    return month_start(read_day(request.GET.get("month") or request.POST.get("month"), default or today()))


def read_time(text: str | None) -> dt.time | None:
    """A time of day; None for what is none."""
    try:
        return dt.time.fromisoformat(text) if text else None
    except ValueError:
        return None


def visit_or_404(request: HttpRequest, pk: int, *, change: bool = False) -> Visit:
    """A visit at a dealer whom the user sees; with `change` 403 unless she may change it."""
    visits = Visit.objects.visible_to(user_of(request)).select_related(
        "dealer__territory", "user", "companion", "plan", "form"
    )
    visit: Visit = get_object_or_404(visits, pk=pk)
    if change and not may_change(user_of(request), visit.user_id, visit.dealer.territory_id):
        raise PermissionDenied
    return visit


def of_person(view: Callable[..., Any]) -> Callable[..., Any]:
    """The view gets the person whose number stands in the address instead of the number."""

    @wraps(view)
    def found(request: HttpRequest, pk: int, *args: Any, **kwargs: Any) -> Any:
        return view(request, person_or_404(user_of(request), pk), *args, **kwargs)

    return found


def next_of(request: HttpRequest, default: str) -> str:
    """Where to go after a form: the page it was on, if that is one of ours."""
    wanted = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if safe else default


def person_of(user: User, pk: int | None) -> User:
    """Herself when nobody is named."""
    return user if pk is None else person_or_404(user, pk)
