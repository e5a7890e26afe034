"""The steps of a support request. Each locks it first; who asked never decides."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from promotions.models import SupportBooking, SupportRequest, SupportResource
from promotions.support.choices import SupportState
from promotions.support.commitments import paid_by
from promotions.support.queue import before


class SupportRefused(Exception):
    """Why a step is not taken, as a sentence for the person who asked."""


@transaction.atomic
def grant(
    *, request: SupportRequest, resource: SupportResource, by: User, jumped_because: str, at: dt.datetime, on: dt.date
) -> None:
    """Book the person or the vehicle. Raises SupportRefused when it was decided meanwhile, when one's own request is meant,
    when the resource is not of the kind or booked, and when others need it more and nothing says why this comes first."""
    request = _waiting(request, by)
    fits = resource.active and resource.kind == request.kind
    if not fits or (request.staff_kind and resource.staff_kind != request.staff_kind):
        raise SupportRefused(_("%(name)s is not what was asked for.") % {"name": resource})
    ahead = len(before(request, on=on))
    if ahead and not jumped_because:
        raise SupportRefused(
            ngettext(
                "%(count)s dealer needs it more. Say why this one comes first.",
                "%(count)s dealers need it more. Say why this one comes first.",
                ahead,
            )
            % {"count": ahead}
        )
    try:
        with transaction.atomic():
            SupportBooking.objects.create(
                request=request, resource=resource, period=DateRange(request.starts_on, request.ends_on)
            )
    except IntegrityError:
        raise SupportRefused(_("%(name)s is booked in this time already.") % {"name": resource}) from None
    request.jumped_because = jumped_because if ahead else ""
    request.paid_before = paid_by(request.dealer_id)
    request.save(update_fields=["paid_before"])
    _decide(request, SupportState.GRANTED, by, at, "")


@transaction.atomic
def refuse(*, request: SupportRequest, by: User, reason: str, at: dt.datetime) -> None:
    """Raises SupportRefused without a reason, or when it was decided meanwhile."""
    request = _waiting(request, by)
    if not reason:
        raise SupportRefused(_("Say why it is refused."))
    _decide(request, SupportState.REFUSED, by, at, reason)


@transaction.atomic
def withdraw(*, request: SupportRequest) -> None:
    """Take a request back before it begins; what was booked is free again."""
    request = SupportRequest.objects.select_for_update().get(pk=request.pk)
    if request.state not in (SupportState.REQUESTED, SupportState.GRANTED):
        raise SupportRefused(_("This request is closed already."))
    SupportBooking.objects.filter(request=request).delete()
    request.state = SupportState.WITHDRAWN
    request.save(update_fields=["state"])


@transaction.atomic
def give_back(*, request: SupportRequest, result: str, actual_cost: Decimal | None, on: dt.date) -> None:
    """The person or the vehicle is back: free from this day on. Raises SupportRefused unless it was out."""
    request = SupportRequest.objects.select_for_update().get(pk=request.pk)
    if request.state != SupportState.GRANTED:
        raise SupportRefused(_("Only what was granted comes back, and only once."))
    if not result:
        raise SupportRefused(_("Say what came of it."))
    booking = request.booking
    if on <= booking.period.lower:
        raise SupportRefused(_("The support has not begun. Withdraw the request instead."))
    if on < booking.period.upper:
        booking.period = DateRange(booking.period.lower, on)
        booking.save(update_fields=["period"])
    request.state, request.returned_on, request.result, request.actual_cost = (
        SupportState.RETURNED,
        on,
        result,
        actual_cost,
    )
    request.save(update_fields=["state", "returned_on", "result", "actual_cost"])


def _waiting(request: SupportRequest, by: User) -> SupportRequest:
    found = SupportRequest.objects.select_for_update(of=("self",)).select_related("dealer").get(pk=request.pk)
    if found.state != SupportState.REQUESTED:
        raise SupportRefused(_("This request is decided already."))
    if found.requested_by_id == by.pk:
        raise SupportRefused(_("Somebody else has to decide what you asked for."))
    return found


def _decide(request: SupportRequest, state: SupportState, by: User, at: dt.datetime, reason: str) -> None:
    request.state, request.decided_by, request.decided_at, request.reason = state, by, at, reason
    request.save(update_fields=["state", "decided_by", "decided_at", "reason", "jumped_because"])
