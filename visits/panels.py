"""What visits add to the dealer page and the dealer list."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from crm.base.text import labelled
from dealers import columns, panels, timeline
from dealers.models import Dealer
from visits.models import Visit, VisitDue


def register() -> None:
    panels.register(
        panels.Panel("next_visit", "visits:next_visit", gettext_lazy("Visits"), order=5, place="side", rows=4)
    )
    panels.register(
        panels.Panel("agreed", "visits:agreed", gettext_lazy("Promises and advice"), order=6, place="side", rows=4)
    )
    timeline.register(timeline.Source("visits", gettext_lazy("Visits"), 15, visits))
    for column in _columns():
        columns.register(column)


def visits(dealer: Dealer, _reader: User, before: dt.datetime | None, limit: int) -> list[timeline.Entry]:
    """Visits that were made, by the moment they ended."""
    rows = Visit.objects.filter(dealer=dealer).made().select_related("user")
    if before is not None:
        rows = rows.filter(ended_at__lt=before)
    found = []
    for visit in rows.order_by("-ended_at", "-pk")[:limit]:
        assert visit.ended_at is not None  # visit_done_is_judged
        text = visit.summary or visit.objective or str(visit.get_kind_display())
        detail = labelled(visit.objective or _("Objective"), visit.get_result_display()) if visit.result else ""
        found.append(
            timeline.Entry(
                at=visit.ended_at, icon="phone" if visit.means == "PHONE" else "map-pin", text=text, detail=detail,
                by=visit.user.name, url=reverse("visits:visit", args=[visit.pk]),
            )
        )  # fmt: skip
    return found


def _loader(field: str) -> columns.Load:
    def load(dealer_ids: Sequence[int], _on: dt.date) -> dict[int, Any]:
        rows = VisitDue.objects.filter(dealer__in=list(dealer_ids), **{f"{field}__isnull": False})
        return dict(rows.values_list("dealer_id", field))

    return load


def _overdue(dealer_ids: Sequence[int], on: dt.date) -> dict[int, int]:
    rows = VisitDue.objects.filter(dealer__in=list(dealer_ids), due_on__lt=on)
    return {pk: (on - due).days for pk, due in rows.values_list("dealer_id", "due_on") if due}


def _columns() -> list[columns.Column]:
    return [
        columns.Column(
            "visited", gettext_lazy("Last visit"), lambda _row, day, draw: draw.day(day) if day else "", 81,
            load=_loader("last_visit_on"), usual=False, wide_only=True,
        ),
        columns.Column(
            "next_visit", gettext_lazy("Next visit"), lambda _row, day, draw: draw.day(day) if day else "", 82,
            load=_loader("next_visit_on"), usual=False, wide_only=True,
        ),
        columns.Column(
            "visit_overdue", gettext_lazy("Visit overdue (days)"), lambda _row, days, _draw: str(days) if days else "", 83,
            load=_overdue, usual=False, wide_only=True, numeric=True,
            explanation=gettext_lazy("Days beyond the largest gap that the call cycle allows"),
        ),
    ]  # fmt: skip
