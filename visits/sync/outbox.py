"""Messages of a phone's outbox: who may send which, and what carries each out."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any, Protocol

from django.utils.translation import gettext as _

from accounts.models import User
from visits.sync import day, expense, visit
from visits.sync.once import digest, once
from visits.sync.reading import Reader
from visits.sync.refusals import Invalid, NotYours


class Action(Protocol):
    def __call__(self, *, user: User, data: object, at: dt.datetime) -> dict[str, Any]: ...


KINDS: dict[str, Action] = {
    "visit": visit.apply,
    "day": day.apply_day,
    "task": day.apply_task,
    "consent": day.apply_consent,
    "expense": expense.apply_expense,
}


def receive(*, user: User, body: bytes, at: dt.datetime) -> dict[str, Any]:
    """Carry out one message; its answer. Raises a Refused.

    `{"key": uuid, "user": id, "kind": "visit", "happened_at": moment, "data": {...}}`. `user` is who wrote it: a phone on
    which somebody else has signed in since must not send it in her name.
    """
    try:
        reader = Reader(json.loads(body))
    except (ValueError, RecursionError) as error:
        raise Invalid(_("This is no message.")) from error
    key, kind = reader.key("key"), reader.text("kind", 20, need=True)
    happened_at = reader.moment("happened_at", need=True)
    writer = reader.whole("user", 1, 2**62, need=True)
    if kind and kind not in KINDS:
        reader.fault("kind", _("There is no such choice."))
    reader.done()
    if writer != user.pk:
        raise NotYours(_("Somebody else wrote this. It waits until she signs in."), code="other_user")
    return once(
        user=user, key=key, kind=kind, body_digest=digest(body), happened_at=happened_at or at, at=at,
        do=lambda: KINDS[kind](user=user, data=reader.data.get("data"), at=at),
    )  # fmt: skip
