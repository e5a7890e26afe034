"""Sending what is due. Any number of workers may do this at once.

A delivery is marked SENDING, and that is committed, before anything leaves. A worker that is killed between the mark and the
answer leaves it so; after LEASE it becomes UNSURE and is not sent again, since nobody can ask a mail server or a phone
whether it was: a second mail at night does more harm than one that is missed, for the notice stays in the inbox and the
case's own deadline passes it up. Webhooks are sent again: they carry the same id, by which the receiver drops the second.
"""

from __future__ import annotations

import datetime as dt
import logging
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from django.db import connection, transaction
from django.utils import timezone

from accounts.notices.choices import Channel, DeliveryState
from accounts.notices.models import Delivery
from accounts.notices.querysets import DeliveryQuerySet
from accounts.notices.routing import route_some

logger = logging.getLogger(__name__)

# Longer than any one send takes with its time-outs.
LEASE = dt.timedelta(minutes=10)
# A run ends after so many seconds; the sweep goes on.
LONGEST_S = 240.0
# Pauses after a try that failed, in seconds; after the last it has failed for good.
PAUSES_S = (10, 60, 300, 1800, 7200, 18000, 36000, 50400)
# Advisory locks of people whose mail is put together.
_LOCKS = 0x4E4F5449


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a send; `again` asks for another try, `after_s` no sooner than that."""

    state: DeliveryState
    error: str = ""
    again: bool = False
    after_s: int = 0


SENT = Outcome(DeliveryState.SENT)
DROPPED = Outcome(DeliveryState.DROPPED)

# Sends deliveries that were claimed together; an outcome for each, by key.
Sender = Callable[[Sequence[Delivery], dt.datetime], dict[int, Outcome]]


def senders() -> dict[Channel, Sender]:
    from accounts.notices import mails, push, webhooks

    return {
        Channel.PUSH: push.send,
        Channel.MAIL: mails.send_at_once,
        Channel.DIGEST: mails.send_digest,
        Channel.WEBHOOK: webhooks.send,
    }


def run(at: dt.datetime | None = None) -> Counter[str]:
    """Settle new notices and send what is due at the moment (now, when it is None). How many, by channel and state."""
    started, done = time.monotonic(), Counter[str]()
    moment = at or timezone.now()
    while some := route_some(moment):
        done["routed"] += some
    done["released"] = release(moment)
    for channel, send in senders().items():
        while time.monotonic() - started < LONGEST_S:
            moment = at or timezone.now()
            claimed = claim(channel, moment)
            if not claimed:
                break
            for outcome in _send(send, claimed, moment).values():
                done[f"{channel}:{outcome.state}"] += 1
    return done


def _send(send: Sender, claimed: Sequence[Delivery], at: dt.datetime) -> dict[int, Outcome]:
    try:
        outcomes = send(claimed, at)
    except Exception as error:
        # Whatever it was, it may have happened after something had left.
        logger.exception("notice_not_sent", extra={"channel": claimed[0].channel})
        outcomes = {each.pk: Outcome(DeliveryState.UNSURE, type(error).__name__) for each in claimed}
    for delivery in claimed:
        settle(delivery, outcomes.get(delivery.pk, DROPPED), at)
    return outcomes


@transaction.atomic
def claim(channel: Channel, at: dt.datetime) -> list[Delivery]:
    """Mark what is sent next as SENDING: all that is due to one person, as it may become one message; one webhook."""
    due = Delivery.objects.due(at).filter(channel=channel)
    rows: list[Delivery] = []
    if channel != Channel.WEBHOOK:
        for person in _free_people(due):
            if rows := list(due.filter(notice__user=person).select_for_update(skip_locked=True, of=("self",))):
                break
    else:
        rows = list(due.select_for_update(skip_locked=True, of=("self",))[:1])
    pks = [row.pk for row in rows]
    if not pks:
        return []
    Delivery.objects.filter(pk__in=pks).update(state=DeliveryState.SENDING, claimed_at=at)
    marked = Delivery.objects.filter(pk__in=pks).select_related("notice__user", "device", "webhook")
    return list(marked.order_by("-notice__severity", "pk"))


def _free_people(due: DeliveryQuerySet) -> Iterator[int]:
    """Whose mail is due, the longest first, as far as no other worker puts it together; held until the transaction ends.
    Otherwise two workers would each send half a morning mail."""
    for person in dict.fromkeys(due.values_list("notice__user", flat=True)[:500]):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [_LOCKS, person])
            if cursor.fetchone()[0]:
                yield person


def settle(delivery: Delivery, outcome: Outcome, at: dt.datetime) -> None:
    """Write down what came of it. What nobody waits for any more, since the lease had passed, stays as it is."""
    tries = delivery.tries + 1
    changes: dict[str, object] = {"tries": tries, "error": outcome.error[:300]}
    if outcome.again and tries <= len(PAUSES_S):
        pause = max(PAUSES_S[tries - 1], min(outcome.after_s, PAUSES_S[-1]))
        changes |= {"state": DeliveryState.WAITING, "next_at": at + dt.timedelta(seconds=pause), "claimed_at": None}
    else:
        changes |= {"state": outcome.state, "ended_at": at}
    Delivery.objects.filter(pk=delivery.pk, state=DeliveryState.SENDING).update(**changes)


def release(at: dt.datetime) -> int:
    """What a worker that died has left on its way: webhooks wait again, of others nobody knows."""
    left = Delivery.objects.filter(state=DeliveryState.SENDING, claimed_at__lt=at - LEASE)
    again = left.filter(channel=Channel.WEBHOOK).update(state=DeliveryState.WAITING, next_at=at, claimed_at=None)
    lost: int = left.exclude(channel=Channel.WEBHOOK).update(
        state=DeliveryState.UNSURE, ended_at=at, error="the worker died while it was sent"
    )
    if lost:
        logger.warning("notices_perhaps_sent", extra={"count": lost})
    return again + lost
