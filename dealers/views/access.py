"""Fetching a dealer for a view: 404 out of scope or in the bin, 403 in scope without the right."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, QueryDict
from django.shortcuts import get_object_or_404
from django.utils.datastructures import MultiValueDict

from accounts.decorators import demand
from accounts.models import User
from accounts.rights import Right
from accounts.scope import Scope, scope_of
from crm.base.models import Company
from dealers.models import Dealer


def user_of(request: HttpRequest) -> User:
    """The signed-in user; the middleware has let nobody else through."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def scope(request: HttpRequest) -> Scope:
    return scope_of(user_of(request))


def may(request: HttpRequest, dealer: Dealer) -> Callable[[Right], bool]:
    """Asks what the user may do with this dealer."""
    held = scope(request)
    return lambda right: held.may(right, dealer.territory_id)


def dealer_or_404(request: HttpRequest, pk: int, right: Right | None = None, *, lock: bool = False) -> Dealer:
    """A dealer that the user sees, with its territory and parent. `lock` holds its row until the transaction ends."""
    dealers = Dealer.objects.visible_to(user_of(request)).select_related("territory", "parent")
    if lock:
        dealers = dealers.select_for_update(of=("self",))
    dealer: Dealer = get_object_or_404(dealers, pk=pk)
    if right is not None:
        demand(request, right, dealer.territory_id)
    return dealer


def row_or_404(
    request: HttpRequest, model: Any, pk: int, row: int, right: Right | None = None, *, lock: bool = False
) -> Any:
    """The row `row` of the file of dealer `pk`, if the user sees it, with its dealer and the dealer's territory."""
    rows = model.objects.visible_to(user_of(request)).select_related("dealer__territory", "dealer__parent")
    if lock:
        rows = rows.select_for_update(of=("self",))
    found = get_object_or_404(rows, pk=row, dealer_id=pk)
    if right is not None:
        demand(request, right, found.dealer.territory_id)
    return found


def posted(request: HttpRequest) -> QueryDict | None:
    """What a form is bound to: None, so that it is not, unless something was posted."""
    return request.POST if request.method == "POST" else None


def uploaded(request: HttpRequest) -> MultiValueDict[str, UploadedFile] | None:
    return request.FILES if request.method == "POST" else None


def today() -> dt.date:
    """The company's business date."""
    return Company.get().today()
