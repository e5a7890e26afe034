"""Who visits which dealers: the representative, and the responsible leader, of the dealer's territory or of the nearest
one above it."""

from __future__ import annotations

import datetime as dt

from django.db import connection
from django.db.models import F

from accounts.models import User
from crm.base.lookups import AnyOf
from crm.base.sql import load
from dealers.models import Dealer
from dealers.querysets import DealerQuerySet


def representatives(on: dt.date) -> dict[int, int]:
    """Territory to user, for all territories that somebody works on the day; cover does not change whose they are."""
    with connection.cursor() as cursor:
        load("visits", "due").run(cursor, "representatives", {"on": on})
        return dict(cursor.fetchall())


def leaders(on: dt.date) -> dict[int, int]:
    """Territory to user: the manager or director who is responsible for it on the day, so that every dealer has one
    leader who is asked to visit it. Of two at one territory the manager is."""
    with connection.cursor() as cursor:
        load("visits", "due").run(cursor, "leaders", {"on": on})
        return dict(cursor.fetchall())


def led_by(user: User, on: dt.date) -> DealerQuerySet:
    """The trading dealers for whom this leader is responsible on the day."""
    led = [territory for territory, leader in leaders(on).items() if leader == user.pk]
    return Dealer.objects.filter(AnyOf(F("territory_id"), led)).trading()


def territories_of(user: User, on: dt.date) -> list[int]:
    """The territories whose dealers this person visits on the day."""
    return [territory for territory, worker in representatives(on).items() if worker == user.pk]


def dealers_of(user: User, on: dt.date) -> DealerQuerySet:
    """The dealers of these territories that trade with us, and prospects that have a call cycle of their own."""
    there = Dealer.objects.filter(AnyOf(F("territory_id"), territories_of(user, on)))
    return there.filter(pk__in=there.trading().values("pk")) | there.filter(own_cycle__isnull=False)
