"""Making a dealer's file, putting it into the bin and taking it out again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import connection, transaction

from accounts.models import User
from dealers.actions.refreshing import refresh
from dealers.choices import DecisionRole
from dealers.models import Contact, Dealer, StatusChange

# Numbers given to dealers that have none in the ERP yet.
_OWN_CODE = "N-{:06d}"


# A second press of the same button comes within so long.
_SAME_PRESS = dt.timedelta(seconds=60)


def one_at_a_time(user: User) -> None:
    """Let the same person's other requests that begin a file wait until this transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('dealers.new'), %s::int)", [user.pk])


def just_created(values: Mapping[str, Any], *, at: dt.datetime) -> Dealer | None:
    """The dealer that a first press of the same button made a moment ago; `None` when there was none."""
    same = {key: values[key] for key in ("name", "territory", "kind", "phone", "address") if key in values}
    return Dealer.objects.filter(created_at__gt=at - _SAME_PRESS, **same).order_by("pk").first()


@transaction.atomic
def create_dealer(*, values: Mapping[str, Any], contact_name: str, by: User, at: dt.datetime) -> Dealer:
    """Begin a file. Without a code it gets a number of ours; the first person to call becomes its first contact."""
    values = dict(values)
    values["code"] = values.get("code") or _next_code()
    dealer = Dealer.objects.create(**values)
    StatusChange.objects.create(dealer=dealer, to_status=dealer.status, reason="", changed_at=at, changed_by=by)
    if contact_name:
        Contact.objects.create(
            dealer=dealer, name=contact_name, phone=dealer.phone, role=DecisionRole.OWNER, is_primary=True
        )
    refresh([dealer.pk], searchable=True)
    return dealer


def _next_code() -> str:
    """A code that no dealer has, in the bin or out of it. Serialised: two at a time get two numbers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('dealers.own_code'))")
        cursor.execute(
            "SELECT COALESCE(max(substr(code, 3)::bigint), 0) + 1 FROM dealers_dealer WHERE code ~ '^N-[0-9]{6,15}$'"
        )
        (number,) = cursor.fetchone()
    return _OWN_CODE.format(number)


@transaction.atomic
def bin_dealer(*, dealer_id: int, by: User, at: dt.datetime) -> Dealer:
    """Put a file into the bin: it is in no list, search or figure any more, and nothing of it is lost.

    What hangs below it stays where it is. A file that is there already stays as it is.
    """
    dealer = Dealer.with_bin.select_for_update().get(pk=dealer_id)
    if dealer.deleted_at is None:
        dealer.deleted_at, dealer.deleted_by = at, by
        dealer.save(update_fields=["deleted_at", "deleted_by"])
    return dealer


@transaction.atomic
def restore_dealer(*, dealer_id: int) -> Dealer:
    """Take a file out of the bin, whole."""
    dealer = Dealer.with_bin.select_for_update().get(pk=dealer_id)
    if dealer.deleted_at is not None:
        dealer.deleted_at = dealer.deleted_by = None
        dealer.save(update_fields=["deleted_at", "deleted_by"])
        refresh([dealer.pk], searchable=True)
    return dealer
