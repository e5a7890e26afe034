"""Contact persons and what we talked about."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from crm.base.models import Company
from dealers.actions.refreshing import refresh
from dealers.models import Contact, Dealer, Interaction


@transaction.atomic
def save_contact(*, contact: Contact) -> Contact:
    """Write a contact person. Only one is the first to call: making it this one takes it from the other."""
    Dealer.objects.select_for_update().get(pk=contact.dealer_id)
    others = Contact.objects.filter(dealer_id=contact.dealer_id, is_primary=True, active=True).exclude(pk=contact.pk)
    if not contact.active:
        contact.is_primary = False
    if contact.is_primary:
        others.update(is_primary=False)
    contact.save()
    refresh([contact.dealer_id], searchable=True)
    return contact


@transaction.atomic
def set_contact_active(*, contact_id: int, active: bool) -> Contact:
    """Note that somebody has left, or is back. What was agreed with her stays in the file."""
    contact = Contact.objects.select_for_update().get(pk=contact_id)
    contact.active = active
    return save_contact(contact=contact)


@transaction.atomic
def log_interaction(
    *,
    dealer: Dealer,
    contact: Contact | None,
    channel: str,
    happened_at: dt.datetime,
    summary: str,
    by: User | None,
    next_step: str = "",
    next_step_on: dt.date | None = None,
    two_way: bool = True,
) -> Interaction:
    """Note a call, message or talk; the dealer's last contact moves forward to that day, never back."""
    interaction = Interaction.objects.create(
        dealer=dealer, contact=contact, channel=channel, happened_at=happened_at, summary=summary, next_step=next_step,
        next_step_on=next_step_on, two_way=two_way, by=by,
    )  # fmt: skip
    note_last_contact(dealer_id=dealer.pk, happened_at=happened_at)
    return interaction


def note_last_contact(*, dealer_id: int, happened_at: dt.datetime) -> None:
    """Move `last_contact_on` forward to the business date of a moment."""
    day = timezone.localtime(happened_at, ZoneInfo(Company.get().time_zone)).date()
    Dealer.objects.filter(Q(last_contact_on__isnull=True) | Q(last_contact_on__lt=day), pk=dealer_id).update(
        last_contact_on=day
    )
