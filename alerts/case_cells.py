"""What rows of the list and cards of the board show of a case, drawn in Python: a hundred a page, so each must cost next to
nothing. Words and signs that repeat are drawn once and kept."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext

from alerts import kinds, reasons
from alerts.choices import CaseState, Severity
from alerts.models import Case
from crm.base.templatetags import crm

_SIGNS = {Severity.YELLOW: "alert-circle", Severity.ORANGE: "alert-triangle", Severity.RED: "alert-octagon"}


@dataclass(frozen=True, slots=True)
class Line:
    """A case as a list shows it; `who` is its dealer, or the territory of many."""

    case: Case
    url: str
    severity: SafeString
    who: str
    tier: SafeString
    code: str
    kind: str
    sentence: str
    state: str
    deadline: SafeString
    owner: str
    since: SafeString

    @property
    def choose(self) -> str:
        """What ticking the case does; it is called as it calls itself."""
        return gettext("Choose %(name)s") % {"name": f"{self.kind}: {self.who}"}


def draw(cases: Iterable[Case], *, at: dt.datetime) -> list[Line]:
    """`at` decides what is late. Running cases are told by the figures of last night, ended ones by those they opened with."""
    before, behind = _address()
    return [_line(case, f"{before}{case.pk}{behind}", at) for case in cases]


def _line(case: Case, url: str, at: dt.datetime) -> Line:
    dealer = case.dealer
    return Line(
        case=case,
        url=url,
        severity=severity_tag(case.severity),
        who=dealer.name if dealer else case.territory.name,
        tier=crm.tier_badge(dealer.tier) if dealer else SafeString(""),
        code=dealer.code if dealer else "",
        kind=kinds.label_of(case.kind),
        sentence=reasons.sentence(case, now=case.is_running),
        state=_state(case.state, get_language()),
        deadline=deadline(case, at=at),
        owner=case.owner.name if case.owner else crm.NOTHING,
        since=crm.ago(case.opened_at),
    )


def severity_tag(value: int) -> SafeString:
    """The severity as sign and word in its colour."""
    return _severity(Severity(value), get_language())


def deadline(case: Case, *, at: dt.datetime) -> SafeString:
    """What has to be done with the case until when, or what its cause is; empty where nothing is to be said."""
    if case.state == CaseState.OPEN and not case.acknowledged_at:
        return _until("acknowledge", case.acknowledge_by, at)
    if case.cause_id is None and case.is_unsolved:
        return _until("cause", case.cause_by, at)
    if case.state == CaseState.RESOLVED and case.verify_on:
        day = date_format(case.verify_on, "SHORT_DATE_FORMAT")
        return _second(gettext("checked again on %(day)s") % {"day": day})
    return _second(str(case.cause)) if case.cause else SafeString("")


def _until(what: str, moment: dt.datetime, at: dt.datetime) -> SafeString:
    if moment < at:
        return _late(what, get_language())
    return _by(what, moment, timezone.get_current_timezone_name(), get_language())


def _second(text: str) -> SafeString:
    return format_html('<span class="second">{}</span>', text)


@lru_cache(maxsize=64)
def _severity(value: Severity, _language: str | None) -> SafeString:
    return format_html('<span class="tag tag-{}">{}{}</span>', value.name.lower(), crm.icon(_SIGNS[value]), value.label)


@lru_cache(maxsize=64)
def _state(value: str, _language: str | None) -> str:
    return str(CaseState(value).label)


@lru_cache(maxsize=16)
def _late(what: str, _language: str | None) -> SafeString:
    text = gettext("not acknowledged in time") if what == "acknowledge" else gettext("no cause in time")
    return format_html('<span class="second"><span class="tag tag-orange">{}{}</span></span>', crm.icon("clock"), text)


# All cases that one night opened in a country have the same deadlines.
@lru_cache(maxsize=4096)
def _by(what: str, moment: dt.datetime, _zone: str, _language: str | None) -> SafeString:
    text = gettext("acknowledge by %(moment)s") if what == "acknowledge" else gettext("cause by %(moment)s")
    return _second(text % {"moment": date_format(timezone.localtime(moment), "SHORT_DATETIME_FORMAT")})


@lru_cache(maxsize=1)
def _address() -> tuple[str, str]:
    """The address of a case's page, before and after its number."""
    before, behind = reverse("alerts:case", args=[0]).split("0", 1)
    return before, behind
