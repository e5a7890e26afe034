"""What people ask visits for, as sources of visits.extra; docs/algorithms/planning.md."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.db import transaction

from accounts.models import User
from crm.base.text import labelled
from dealers.models import Dealer
from visits import extra
from visits.choices import Priority, RequestKind, Why
from visits.extra import Request, Source
from visits.models import ExtraVisit, Visit, VisitRequest

# What nobody has visited for so long after its last day is told no more.
FORGOTTEN_AFTER = dt.timedelta(days=180)


def _open(kind: RequestKind) -> Callable[[dt.date], Iterable[Request]]:
    def open_(on: dt.date) -> Iterable[Request]:
        """One statement."""
        rows = VisitRequest.objects.filter(
            kind=kind, ended_at=None, latest_on__gte=on - FORGOTTEN_AFTER, dealer__deleted_at=None
        )
        return map(_request, rows.iterator())

    return open_


def _request(row: VisitRequest) -> Request:
    return Request(
        cause=_cause(row), dealer_id=row.dealer_id, latest_on=row.latest_on,
        priority=Priority.HIGH if row.urgent else Priority.NORMAL, figures={"text": row.text},
    )  # fmt: skip


def _cause(row: VisitRequest) -> str:
    return f"request:{row.pk}"


def number_of(row: ExtraVisit) -> int | None:
    """The number of the person's request behind what the planner is asked for; None when another source asks."""
    return int(row.cause.removeprefix("request:")) if row.source in SOURCES else None


def _sentence(kind: RequestKind) -> Callable[[Mapping[str, Any]], str]:
    return lambda figures: labelled(str(kind.label), figures["text"])


def _source(kind: RequestKind) -> Source:
    return Source(key=kind.value.lower(), why=Why[kind.name], open=_open(kind), sentence=_sentence(kind))


SOURCES = {source.key: source for source in map(_source, RequestKind)}


@transaction.atomic
def ask(
    *,
    dealer: Dealer,
    kind: str,
    text: str,
    latest_on: dt.date,
    urgent: bool,
    visit: Visit | None,
    by: User,
    at: dt.datetime,
    on: dt.date,
) -> VisitRequest:
    """Ask for a visit; the coming night finds it a day, and phone and dealer page tell of it at once."""
    row = VisitRequest.objects.create(
        dealer=dealer, kind=kind, text=text.strip(), latest_on=latest_on, urgent=urgent, visit=visit, asked_by=by,
        asked_at=at,
    )  # fmt: skip
    extra.ask_now(SOURCES[kind.lower()], _request(row), on=on)
    return row


@transaction.atomic
def end(*, request_id: int, by: User, at: dt.datetime, on: dt.date) -> VisitRequest:
    """No visit is needed any more: one that was planned for nothing else goes. Twice is once."""
    row = VisitRequest.objects.select_for_update().get(pk=request_id)
    if row.ended_at is None:
        row.ended_by, row.ended_at = by, at
        row.save(update_fields=["ended_by", "ended_at"])
        extra.withdraw(row.kind.lower(), _cause(row), on=on)
    return row
