"""Telling other programs: signed as Standard Webhooks (standardwebhooks.com) says, tried again for about a day and a half.

A webhook that fails too often in a row is switched off, and administrators are told.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
import json
import secrets
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from accounts.choices import Role
from accounts.notices import kinds, outbox, outward, sealed
from accounts.notices.choices import URGENT, DeliveryState, MailWhen, PushWhen
from accounts.notices.delivering import DROPPED, SENT, Outcome
from accounts.notices.kinds import Kind, Wishes, Words
from accounts.notices.models import Delivery, Notice, Webhook
from crm.base.models import Company

PREFIX = "whsec_"
# Tries in a row, of whatever events, after which it is switched off.
MOST_FAILURES = 30
DISABLED = "webhooks.disabled"


def new_secret() -> str:
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode("ascii")


def signature(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    """`v1,` and the base64 of the HMAC-SHA256 over id, time and body."""
    key = base64.b64decode(secret.removeprefix(PREFIX))
    signed = f"{message_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode("ascii")


def send(claimed: Sequence[Delivery], at: dt.datetime) -> dict[int, Outcome]:
    return {delivery.pk: _send(delivery, at) for delivery in claimed}


def _send(delivery: Delivery, at: dt.datetime) -> Outcome:
    webhook = delivery.webhook
    if webhook is None or not webhook.active:
        return DROPPED
    body = content(delivery.notice)
    if body is None:
        return DROPPED
    try:
        answer = outward.post(webhook.url, body, headers(webhook, delivery.notice, body, at))
    except (outward.Refused, sealed.SecretLost) as error:
        outcome = Outcome(DeliveryState.FAILED, str(error) or "the secret cannot be read any more")
    except (outward.Unreached, outward.Broken) as error:
        outcome = Outcome(DeliveryState.FAILED, str(error), again=True)
    else:
        if answer.is_fine:
            Webhook.objects.filter(pk=webhook.pk).update(failures=0)
            return SENT
        wait = int(answer.retry_after) if answer.retry_after.isdecimal() else 0
        outcome = Outcome(
            DeliveryState.FAILED, f"{answer.status} {answer.text[:200]}", again=answer.status != 410, after_s=wait
        )
        if answer.status == 410:
            disable(webhook, at, outcome.error)
            return outcome
    _count(webhook, at, outcome.error)
    return outcome


def content(notice: Notice) -> bytes | None:
    """What is posted; `None` when what it is about is gone."""
    subject = kinds.subject_of(notice.subject)
    data: dict[str, Any] = {"severity": notice.severity}
    if subject is not None:
        about = subject.load(subject.all_rows().filter(pk=notice.about_id)).first()
        if about is None:
            return None
        data |= subject.data(about) | {"url": settings.SITE_URL + subject.url(about.pk, "")}
    message = {"type": notice.kind, "timestamp": notice.at.isoformat(), "data": data}
    return json.dumps(message, ensure_ascii=False, default=str).encode()


def headers(webhook: Webhook, notice: Notice, body: bytes, at: dt.datetime) -> dict[str, str]:
    """The id is the event's own: the same for every try. Raises SecretLost."""
    message_id, timestamp = f"msg_{webhook.pk}_{notice.pk}", int(at.timestamp())
    return {
        "Content-Type": "application/json",
        "User-Agent": "Dealer-CRM",
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signature(sealed.unseal(webhook.secret), message_id, timestamp, body),
    }


def _count(webhook: Webhook, at: dt.datetime, error: str) -> None:
    Webhook.objects.filter(pk=webhook.pk).update(failures=F("failures") + 1)
    webhook.refresh_from_db(fields=["failures", "active"])
    if webhook.active and webhook.failures >= MOST_FAILURES:
        disable(webhook, at, error)


@transaction.atomic
def disable(webhook: Webhook, at: dt.datetime, error: str) -> None:
    """Switch it off and tell administrators, once."""
    changed = Webhook.objects.filter(pk=webhook.pk, active=True).update(active=False, disabled_at=at)
    if changed:
        outbox.tell(
            users=outbox.administrators(at.astimezone(Company.get().tz).date()), kind=DISABLED,
            key=f"webhook:{webhook.pk}:{at.isoformat()}", at=at, severity=URGENT - 1,
            facts={"name": webhook.name, "error": error[:200]}, programs=False,
        )  # fmt: skip


def _write(notice: Notice, about: object) -> Words:
    from django.utils.translation import gettext

    title = gettext("The webhook “%(name)s” was switched off") % {"name": notice.facts.get("name", "")}
    text = gettext("It did not answer as it should, many times in a row. Last error: %(error)s") % {
        "error": notice.facts.get("error", "")
    }
    return Words(title, text, gettext("A webhook was switched off"))


def _page() -> str:
    from django.urls import reverse

    return reverse("notices:webhooks")


def register() -> None:
    kinds.register(
        Kind(
            DISABLED, _("A webhook was switched off"), _("The program itself"), "", _write,
            usual=Wishes(True, MailWhen.ALWAYS, PushWhen.NEVER), url=_page, only=frozenset({Role.ADMINISTRATOR}), for_programs=False,
        )
    )  # fmt: skip
