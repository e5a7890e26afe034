"""Calendar feeds: made and revoked by their owner, read by calendar programs without a sign-in."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.rights import Right
from accounts.scope import scope_of
from crm.base.models import Company
from dealers.views.access import user_of
from visits.feeds import TooOften, calendar_of, find, make
from visits.forms import FeedForm
from visits.models import CalendarFeed

# Nobody needs more programs than this.
MOST = 10


@require_http_methods(["GET", "POST"])
def feeds(request: HttpRequest) -> HttpResponse:
    """One's own feeds, and a new one: its address is shown this once."""
    user = user_of(request)
    if not scope_of(user).may(Right.LOG_VISITS) and not scope_of(user).may(Right.VIEW_TEAM):
        raise PermissionDenied
    form = FeedForm(request.POST if request.method == "POST" else None)
    address = ""
    if request.method == "POST" and form.is_valid():
        if CalendarFeed.objects.filter(user=user).count() >= MOST:
            messages.error(request, _("Ten calendars are in use. Revoke one of them first."))
            return redirect("visits:feeds")
        token = make(user=user, label=form.cleaned_data["label"], at=timezone.now())
        path = reverse("visits:feed", args=[token])
        address = f"{settings.SITE_URL}{path}" if settings.SITE_URL else request.build_absolute_uri(path)
    answer = render(
        request,
        "visits/feeds.html",
        {
            "form": form, "address": address, "webcal": f"webcal://{address.partition('://')[2]}" if address else "",
            "feeds": CalendarFeed.objects.filter(user=user),
        },
    )  # fmt: skip
    answer.headers["Cache-Control"] = "no-store"
    return answer


@require_POST
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """The address works no longer."""
    feed = get_object_or_404(CalendarFeed, pk=pk, user=user_of(request))
    feed.delete()
    messages.success(request, _("The address works no longer."))
    return redirect("visits:feeds")


@require_GET
@login_not_required
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """What a calendar program reads; 404 for a token that is not, or no longer, one."""
    now = timezone.now()
    try:
        found = find(token, asker=request.META.get("REMOTE_ADDR", ""), at=now)
    except TooOften:
        answer = HttpResponse(status=429, content_type="text/plain")
        answer.headers["Retry-After"] = "60"
        return answer
    if found is None:
        raise Http404
    body = calendar_of(found.user, today=Company.get().today(), at=now)
    answer = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    answer.headers["Cache-Control"] = "private, no-store"
    answer.headers["X-Robots-Tag"] = "noindex, nofollow"
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer
