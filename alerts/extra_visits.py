"""Orange and red warnings ask for a visit: within a few days of their severity, for as long as they are unsolved."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from alerts import kinds
from alerts.choices import UNSOLVED, Severity
from alerts.models import Case
from alerts.querysets import OF_CREDIT
from visits.choices import Priority, Why
from visits.extra import Request, Source

# Days from the day on which the warning reached its severity.
DAYS = {Severity.RED: 5, Severity.ORANGE: 14}
PRIORITY = {Severity.RED: Priority.HIGH, Severity.ORANGE: Priority.NORMAL}
# A visit that is overdue is asked for by the call cycle itself.
_ASKED_ALREADY = ("visit_overdue",)


def waiting(on: dt.date) -> Iterable[Request]:
    """Of each dealer its worst unsolved warning; one statement. A warning that grows worse asks anew."""
    cases = (
        Case.objects.filter(state__in=UNSOLVED, severity__in=DAYS, dealer__isnull=False, opened_on__lte=on)
        .exclude(kind__in=_ASKED_ALREADY)
        .order_by("dealer_id", "-severity", "severity_since", "pk")
        .distinct("dealer_id")
    )
    for case in cases.only("dealer_id", "severity", "severity_since", "kind").iterator():
        severity = Severity(case.severity)
        yield Request(
            cause=f"case:{case.pk}:{severity.value}",
            dealer_id=case.dealer_id or 0,
            latest_on=case.severity_since + dt.timedelta(days=DAYS[severity]),
            priority=PRIORITY[severity],
            figures={"kind": case.kind, "severity": severity.value},
        )


def sentence(figures: Mapping[str, Any]) -> str:
    """What a dealer owes is not told here: whoever sees the visit reads it, who may read credit opens the warning."""
    red = figures["severity"] == Severity.RED
    if figures["kind"] in OF_CREDIT:
        return _("A red warning is open.") if red else _("An orange warning is open.")
    said = {"kind": kinds.label_of(figures["kind"])}
    return _("A red warning is open: %(kind)s.") % said if red else _("An orange warning is open: %(kind)s.") % said


SOURCE = Source(key="warnings", why=Why.WARNING, open=waiting, sentence=sentence)
