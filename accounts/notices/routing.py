"""Settling how each new notice leaves: by which channels, and when."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db import transaction

from accounts.models import User
from accounts.notices import absence, kinds, quiet
from accounts.notices.absence import Absence
from accounts.notices.choices import URGENT, Channel, MailWhen, PushWhen
from accounts.notices.models import Delivery, Notice, PushDevice, Webhook
from accounts.notices.outbox import webhooks_of
from accounts.notices.wishes import Listener, listeners
from crm.base.models import Company

BATCH = 500


@dataclass(frozen=True, slots=True)
class Way:
    channel: Channel
    at: dt.datetime


@transaction.atomic
def route_some(at: dt.datetime) -> int:
    """Settle the oldest notices that nobody else is settling just now; how many, 0 when all are."""
    some = list(
        Notice.objects.select_for_update(skip_locked=True, of=("self",)).filter(routed_at=None).order_by("pk")[:BATCH]
    )
    if not some:
        return 0
    on = at.astimezone(Company.get().tz).date()
    people = listeners({notice.user_id for notice in some if notice.user_id}, on=on)
    devices: dict[int, list[PushDevice]] = defaultdict(list)
    for device in PushDevice.objects.filter(user__in=people):
        devices[device.user_id].append(device)
    programs: dict[str, list[Webhook]] = {}
    gone = absence.away(people, on=on)
    deliveries: list[Delivery] = []
    for notice in some:
        notice.routed_at = at
        kind = kinds.get(notice.kind)
        if kind is None or (notice.over_at is not None and not kind.ends):
            continue
        if notice.user_id is None:
            if notice.kind not in programs:
                programs[notice.kind] = list(webhooks_of(notice.kind))
            deliveries += [
                Delivery(notice=notice, channel=Channel.WEBHOOK, webhook=each, next_at=at)
                for each in programs[notice.kind]
            ]
        elif notice.user_id in people:
            listener = people[notice.user_id]
            wishes = listener.wants(kind)
            notice.in_inbox = wishes.inbox
            for way in ways(notice.severity, wishes, listener, gone.get(notice.user_id), at):
                deliveries += _deliveries(notice, way, listener.user, devices[notice.user_id])
    Notice.objects.bulk_update(some, ["routed_at", "in_inbox"], batch_size=BATCH)
    Delivery.objects.bulk_create(deliveries, ignore_conflicts=True)
    _tell_stand_ins([notice for notice in some if notice.user_id in gone and not notice.over_at], gone)
    return len(some)


def ways(
    severity: int, wishes: kinds.Wishes, listener: Listener, absent: Absence | None, at: dt.datetime
) -> Iterator[Way]:
    """By which channels a notice leaves and when. Only red ones disturb at night, and those who are away: in their place,
    where somebody stands in, that one."""
    red, hours, tz = severity >= URGENT, listener.hours, listener.tz
    disturbs = red and not (absent and absent.stand_ins)
    at_once = wishes.mail == MailWhen.ALWAYS or (wishes.mail == MailWhen.RED and red)
    awake = at if disturbs else quiet.after_quiet(at, hours.quiet_from, hours.quiet_until, tz)
    if at_once and (disturbs or not absent):
        yield Way(Channel.MAIL, awake)
    elif wishes.mail != MailWhen.NEVER and (hours.digest or at_once):
        back_on = absent.back_on if absent else None
        yield Way(Channel.DIGEST, quiet.next_digest(at, hours.digest_hour, tz, not_before=back_on))
    wanted = wishes.push == PushWhen.ALWAYS or (wishes.push == PushWhen.RED and red)
    if wanted and (disturbs or not absent):
        yield Way(Channel.PUSH, awake)


def _deliveries(notice: Notice, way: Way, user: User, devices: list[PushDevice]) -> list[Delivery]:
    if way.channel == Channel.PUSH:
        return [Delivery(notice=notice, channel=way.channel, device=each, next_at=way.at) for each in devices]
    if not user.email:
        return []
    return [Delivery(notice=notice, channel=way.channel, next_at=way.at)]


def _tell_stand_ins(notices: Iterable[Notice], gone: dict[int, Absence]) -> None:
    """Who covers is told too, where she sees what it is about; never somebody who covers for the one who covers."""
    copies: dict[int, list[Notice]] = defaultdict(list)
    names: dict[int, str] = {}
    for notice in notices:
        if notice.user_id is None or "for" in notice.facts:
            continue
        for stand_in in gone[notice.user_id].stand_ins:
            if not names.get(notice.user_id):
                names[notice.user_id] = str(notice.user)
            copies[stand_in].append(
                Notice(
                    user_id=stand_in, kind=notice.kind, subject=notice.subject, about_id=notice.about_id,
                    severity=notice.severity, facts=notice.facts | {"for": names[notice.user_id]}, key=notice.key,
                    at=notice.at,
                )
            )  # fmt: skip
    Notice.objects.bulk_create([each for rows in copies.values() for each in rows], ignore_conflicts=True)
