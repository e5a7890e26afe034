"""Notices by e-mail: one at once, several that came together as one, and the morning mail. In the reader's language and
time zone, as text and as HTML."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from smtplib import SMTPDataError, SMTPHeloError, SMTPNotSupportedError, SMTPRecipientsRefused, SMTPSenderRefused
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import ngettext

from accounts.models import User
from accounts.notices import unsubscribe
from accounts.notices.choices import DeliveryState
from accounts.notices.delivering import DROPPED, SENT, Outcome
from accounts.notices.models import Delivery
from accounts.notices.shown import Shown, shown
from accounts.notices.wishes import zone_of

# As many of one kind are listed; the rest is a number and a link.
MOST_OF_A_KIND = 20
# So many at once are single mails; more become one.
MOST_SINGLE = 3


@dataclass(frozen=True, slots=True)
class Entry:
    """A notice as a mail shows it."""

    title: str
    text: str
    url: str
    # Address and label.
    steps: tuple[tuple[str, str], ...]
    severity: int
    standing_in_for: str


@dataclass(frozen=True, slots=True)
class Group:
    label: str
    entries: tuple[Entry, ...]
    more: int


def send_at_once(claimed: Sequence[Delivery], at: dt.datetime) -> dict[int, Outcome]:
    """Mails that do not wait for the morning: of one person."""
    user = claimed[0].notice.user
    if user is None:
        return {}
    with _as_reader(user):
        worth = _worth(claimed, user)
        if len(worth) <= MOST_SINGLE:
            outcomes: dict[int, Outcome] = {}
            for delivery, each in worth:
                outcomes[delivery.pk] = _send(_single(delivery, each, user))
            return outcomes
        count = len(worth)
        subject = ngettext("%(count)s new notice", "%(count)s new notices", count) % {"count": count}
        outcome = _send(_list(worth, user, subject, worth[0][1].kind.code))
    return {delivery.pk: outcome for delivery, _each in worth}


def send_digest(claimed: Sequence[Delivery], at: dt.datetime) -> dict[int, Outcome]:
    """The morning mail of one person; none when everything in it is over or was read meanwhile."""
    user = claimed[0].notice.user
    if user is None:
        return {}
    with _as_reader(user):
        worth = [(delivery, each) for delivery, each in _worth(claimed, user) if each.notice.read_at is None]
        if not worth:
            return {}
        count = len(worth)
        day = date_format(timezone.localtime(at), "DATE_FORMAT")
        subject = ngettext("%(count)s notice for %(day)s", "%(count)s notices for %(day)s", count) % {
            "count": count, "day": day,
        }  # fmt: skip
        outcome = _send(_list(worth, user, subject, unsubscribe.DIGEST))
    return {delivery.pk: outcome for delivery, _each in worth}


def _worth(claimed: Sequence[Delivery], user: User) -> list[tuple[Delivery, Shown]]:
    """Those still to be told: the account is open, it is not over, and she still sees what it is about."""
    if not user.is_active or not user.email:
        return []
    by_notice = {delivery.notice_id: delivery for delivery in claimed}
    found = shown([delivery.notice for delivery in claimed], user)
    return [(by_notice[each.notice.pk], each) for each in found if each.notice.over_at is None or each.kind.ends]


@contextmanager
def _as_reader(user: User) -> Iterator[None]:
    with translation.override(user.language or settings.LANGUAGE_CODE), timezone.override(zone_of(user)):
        yield


def _single(delivery: Delivery, each: Shown, user: User) -> EmailMultiAlternatives:
    entry = _entry(each, user)
    context = {"entry": entry, "why": each.kind.label}
    return _mail("single", entry.title, context, user, each.kind.code, f"{delivery.pk}")


def _list(worth: Sequence[tuple[Delivery, Shown]], user: User, subject: str, ends: str) -> EmailMultiAlternatives:
    ordered = sorted((each for _delivery, each in worth), key=lambda each: (-each.notice.severity, each.kind.code))
    places = {code: place for place, code in enumerate(dict.fromkeys(each.kind.code for each in ordered))}
    ordered.sort(key=lambda each: places[each.kind.code])
    groups = []
    for _code, of_kind in groupby(ordered, key=lambda each: each.kind.code):
        rows = list(of_kind)
        entries = tuple(_entry(each, user) for each in rows[:MOST_OF_A_KIND])
        groups.append(Group(str(rows[0].kind.label), entries, max(0, len(rows) - MOST_OF_A_KIND)))
    context = {"groups": groups, "inbox_url": _absolute(reverse("notices:inbox"))}
    return _mail("digest", subject, context, user, ends, f"{worth[0][0].pk}")


def _mail(
    template: str, subject: str, context: dict[str, Any], user: User, ends: str, key: str
) -> EmailMultiAlternatives:
    leave = _absolute(reverse("notices:unsubscribe", args=[unsubscribe.token(user, ends)]))
    context |= {
        "user": user, "subject": subject, "unsubscribe_url": leave, "language": translation.get_language(),
        "preferences_url": _absolute(reverse("notices:preferences")),
    }  # fmt: skip
    host = settings.SITE_URL.partition("//")[2].partition(":")[0]
    headers = {
        # The same for every try of the same mail.
        "Message-ID": f"<notice-{key}@{host or 'localhost'}>",
        "List-Unsubscribe": f"<{leave}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "Auto-Submitted": "auto-generated",
    }
    message = EmailMultiAlternatives(
        " ".join(subject.split()),
        render_to_string(f"notices/mail/{template}.txt", context),
        to=[user.email],
        headers=headers,
    )
    message.attach_alternative(render_to_string(f"notices/mail/{template}.html", context), "text/html")
    return message


def _entry(each: Shown, user: User) -> Entry:
    url = _absolute(each.url)
    steps = tuple((f"{url}?do={step.do}", str(step.label)) for step in each.steps(user))
    return Entry(
        each.words.title, each.words.text, url, steps, each.notice.severity, str(each.notice.facts.get("for", ""))
    )


def _absolute(path: str) -> str:
    return settings.SITE_URL + path


# The server said no, or the mail could not even be handed over: it did not arrive.
_REFUSED = (SMTPRecipientsRefused, SMTPSenderRefused, SMTPDataError, SMTPHeloError, SMTPNotSupportedError)


def _send(message: EmailMultiAlternatives) -> Outcome:
    """Refused for now is tried again, refused for good has failed; a line that broke is neither."""
    connection = get_connection()
    try:
        connection.open()
    except (OSError, *_REFUSED) as error:
        return Outcome(DeliveryState.FAILED, _short(error), again=True)
    try:
        sent = connection.send_messages([message])
    except _REFUSED as error:
        return Outcome(DeliveryState.FAILED, _short(error), again=_is_for_now(error))
    except OSError as error:
        return Outcome(DeliveryState.UNSURE, _short(error))
    finally:
        try:
            connection.close()
        except OSError:
            pass
    return SENT if sent else DROPPED


def _is_for_now(error: Exception) -> bool:
    """SMTP codes 4xx are for now, 5xx for good."""
    if isinstance(error, SMTPRecipientsRefused):
        codes = [code for code, _text in error.recipients.values()]
    else:
        codes = [getattr(error, "smtp_code", 500)]
    return all(400 <= code < 500 for code in codes)


def _short(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:300]
