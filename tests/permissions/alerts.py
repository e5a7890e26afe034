"""Warnings: everybody sees the cases of her territories; who works there takes the steps, who leads there decides."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from accounts.models import Territory
from alerts.models import Case, CaseAction
from crm.base.models import Company
from tests.factories import DealerFactory
from tests.permissions import EVERYBODY, Id, Row

WORKS = "alice bob charlie dora fay ada"
LEADS = "bob dora ada"


def case_of(place: Territory) -> Case:
    on, at = Company.get().today(), timezone.now()
    dealer = DealerFactory(territory=place, name=f"Warned of in {place.code}")
    return Case.objects.create(
        kind="churn", dealer=dealer, territory=place, severity=2, worst=2, severity_since=on, opened_on=on, opened_at=at,
        acknowledge_by=at + dt.timedelta(days=2), cause_by=at + dt.timedelta(days=3),
        evidence={"measure": "days", "figure": 91, "limit": 90},
    )  # fmt: skip


def task_of(place: Territory) -> CaseAction:
    case = case_of(place)
    return CaseAction.objects.create(
        case=case, title="Call the owner", due_on=case.opened_on, created_at=case.opened_at
    )


THINGS = {"case": case_of, "case_task": task_of, "warned_dealer": lambda place: DealerFactory(territory=place)}

ROWS = {
    "alerts:list": Row(get=EVERYBODY),
    "alerts:board": Row(get=EVERYBODY),
    "alerts:short": Row(get=EVERYBODY),
    "alerts:assign_many": Row(post=LEADS, body={"case": Id("case"), "to": "0"}),
    "alerts:merge": Row(post=LEADS, body={"case": Id("case")}),
    "alerts:case": Row(get=EVERYBODY, args=("case",)),
    "alerts:step": Row(post=WORKS, args=("case", "acknowledge")),
    "alerts:end_task": Row(post=WORKS, args=("case_task",), body={"state": "DONE"}),
    "alerts:panel": Row(get=EVERYBODY, args=("warned_dealer",)),
    "alerts:churn": Row(get=EVERYBODY, args=("warned_dealer",)),
    "alerts:event": Row(get=WORKS, post=WORKS, args=("warned_dealer",), body={"kind": "FIRE"}),
}
