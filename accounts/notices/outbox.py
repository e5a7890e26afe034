"""Writing down who is told of what, in the transaction of the event. What was rolled back is told to nobody, and what was
committed is told even when the process dies at once after it: the sweep finds it (accounts.notices.tasks)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import connection, transaction
from django.db.models import Q

from accounts.choices import Role
from accounts.models import TerritoryAssignment, User
from accounts.notices.models import Notice, Webhook


@transaction.atomic
def tell(
    *,
    users: Iterable[int],
    kind: str,
    key: str,
    at: dt.datetime,
    subject: str = "",
    about_id: int | None = None,
    severity: int = 0,
    facts: Mapping[str, Any] | None = None,
    programs: bool = True,
) -> None:
    """Tell the users, and programs that asked for this kind, of the event `key`; whoever was told of it already is not."""
    from accounts.notices import kinds

    values = {
        "kind": kind, "key": key, "at": at, "subject": subject, "about_id": about_id, "severity": severity,
        "facts": dict(facts or {}),
    }  # fmt: skip
    told: list[int | None] = list(dict.fromkeys(users))
    found = kinds.get(kind)
    if programs and found is not None and found.for_programs and webhooks_of(kind).exists():
        told.append(None)
    Notice.objects.bulk_create([Notice(user_id=pk, **values) for pk in told], ignore_conflicts=True)
    ask_for_delivery()


def settle(subject: str, ids: Iterable[int], *, at: dt.datetime) -> None:
    """What was told of these is over: nothing more of it is sent, and it counts as unread no longer."""
    Notice.objects.filter(subject=subject, about_id__in=set(ids), over_at__isnull=True).update(over_at=at)


def webhooks_of(kind: str) -> Any:
    """Active webhooks that are told of the kind."""
    return Webhook.objects.filter(Q(kinds=[]) | Q(kinds__contains=[kind]), active=True)


def administrators(on: dt.date) -> list[int]:
    """Whom failures of the program are told to."""
    held = TerritoryAssignment.objects.running(on).filter(role=Role.ADMINISTRATOR, user__is_active=True)
    people = set(held.values_list("user", flat=True))
    return sorted(people or User.objects.active().filter(is_superuser=True).values_list("pk", flat=True))


def ask_for_delivery() -> None:
    """Have a worker deliver once this transaction is committed. Without a broker it stays for the sweep."""
    from accounts.notices import tasks

    # One worker does for all that a transaction tells.
    if not any(entry[1] is tasks.deliver_soon for entry in connection.run_on_commit):
        transaction.on_commit(tasks.deliver_soon, robust=True)
