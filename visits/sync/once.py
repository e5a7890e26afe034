"""Each message once: the same key with the same body is answered again, and carried out a single time."""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from visits.models import Submission
from visits.sync.refusals import KeyUsed, NotYours

# A visit is refused after 90 days (visits.sync.visit.OLDEST); until well after that a message must be known again.
KEPT = dt.timedelta(days=120)


def forget_before(on: dt.date) -> int:
    """Delete the messages that are older than KEPT on the day; how many."""
    before = dt.datetime.combine(on - KEPT, dt.time.min, dt.UTC)
    return Submission.objects.filter(received_at__lt=before).delete()[0]


def digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


@transaction.atomic
def once(
    *,
    user: User,
    key: uuid.UUID,
    kind: str,
    body_digest: str,
    happened_at: dt.datetime,
    at: dt.datetime,
    do: Callable[[], dict[str, Any]],
) -> dict[str, Any]:
    """Carry `do` out and keep its answer, or give the answer that was kept.

    Raises KeyUsed for another body, NotYours for somebody else's key, and whatever `do` raises; then nothing is kept. Two
    at the same moment: the second waits at the key for the first to commit.
    """
    submission, is_new = Submission.objects.get_or_create(
        key=key,
        defaults={
            "user": user, "kind": kind, "digest": body_digest, "happened_at": happened_at, "received_at": at, "answer": {},
        },
    )  # fmt: skip
    if is_new:
        submission.answer = do()
        submission.save(update_fields=["answer"])
    elif submission.user_id != user.pk:
        raise NotYours(_("Somebody else sent a message under this key."))
    elif (submission.digest, submission.kind) != (body_digest, kind):
        raise KeyUsed(_("This was sent before with other contents."))
    return submission.answer
