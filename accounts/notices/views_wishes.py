"""How somebody wants to be told, her devices for push, and the link in mails that ends them."""

from __future__ import annotations

import datetime as dt
import json
from itertools import groupby
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import User
from accounts.notices import kinds, outward, push, unsubscribe, wishes
from accounts.notices.choices import MailWhen, PushWhen
from accounts.notices.kinds import Wishes
from accounts.notices.models import NoticeHours, PushDevice
from accounts.requests import SignedIn
from crm.base.asked import number
from crm.base.models import Company


def preferences(request: SignedIn) -> HttpResponse:
    """Which kinds by which channels, and when."""
    user, on = User.objects.get(pk=request.user.pk), Company.get().today()
    mine = wishes.listener(user, on=on)
    concerning = kinds.concerning(mine.roles)
    refused = ""
    if request.method == "POST":
        hours = _hours(request, mine.hours)
        if hours is None:
            refused = _("Write the hours as they stand on a clock, like 20:00.")
        else:
            with transaction.atomic():
                hours.save()
                wishes.say(user, {kind.code: _said(request, kind.code, mine.wants(kind)) for kind in concerning}, on=on)
            messages.success(request, _("It is saved how you are told."))
            return redirect("notices:preferences")
    rows = [(kind, mine.wants(kind)) for kind in concerning]
    context: dict[str, Any] = {
        "groups": [(group, list(each)) for group, each in groupby(rows, key=lambda row: str(row[0].group))],
        "hours": mine.hours, "mails": MailWhen.choices, "pushes": PushWhen.choices, "refused": refused,
        "digest_hours": [(hour, dt.time(hour)) for hour in range(24)], "zone": mine.tz.key,
        "devices": user.push_devices.all(), "push_key": push.public_key(),
    }  # fmt: skip
    return render(request, "notices/preferences.html", context, status=422 if refused else 200)


@require_POST
def add_device(request: SignedIn) -> HttpResponse:
    """This browser lets notices be shown: what it says about itself, as JSON. 422 when that cannot be."""
    try:
        said = json.loads(request.body)
        endpoint, keys = str(said["endpoint"]), said["keys"]
        p256dh, auth = str(keys["p256dh"]), str(keys["auth"])
        push.device_key(p256dh, auth)
        outward.check(endpoint)
    except (ValueError, KeyError, TypeError, push.NoKey, outward.Refused):
        return HttpResponse(_("This browser cannot be told."), status=422)
    if len(endpoint) > 1000 or len(p256dh) > 120 or len(auth) > 40:
        return HttpResponse(_("This browser cannot be told."), status=422)
    user = request.user
    # A browser that another person used before is hers from now on.
    PushDevice.objects.update_or_create(
        endpoint=endpoint,
        defaults={
            "user": user, "p256dh": p256dh, "auth": auth, "name": _device_name(request), "added_at": timezone.now(),
        },
    )  # fmt: skip
    beyond = user.push_devices.order_by("-added_at", "-pk").values_list("pk", flat=True)[push.MOST_DEVICES :]
    user.push_devices.filter(pk__in=list(beyond)).delete()
    return JsonResponse({"devices": user.push_devices.count()}, status=201)


@require_POST
def remove_device(request: SignedIn, pk: int) -> HttpResponse:
    """No more push to one of her own devices."""
    get_object_or_404(PushDevice, pk=pk, user=request.user).delete()
    messages.success(request, _("That device is told no longer."))
    return redirect("notices:preferences")


@csrf_exempt
@login_not_required
@require_http_methods(["GET", "POST"])
def leave(request: HttpRequest, token: str) -> HttpResponse:
    """The link of a mail: GET asks, POST ends the mails, without signing in (RFC 8058)."""
    found = unsubscribe.read(token)
    if found is None:
        return render(request, "notices/unsubscribe.html", {"state": "unknown"}, status=404)
    user, what = found
    kind = kinds.get(what)
    label = kind.label if kind else _("The morning mail")
    if request.method == "POST":
        unsubscribe.end(user, what)
        return render(request, "notices/unsubscribe.html", {"state": "ended", "label": label})
    return render(request, "notices/unsubscribe.html", {"state": "asked", "label": label})


def _said(request: HttpRequest, code: str, before: Wishes) -> Wishes:
    """What the form says of a kind; as before where it says nothing."""
    if f"known.{code}" not in request.POST:
        return before
    mail, wanted = request.POST.get(f"mail.{code}", ""), request.POST.get(f"push.{code}", "")
    return Wishes(
        inbox=f"inbox.{code}" in request.POST,
        mail=MailWhen(mail) if mail in MailWhen.values else before.mail,
        push=PushWhen(wanted) if wanted in PushWhen.values else before.push,
    )


def _hours(request: HttpRequest, hours: NoticeHours) -> NoticeHours | None:
    """What the form says of hours; `None` when it says no time."""
    try:
        hours.quiet_from = dt.time.fromisoformat(request.POST.get("quiet_from", ""))
        hours.quiet_until = dt.time.fromisoformat(request.POST.get("quiet_until", ""))
    except ValueError:
        return None
    if hours.quiet_from.tzinfo or hours.quiet_until.tzinfo:
        return None
    digest_hour = number(request.POST.get("digest_hour"))
    if digest_hour is None or not 0 <= digest_hour <= 23:
        return None
    hours.digest_hour = digest_hour
    hours.digest = request.POST.get("digest") == "1"
    hours.names_on_lock_screen = request.POST.get("names_on_lock_screen") == "1"
    return hours


def _device_name(request: HttpRequest) -> str:
    from ua_parser import parse

    found = parse(request.headers.get("User-Agent", "")[:500])
    parts = [part.family for part in (found.user_agent, found.os) if part]
    return " · ".join(parts)[:120]
