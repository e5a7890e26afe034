"""The first visit of a new dealer: asked for when the dealer becomes active, within the days that the rule gives."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Max
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from crm.base.models import Company
from dealers.choices import DealerStatus
from dealers.models import StatusChange
from visits.choices import Priority, VisitKind, VisitState, Why
from visits.extra import Request, Source
from visits.models import PlanningRules, Visit

# Who has been active for longer is new no more, whatever was missed.
NEW_FOR_DAYS = 60


def waiting(on: dt.date) -> Iterable[Request]:
    """Dealers that became active lately and were not visited since; two statements.

    A file that came with an import tells no such step: a company that moves here has no new dealers on its first day.
    """
    within = PlanningRules.now().new_dealer_days
    zone = Company.get().tz
    since = dt.datetime.combine(on - dt.timedelta(days=NEW_FOR_DAYS), dt.time.min, tzinfo=zone)
    steps = (
        StatusChange.objects.filter(
            to_status=DealerStatus.ACTIVE, from_status__in=["", DealerStatus.PROSPECT, DealerStatus.TRIAL],
            changed_at__gte=since, dealer__status=DealerStatus.ACTIVE, dealer__deleted_at=None,
        )
        .order_by()
        .values_list("dealer")
        .annotate(Max("changed_at"))
    )  # fmt: skip
    began = dict(steps)
    made = Visit.objects.filter(dealer__in=began, state=VisitState.DONE).exclude(kind=VisitKind.EXECUTIVE)
    visited = dict(made.order_by().values_list("dealer").annotate(Max("started_at")))
    for dealer_id, moment in began.items():
        if dealer_id in visited and visited[dealer_id] >= moment:
            continue
        active_since = moment.astimezone(zone).date()
        if active_since > on:
            continue
        yield Request(
            cause=f"since:{active_since.isoformat()}",
            dealer_id=dealer_id,
            latest_on=active_since + dt.timedelta(days=within),
            priority=Priority.HIGH,
            figures={"since": active_since.isoformat()},
        )


def sentence(figures: Mapping[str, Any]) -> str:
    since = date_format(dt.date.fromisoformat(figures["since"]), "DATE_FORMAT")
    return _("First visit: a dealer since %(day)s.") % {"day": since}


SOURCE = Source(key="new_dealer", why=Why.NEW_DEALER, open=waiting, sentence=sentence)
