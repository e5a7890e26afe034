"""Promotions as a list."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from dealers.views.access import user_of
from promotions.models import Promotion

SHOWN = 100


@require_GET
def listed(request: HttpRequest) -> HttpResponse:
    """The promotions of the reader's territories, the latest first."""
    rows = Promotion.objects.visible_to(user_of(request)).select_related("territory", "owner")[:SHOWN]
    return render(request, "promotions/list.html", {"rows": rows})
