"""A case's timeline as sentences in the reader's language."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts.models import User
from alerts import causes, reasons
from alerts.choices import Did, MajorEventKind, Severity
from alerts.models import Case, CaseEvent, Cause
from crm.base.text import labelled

ICONS = {
    Did.OPENED: "bell", Did.WORSENED: "trending-down", Did.EASED: "trending-up", Did.RECOVERED: "circle-check",
    Did.RELAPSED: "trending-down", Did.AGED: "hourglass", Did.ACKNOWLEDGED: "eye", Did.INVESTIGATED: "search",
    Did.CAUSE_FOUND: "target-arrow", Did.ACTION_PLANNED: "clipboard-list", Did.ACTION_ENDED: "clipboard-check",
    Did.RESOLVED: "check", Did.VERIFIED: "shield-check", Did.REOPENED: "reload", Did.DISMISSED: "x", Did.MERGED: "link",
    Did.ASSIGNED: "user-check", Did.ESCALATED: "stairs-up", Did.NOTED: "note", Did.EVENT: "alert-octagon",
    Did.WATCHED: "eye",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    at: dt.datetime
    icon: str
    text: str
    detail: str
    # Empty: the program.
    by: str


def lines(case: Case, events: Iterable[CaseEvent]) -> list[Line]:
    """`events` with their people, the newest first."""
    events = list(events)
    names = dict(User.objects.filter(pk__in=_people(events)).values_list("pk", "name"))
    found = {cause.code: str(cause) for cause in Cause.objects.filter(code__in={event.now for event in events})}
    return [_line(case, event, names, found) for event in events]


def _people(events: Iterable[CaseEvent]) -> set[int]:
    told = (Did.ASSIGNED, Did.ESCALATED, Did.ACTION_PLANNED)
    return {int(text) for event in events if event.did in told for text in (event.was, event.now) if text.isdecimal()}


def _line(case: Case, event: CaseEvent, names: dict[int, str], found: dict[str, str]) -> Line:
    did = Did(event.did)
    text, detail = str(did.label), event.text
    match did:
        case Did.OPENED | Did.WORSENED | Did.EASED | Did.AGED if event.now in {str(value) for value in Severity.values}:
            text = labelled(text, Severity(int(event.now)).label)
            detail = detail or (reasons.of_figures(case.kind, event.figures) if event.figures else "")
        case Did.CAUSE_FOUND:
            text = labelled(text, found.get(event.now) or causes.label_of(event.now))
        case Did.ASSIGNED | Did.ESCALATED if event.now.isdecimal():
            text, detail = labelled(text, names.get(int(event.now), "–")), ""
        case Did.ACTION_PLANNED if event.now.isdecimal():
            detail = labelled(names.get(int(event.now), "–"), event.text)
        case Did.EVENT if event.now in MajorEventKind.values:
            text = labelled(text, MajorEventKind(event.now).label)
        case Did.MERGED if event.was.isdecimal():
            text = _("another case was merged into this one")
    return Line(event.at, ICONS.get(did, "circle"), text, detail, event.by.name if event.by else "")
