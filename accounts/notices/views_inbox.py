"""The inbox: what somebody was told, and the bell that counts what she has not read."""

from __future__ import annotations

import datetime as dt
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import quote_etag
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from accounts.models import User
from accounts.notices.models import Notice
from accounts.notices.shown import shown
from accounts.redirects import back_to
from accounts.requests import SignedIn
from crm.base.asked import number

PAGE = 50
# The bell says 99+ beyond.
MOST_COUNTED = 99
ALL, UNREAD = "all", "unread"


@require_GET
def inbox(request: SignedIn) -> HttpResponse:
    """What she was told, the latest first."""
    user = User.objects.get(pk=request.user.pk)
    which = ALL if request.GET.get("show") == ALL else UNREAD
    rows = Notice.objects.in_inbox(user)
    if which == UNREAD:
        rows = rows.unread()
    place = _place(request.GET.get("after", ""))
    if place is not None:
        at, pk = place
        rows = rows.filter(Q(at__lt=at) | Q(at=at, pk__lt=pk))
    found = list(rows[: PAGE + 1])
    more = len(found) > PAGE
    context: dict[str, Any] = {
        "which": which, "rows": shown(found[:PAGE], user), "unread": unread_count(user), "most": MOST_COUNTED,
        "next_url": f"?{urlencode({'show': which, 'after': _after(found[PAGE - 1])})}" if more else "",
        "first_url": f"?{urlencode({'show': which})}" if place else "", "latest": found[0].pk if found else 0,
    }  # fmt: skip
    return render(request, "notices/inbox.html", context)


@require_GET
def count(request: SignedIn) -> HttpResponse:
    """How many are unread, for the bell: 304 when that is what the browser knows."""
    unread = unread_count(request.user)
    text = f"{MOST_COUNTED}+" if unread > MOST_COUNTED else str(unread)
    label = ngettext("Inbox, %(count)s unread notice", "Inbox, %(count)s unread notices", unread) % {"count": text}
    etag = quote_etag(f"{request.user.pk}-{text}-{request.LANGUAGE_CODE}")
    if request.headers.get("If-None-Match") == etag:
        response = HttpResponse(status=304)
    else:
        response = JsonResponse({"unread": unread, "text": text, "label": label if unread else _("Inbox")})
    response.headers["ETag"] = etag
    return response


@require_GET
def open_notice(request: SignedIn, pk: int) -> HttpResponse:
    """To the page that a notice is about, with the step `do` ready there; read by that."""
    notice = _mine(request, pk)
    found = shown([notice], request.user)
    if not found:
        raise Http404
    _read([notice], timezone.now())
    do = request.GET.get("do", "")
    allowed = {step.do for step in found[0].steps(request.user)}
    return redirect(found[0].target(do if do in allowed else ""))


@require_POST
def read(request: SignedIn, pk: int) -> HttpResponse:
    """Mark one read, or with `unread=1` unread again."""
    notice = _mine(request, pk)
    if request.POST.get("unread") == "1":
        Notice.objects.filter(pk=notice.pk).update(read_at=None)
    else:
        _read([notice], timezone.now())
    return back_to(request, reverse("notices:inbox"))


@require_POST
def read_all(request: SignedIn) -> HttpResponse:
    """Mark read what was there when the page was drawn: nothing that came since."""
    until = number(request.POST.get("until")) or 0
    rows = Notice.objects.in_inbox(request.user).unread().filter(pk__lte=until)
    Notice.objects.filter(pk__in=list(rows.values_list("pk", flat=True))).update(read_at=timezone.now())
    return back_to(request, reverse("notices:inbox"))


def unread_count(user: User) -> int:
    """At most one more than MOST_COUNTED."""
    found: int = Notice.objects.visible_to(user).unread().order_by()[: MOST_COUNTED + 1].count()
    return found


def _mine(request: HttpRequest, pk: int) -> Notice:
    notice: Notice = get_object_or_404(Notice.objects.visible_to(request.user), pk=pk)  # type: ignore[arg-type]
    return notice


def _read(notices: list[Notice], at: dt.datetime) -> None:
    pks = [notice.pk for notice in notices if notice.read_at is None]
    if pks:
        Notice.objects.filter(pk__in=pks).update(read_at=at)


def _after(last: Notice) -> str:
    return f"{last.at.isoformat()}~{last.pk}"


def _place(text: str) -> tuple[dt.datetime, int] | None:
    """Where the page before ended; `None` for nonsense."""
    moment, _tilde, pk = text.partition("~")
    try:
        at = dt.datetime.fromisoformat(moment)
        return (at, int(pk)) if at.tzinfo else None
    except ValueError:
        return None
