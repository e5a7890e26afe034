"""Rows of visits for tests."""

from __future__ import annotations

import datetime as dt
from typing import Any

import factory
from django.utils import timezone

from tests.factories import DealerFactory, RowFactory, UserFactory
from visits.models import Visit

TODAY = dt.date(2026, 3, 11)


class VisitFactory(RowFactory):
    """Planned for TODAY, due by the cycle."""

    class Meta:
        model = Visit

    dealer = factory.SubFactory(DealerFactory)
    user = factory.SubFactory(UserFactory)
    on = TODAY


def made_visit(**fields: Any) -> Visit:
    """A visit that was made, with its objective met."""
    on = fields.pop("on", TODAY)
    start = timezone.make_aware(dt.datetime.combine(on, dt.time(10)))
    values = {
        "state": "DONE", "objective": "Win the order for spring", "purpose": "SELL", "result": "MET",
        "started_at": start, "ended_at": start + dt.timedelta(minutes=40),
    }  # fmt: skip
    return VisitFactory(on=on, **(values | fields))
