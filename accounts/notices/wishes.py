"""How people want to be told: what they said, else what their roles bring."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from accounts.choices import Role
from accounts.models import TerritoryAssignment, User
from accounts.notices import kinds
from accounts.notices.choices import MailWhen, PushWhen
from accounts.notices.kinds import Kind, Wishes
from accounts.notices.models import NoticeHours, NoticeWish
from crm.base.models import Company


@dataclass(frozen=True, slots=True)
class Listener:
    """Somebody who is told, with all that says how."""

    user: User
    roles: frozenset[Role]
    hours: NoticeHours
    said: Mapping[str, Wishes] = field(default_factory=dict)

    def wants(self, kind: Kind) -> Wishes:
        return self.said.get(kind.code) or kinds.usual(kind, self.roles)

    @property
    def tz(self) -> ZoneInfo:
        """Her own zone, else the company's."""
        return zone_of(self.user)


def zone_of(user: User) -> ZoneInfo:
    return ZoneInfo(user.time_zone) if user.time_zone else Company.get().tz


def listeners(users: Iterable[int], *, on: dt.date) -> dict[int, Listener]:
    """By key the active ones among the users; four queries."""
    asked = set(users)
    people = User.objects.active().in_bulk(asked)
    roles: dict[int, set[Role]] = defaultdict(set)
    for user, role in TerritoryAssignment.objects.running(on).filter(user__in=asked).values_list("user", "role"):
        roles[user].add(Role(role))
    hours = NoticeHours.objects.in_bulk(asked)
    said: dict[int, dict[str, Wishes]] = defaultdict(dict)
    for wish in NoticeWish.objects.filter(user__in=asked):
        said[wish.user_id][wish.kind] = Wishes(wish.inbox, MailWhen(wish.mail), PushWhen(wish.push))
    return {
        pk: Listener(user, frozenset(roles[pk]), hours.get(pk) or NoticeHours(user=user), said[pk])
        for pk, user in people.items()
    }


def listener(user: User, *, on: dt.date) -> Listener:
    """Raises KeyError when the account is closed."""
    return listeners([user.pk], on=on)[user.pk]


def say(user: User, wishes: Mapping[str, Wishes], *, on: dt.date) -> None:
    """Keep what differs from what her roles bring; what does not is forgotten, so that it follows them."""
    roles = listener(user, on=on).roles
    rows, usual = [], []
    for code, wish in wishes.items():
        kind = kinds.get(code)
        if kind is None:
            continue
        if wish == kinds.usual(kind, roles):
            usual.append(code)
        else:
            rows.append(NoticeWish(user=user, kind=code, inbox=wish.inbox, mail=wish.mail, push=wish.push))
    NoticeWish.objects.filter(user=user, kind__in=usual).delete()
    NoticeWish.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["user", "kind"], update_fields=["inbox", "mail", "push"]
    )
