"""Somebody's visits for her calendar program: an address with a secret in it, of which only the hash is kept."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets

import icalendar
from django.conf import settings
from django.core.cache import cache
from django.db.models import Q
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import User
from crm.base.models import Company
from visits.choices import VisitState
from visits.models import CalendarFeed, Visit

DAYS_BACK, DAYS_AHEAD = 31, 92
# Programs ask every quarter of an hour or so; more often than this a minute is a mistake or an attack.
ASKS_A_MINUTE = 20
# Moments of use are written at most so often.
_USED_EVERY = dt.timedelta(minutes=15)
# Longer texts are no token of ours.
_TOKEN_BYTES = 32


class TooOften(Exception):
    """The feed, or the address that asks, was asked too often in this minute."""


def make(*, user: User, label: str, at: dt.datetime) -> str:
    """A new feed; returns the token, which is shown once and kept nowhere."""
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    CalendarFeed.objects.create(user=user, token_hash=hashed(token), label=label, created_at=at)
    return token


def hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def find(token: str, *, asker: str, at: dt.datetime) -> CalendarFeed | None:
    """The feed of this token; None when there is none (any more) or its owner may not sign in. Raises TooOften."""
    _count(f"asker:{asker}", at)
    feed = CalendarFeed.objects.select_related("user").filter(token_hash=hashed(token), user__is_active=True).first()
    if feed is None:
        return None
    _count(f"feed:{feed.pk}", at)
    if feed.last_used_at is None or at - feed.last_used_at > _USED_EVERY:
        CalendarFeed.objects.filter(pk=feed.pk).update(last_used_at=at)
    return feed


def _count(what: str, at: dt.datetime) -> None:
    key = f"visits.feed:{what}:{int(at.timestamp()) // 60}"
    cache.add(key, 0, timeout=120)
    if cache.incr(key) > ASKS_A_MINUTE:
        raise TooOften


def calendar_of(user: User, *, today: dt.date, at: dt.datetime) -> bytes:
    """The visits of the last month and the next three as iCalendar (RFC 5545), in the owner's language."""
    company = Company.get()
    with translation.override(user.language or settings.LANGUAGE_CODE):
        book = icalendar.Calendar()
        book.add("prodid", "-//Dealer CRM//Visits//EN")
        book.add("version", "2.0")
        book.add("x-wr-calname", _("Visits of %(name)s") % {"name": user.name})
        book.add("refresh-interval;value=duration", "PT1H")
        visits = Visit.objects.visible_to(user, on=today).filter(
            Q(user=user) | Q(companion=user),
            on__gte=today - dt.timedelta(days=DAYS_BACK), on__lt=today + dt.timedelta(days=DAYS_AHEAD),
        ).exclude(state=VisitState.SKIPPED)  # fmt: skip
        for visit in visits.select_related("dealer").order_by("on", "sequence", "pk"):
            book.add_component(_event(visit, company, at))
        return bytes(book.to_ical())


def _event(visit: Visit, company: Company, at: dt.datetime) -> icalendar.Event:
    event = icalendar.Event()
    event.add("uid", f"{visit.key}@dealer-crm")
    event.add("dtstamp", at.astimezone(dt.UTC))
    event.add("sequence", visit.version)
    event.add("summary", f"{visit.dealer.tier or ''} {visit.dealer.name}".strip())
    start = visit.fixed_at or visit.starts_at
    if visit.started_at and visit.ended_at:
        event.add("dtstart", visit.started_at.astimezone(dt.UTC))
        event.add("dtend", visit.ended_at.astimezone(dt.UTC))
    elif start is not None:
        begins = dt.datetime.combine(visit.on, start, tzinfo=company.tz)
        event.add("dtstart", begins.astimezone(dt.UTC))
        event.add("dtend", (begins + dt.timedelta(minutes=visit.minutes)).astimezone(dt.UTC))
    else:
        event.add("dtstart", visit.on)
        event.add("dtend", visit.on + dt.timedelta(days=1))
        event.add("transp", "TRANSPARENT")
    dealer = visit.dealer
    if place := ", ".join(filter(None, (dealer.address, dealer.city))):
        event.add("location", place)
    if dealer.latitude is not None and dealer.longitude is not None:
        event.add("geo", (dealer.latitude, dealer.longitude))
    lines = [str(visit.get_state_display()), visit.objective, visit.why_note]
    event.add("description", "\n".join(filter(None, lines)))
    if settings.SITE_URL:
        event.add("url", settings.SITE_URL + reverse("visits:visit", args=[visit.pk]))
    event.add("status", "TENTATIVE" if visit.state == VisitState.PLANNED and not visit.confirmed_at else "CONFIRMED")
    return event
