"""Administrators of the whole company register other programs, and see what they were told."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.notices import kinds as registry
from accounts.notices import outbox, outward, sealed, webhooks
from accounts.notices.choices import Channel, DeliveryState
from accounts.notices.models import Delivery, Webhook
from accounts.requests import SignedIn
from accounts.rights import Right
from accounts.scope import scope_of

LOGGED = 50


def administers(user: Any) -> bool:
    """Whether the user may tell other programs of what happens in the whole company."""
    scope = scope_of(user)
    return scope.may(Right.MANAGE_WEBHOOKS) and scope.where(Right.MANAGE_WEBHOOKS).everything


def _administrators_only(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    @wraps(view)
    def guarded(request: SignedIn, *args: Any, **kwargs: Any) -> HttpResponse:
        if not administers(request.user):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


@_administrators_only
@require_GET
def listed(request: SignedIn) -> HttpResponse:
    return render(request, "notices/webhooks.html", {"webhooks": Webhook.objects.all()})


@_administrators_only
def create(request: SignedIn) -> HttpResponse:
    """A new one; its secret is shown once, on the page that follows."""
    webhook = Webhook(added_by=request.user)
    if request.method == "POST":
        refused = _fill(webhook, request)
        if not refused:
            secret = webhooks.new_secret()
            webhook.secret = sealed.seal(secret)
            webhook.save()
            return render(request, "notices/webhook_secret.html", {"webhook": webhook, "secret": secret})
        return _form(request, webhook, refused)
    return _form(request, webhook)


@_administrators_only
def edit(request: SignedIn, pk: int) -> HttpResponse:
    """Change it, and switch it off and on."""
    webhook = get_object_or_404(Webhook, pk=pk)
    if request.method == "POST":
        was_active = webhook.active
        refused = _fill(webhook, request)
        if refused:
            return _form(request, webhook, refused)
        webhook.active = request.POST.get("active") == "1"
        if webhook.active and not was_active:
            webhook.failures, webhook.disabled_at = 0, None
        webhook.save()
        messages.success(request, _("The webhook is saved."))
        return redirect("notices:webhook", pk=pk)
    return _form(request, webhook)


@_administrators_only
@require_POST
def renew_secret(request: SignedIn, pk: int) -> HttpResponse:
    """Another secret from now on; shown once."""
    webhook = get_object_or_404(Webhook, pk=pk)
    secret = webhooks.new_secret()
    Webhook.objects.filter(pk=pk).update(secret=sealed.seal(secret))
    return render(request, "notices/webhook_secret.html", {"webhook": webhook, "secret": secret})


@_administrators_only
@require_POST
def remove(request: SignedIn, pk: int) -> HttpResponse:
    """It is told nothing any more, and its log is gone."""
    get_object_or_404(Webhook, pk=pk).delete()
    messages.success(request, _("The webhook is removed."))
    return redirect("notices:webhooks")


@_administrators_only
@require_GET
def shown(request: SignedIn, pk: int) -> HttpResponse:
    """The webhook and its latest deliveries."""
    webhook = get_object_or_404(Webhook, pk=pk)
    log = [
        (delivery, _label(delivery.notice.kind))
        for delivery in webhook.deliveries.select_related("notice").order_by("-pk")[:LOGGED]
    ]
    labels = [_label(code) for code in webhook.kinds]
    return render(request, "notices/webhook.html", {"webhook": webhook, "log": log, "labels": labels})


@_administrators_only
@require_POST
@transaction.atomic
def send_again(request: SignedIn, pk: int) -> HttpResponse:
    """Send one of its deliveries once more, with the same id."""
    rows = Delivery.objects.select_for_update(of=("self",)).filter(channel=Channel.WEBHOOK)
    delivery = get_object_or_404(rows, pk=pk)
    if delivery.state not in (DeliveryState.WAITING, DeliveryState.SENDING):
        delivery.state, delivery.ended_at, delivery.claimed_at = DeliveryState.WAITING, None, None
        delivery.tries, delivery.next_at = 0, timezone.now()
        delivery.save()
        outbox.ask_for_delivery()
    messages.success(request, _("It is sent again."))
    return redirect("notices:webhook", pk=delivery.webhook_id)


def _fill(webhook: Webhook, request: SignedIn) -> str:
    """Take what was typed; why it cannot be, empty when it can."""
    webhook.name, webhook.url = request.POST.get("name", "").strip()[:80], request.POST.get("url", "").strip()
    known = {kind.code for kind in registry.registered() if kind.for_programs}
    webhook.kinds = [code for code in request.POST.getlist("kind") if code in known]
    if not webhook.name:
        return _("Give it a name.")
    if len(webhook.url) > 500:
        return _("The address is too long.")
    try:
        outward.check(webhook.url)
    except outward.Refused:
        return _("The address must begin with https:// and be reachable from the internet.")
    return ""


def _form(request: SignedIn, webhook: Webhook, refused: str = "") -> HttpResponse:
    context = {
        "webhook": webhook, "refused": refused, "kinds": [kind for kind in registry.registered() if kind.for_programs],
    }  # fmt: skip
    return render(request, "notices/webhook_form.html", context, status=422 if refused else 200)


def _label(code: str) -> str:
    kind = registry.get(code)
    return str(kind.label) if kind else code
