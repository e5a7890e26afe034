"""Visits that promotions ask for: while one runs somebody looks at it, and claims that were drawn are audited."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from promotions.choices import PromotionState
from promotions.models import ClaimAudit, Participant
from visits.choices import Priority, Why
from visits.extra import Request, Source


def running(on: dt.date) -> Iterable[Request]:
    """One look at each dealer that takes part in a running promotion, until its last day; one statement."""
    rows = Participant.objects.filter(promotion__state=PromotionState.RUNNING, promotion__ends_on__gt=on).order_by("pk")
    columns = ("promotion", "dealer", "promotion__title", "promotion__starts_on", "promotion__ends_on")
    for promotion, dealer, title, starts_on, ends_on in rows.values_list(*columns).iterator():
        last = ends_on - dt.timedelta(days=1)
        yield Request(
            cause=f"promotion:{promotion}", dealer_id=dealer, earliest_on=starts_on, latest_on=last, priority=Priority.LOW,
            figures={"title": title, "last_on": last.isoformat()},
        )  # fmt: skip


def why_looked_at(figures: Mapping[str, Any]) -> str:
    return _("The promotion “%(title)s” ends on %(day)s: look whether it is carried out, and take photos.") % {
        "title": figures["title"], "day": _day(figures["last_on"])
    }  # fmt: skip


def open_audits(on: dt.date) -> Iterable[Request]:
    """Audits whose result is not written down; one statement."""
    rows = ClaimAudit.objects.filter(result="").order_by("pk")
    columns = ("claim", "claim__dealer", "claim__promotion__title", "claim__done_on", "drawn_on", "due_on")
    for claim, dealer, title, done_on, drawn_on, due_on in rows.values_list(*columns).iterator():
        yield Request(
            cause=f"audit:{claim}", dealer_id=dealer, earliest_on=drawn_on, latest_on=due_on,
            figures={"claim": claim, "title": title, "done_on": done_on.isoformat()},
        )  # fmt: skip


def why_audited(figures: Mapping[str, Any]) -> str:
    return _(
        "Audit of claim %(number)s, “%(title)s”, carried out on %(day)s: look for it, take photos, and write down what you"
        " found."
    ) % {"number": figures["claim"], "title": figures["title"], "day": _day(figures["done_on"])}  # fmt: skip


def _day(text: str) -> str:
    return date_format(dt.date.fromisoformat(text), "SHORT_DATE_FORMAT")


RUNNING = Source(key="promotions", why=Why.PROMOTION, open=running, sentence=why_looked_at)
AUDITS = Source(key="audits", why=Why.PROMOTION, open=open_audits, sentence=why_audited)
