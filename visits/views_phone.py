"""The pages for the field: a light shell, its data, and the door through which written visits come in."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.decorators import right_required
from accounts.rights import Right
from crm.base.asked import number
from crm.base.models import Company
from dealers.models import Dealer
from dealers.views.access import today, user_of
from visits import phone_briefs, phone_data, worker
from visits.phone_words import choices, words
from visits.sync import outbox as messages
from visits.sync import photos
from visits.sync.refusals import Refused

# A message is text: a long visit has some ten kilobytes.
MOST_BYTES = 512 * 1024


@require_GET
@right_required(Right.LOG_VISITS)
def shell(request: HttpRequest) -> HttpResponse:
    """The page that the worker keeps: no figures in it, only whose phone it is and in which language."""
    user = user_of(request)
    answer = render(
        request,
        "visits/phone/shell.html",
        {
            "company": Company.get(),
            "phone": {
                "user": user.pk,
                "name": user.name,
                "language": request.LANGUAGE_CODE,
                "words": words(),
                "choices": choices(),
                "urls": {name: reverse(f"phone:{name}") for name in ("shell", "data", "dealers", "briefs", "outbox", "photo", "ping", "leave", "worker")}
                | {"sign_in": f"{reverse('account_login')}?next={reverse('phone:shell')}", "icons": static("vendor/icons.svg")},
            },
        },
    )  # fmt: skip
    # On a first visit the data come along with style and script; the worker leaves this away from the page that it keeps.
    answer.headers["Link"] = f"<{reverse('phone:data')}>; rel=preload; as=fetch; crossorigin"
    return answer


@require_GET
@right_required(Right.LOG_VISITS)
def data(request: HttpRequest) -> HttpResponse:
    """Four days and what belongs to them; 304 when nothing has changed."""
    return _unless_known(request, phone_data.of_days(user_of(request), on=today()))


@require_GET
@right_required(Right.LOG_VISITS)
def dealers(request: HttpRequest) -> HttpResponse:
    """The user's dealers for the search on the phone."""
    return _unless_known(request, {"dealers": phone_data.dealers_of(user_of(request))})


@require_GET
@right_required(Right.LOG_VISITS)
def briefs(request: HttpRequest) -> HttpResponse:
    """What to know of dealers who are no stop of these days; of a single one (`dealer`) in full, 404 for another's."""
    user, on = user_of(request), today()
    wanted = request.GET.get("dealer")
    if wanted is None:
        return _unless_known(request, {"user": user.pk, "briefs": phone_briefs.of_patch(user, on=on)})
    visible = Dealer.objects.visible_to(user, rights=(Right.LOG_VISITS,))
    dealer = get_object_or_404(visible, pk=number(wanted))
    return _unless_known(request, {"user": user.pk, "briefs": phone_briefs.of_one(user, dealer, on=on)})


def _unless_known(request: HttpRequest, found: dict[str, Any]) -> HttpResponse:
    body = json.dumps(found, ensure_ascii=False, separators=(",", ":")).encode()
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    # A proxy that compresses marks the tag as weak.
    if request.headers.get("If-None-Match", "").removeprefix("W/") == etag:
        answer = HttpResponse(status=304)
    else:
        answer = HttpResponse(body, content_type="application/json")
    answer.headers["ETag"] = etag
    return answer


@require_GET
@right_required(Right.LOG_VISITS)
def ping(request: HttpRequest) -> HttpResponse:
    """Whether the server answers, who is signed in, and the token with which messages are sent."""
    return JsonResponse({"user": user_of(request).pk, "csrf": get_token(request)})


@require_POST
@right_required(Right.LOG_VISITS)
def outbox(request: HttpRequest) -> HttpResponse:
    """One message. What is refused says why, in words and for the program; the phone keeps it."""
    if int(request.headers.get("Content-Length") or 0) > MOST_BYTES:
        return JsonResponse({"code": "invalid", "text": _("The message is too long.")}, status=413)
    try:
        return JsonResponse(messages.receive(user=user_of(request), body=request.body, at=timezone.now()))
    except Refused as refused:
        return JsonResponse(refused.answer(), status=refused.status)


@require_POST
@right_required(Right.LOG_VISITS)
def photo(request: HttpRequest) -> HttpResponse:
    """One photograph with what belongs to it."""
    said = {
        name: request.POST.get(name, "")
        for name in ("key", "visit", "expense", "caption", "section", "taken_at", "user")
    }
    try:
        return JsonResponse(
            photos.receive(user=user_of(request), data=said, file=request.FILES.get("file"), at=timezone.now())
        )
    except Refused as refused:
        return JsonResponse(refused.answer(), status=refused.status)


@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Sign out and clear the device; `keep` leaves the storage alone, where somebody else's messages wait in it."""
    logout(request)
    answer = redirect("account_login")
    answer.headers["Clear-Site-Data"] = '"cache"' if request.POST.get("keep") else '"cache", "storage"'
    return answer


@require_GET
@login_not_required
def worker_script(request: HttpRequest) -> HttpResponse:
    """Lies below /m/, because a worker reaches no further than its own address."""
    answer = HttpResponse(worker.script(), content_type="text/javascript; charset=utf-8")
    answer.headers["Cache-Control"] = "no-cache"
    return answer


@require_GET
@login_not_required
def manifest(request: HttpRequest) -> HttpResponse:
    """What makes the pages installable."""
    name = Company.get().name or _("Dealer CRM")
    answer = JsonResponse(
        {
            "id": reverse("phone:shell"),
            "name": _("%(company)s visits") % {"company": name},
            "short_name": _("Visits"),
            "start_url": reverse("phone:shell"),
            "scope": reverse("phone:shell"),
            "display": "standalone",
            "orientation": "portrait",
            "background_color": "#f7f8fa",
            "theme_color": "#3b5bcc",
            "icons": [
                {"src": static("img/phone-icon.svg"), "sizes": "any", "type": "image/svg+xml"},
                {"src": static("vendor/phone-192.png"), "sizes": "192x192", "type": "image/png"},
                {"src": static("vendor/phone-512.png"), "sizes": "512x512", "type": "image/png"},
                {"src": static("vendor/phone-512.png"), "sizes": "512x512", "type": "image/png", "purpose": "maskable"},
            ],
        },
        content_type="application/manifest+json",
    )
    answer.headers["Cache-Control"] = "no-cache"
    return answer
