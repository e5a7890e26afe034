"""How the figure of a case went: month by month before, at the opening, when it changed, last night.

What the months before were comes from the same statements as the try-out of rules; kinds without a history have the points
of their own timeline only.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import connection, transaction
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from alerts import kinds, reasons
from alerts.choices import Severity
from alerts.kinds.kind import Kind, Limits, Measure, Unit
from alerts.models import Case, StandingState
from alerts.terms import Terms, read_limits
from alerts.tryout import days_table, paces_table, past_parameters
from crm.base.periods import add_months, month_start
from crm.base.sql import load

# Months before the opening.
MONTHS_BEFORE = 12
MOST_MONTHS = 24
_LEVELS = {1: "yellow", 2: "orange", 3: "red"}


@dataclass(frozen=True, slots=True)
class Point:
    day: dt.date
    figure: Decimal
    # What happened then; empty for a month's first day.
    mark: str = ""


@dataclass(frozen=True, slots=True)
class ThenNow:
    """A measure at the opening and last night, as words; empty where it was not what the case was about."""

    label: str
    then: str
    then_limit: str
    now: str
    now_limit: str


def then_and_now(case: Case) -> list[ThenNow]:
    """The figures that opened the case and those of last night; nothing for events and cases of many."""
    kind = kinds.get(case.kind)
    if kind is None or case.mass:
        return []
    told = [case.evidence.get("measure"), case.latest.get("measure")]
    found = []
    for key in dict.fromkeys(key for key in told if key):
        measure = kind.measure(str(key))
        if measure is None:
            continue
        then = case.evidence if case.evidence.get("measure") == key else {}
        now = case.latest if case.latest.get("measure") == key else {}
        found.append(
            ThenNow(
                str(measure.label), _figure(measure, then, "figure"), _figure(measure, then, "limit"),
                _figure(measure, now, "figure"), _figure(measure, now, "limit"),
            )
        )  # fmt: skip
    return found


def _figure(measure: Measure, figures: dict[str, Any], key: str) -> str:
    return reasons.figure_text(measure, figures[key]) if figures.get(key) is not None else ""


def measure_of(case: Case) -> Measure | None:
    """What the course is drawn of: the measure that opened the case, else that of last night."""
    kind = kinds.get(case.kind)
    if kind is None or case.mass:
        return None
    key = case.evidence.get("measure") or case.latest.get("measure") or ""
    return kind.measure(str(key))


def limits_of(case: Case, measure: Measure) -> Limits:
    """Those of the version that opened the case; the kind's own without one."""
    return read_limits(case.version.thresholds.get(measure.key)) if case.version else measure.limits


def points(case: Case, measure: Measure, *, on: dt.date) -> list[Point]:
    """By day, the oldest first: months, then what the timeline knows, which stands before a month of the same day."""
    found = {point.day: point for point in _months(case, measure, on)}
    for event in case.events.order_by("at", "pk"):
        if event.figures.get("measure") == measure.key and event.figures.get("figure") is not None:
            found[event.on] = Point(event.on, Decimal(str(event.figures["figure"])), str(event.get_did_display()))
    if case.evidence.get("measure") == measure.key and case.evidence.get("figure") is not None:
        opened = pgettext("timeline of a case", "opened")
        found[case.opened_on] = Point(case.opened_on, Decimal(str(case.evidence["figure"])), opened)
    if case.is_running and case.latest.get("measure") == measure.key and case.latest.get("figure") is not None:
        day = StandingState.objects.filter(pk=1).values_list("on", flat=True).first() or on
        if day > case.opened_on:
            found[day] = Point(day, Decimal(str(case.latest["figure"])), _("last night"))
    return [found[day] for day in sorted(found)]


@transaction.atomic
def _months(case: Case, measure: Measure, on: dt.date) -> list[Point]:
    kind = kinds.get(case.kind)
    if kind is None or not kind.past or case.dealer_id is None:
        return []
    until = min(on, case.ended_at.date()) if case.ended_at else on
    last = month_start(until)
    first = max(add_months(month_start(case.opened_on), -MONTHS_BEFORE), add_months(last, -MOST_MONTHS))
    days = []
    while first <= last:
        days.append(first)
        first = add_months(first, 1)
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS pg_temp.alert_day, pg_temp.alert_tried")
        cursor.execute(
            "CREATE TEMP TABLE alert_tried ON COMMIT DROP AS SELECT %s::bigint AS dealer_id", [case.dealer_id]
        )
        cursor.execute("ANALYZE alert_tried")
        days_table(cursor, days)
        if kind.past == "progress":
            paces_table(cursor, _terms(kind), days)
        script = load("alerts", "course") if kind.past in load("alerts", "course").steps else load("alerts", "past")
        cursor.execute(
            f"SELECT x.day, x.figure FROM ({script.statement(kind.past)}\n) x WHERE x.measure = %(measure)s"
            " AND x.figure IS NOT NULL ORDER BY x.day",
            {**past_parameters(kind, _terms(kind)), "measure": measure.key},
        )
        return [Point(day, Decimal(figure)) for day, figure in cursor.fetchall()]


def _terms(kind: Kind) -> Terms:
    return Terms(None, parameters={each.key: each.default for each in kind.parameters})


def chart(case: Case, measure: Measure, those: list[Point]) -> dict[str, Any]:
    """As charts.js draws it: the limits as bands, the opening and what came after marked."""
    categories = [
        formats.date_format(point.day, "SHORT_DATE_FORMAT" if point.mark else "YEAR_MONTH_FORMAT") for point in those
    ]
    return {
        "categories": categories,
        "percent": measure.unit is Unit.SHARE,
        "digits": 1 if measure.unit in (Unit.SHARE, Unit.TIMES) else 0,
        "unit": _("days") if measure.unit is Unit.DAYS else "",
        "series": [{"name": str(measure.label), "kind": "line", "values": [float(point.figure) for point in those]}],
        "bands": bands(measure, limits_of(case, measure)),
        "marks": [{"index": index, "label": point.mark} for index, point in enumerate(those) if point.mark],
    }


def bands(measure: Measure, limits: Limits) -> list[dict[str, Any]]:
    """Where each level reigns: from a figure to the next level's, None at the edge of the drawing."""
    begins = [(number, float(limit)) for number, limit in enumerate(limits, 1) if limit is not None]
    found = []
    for place, (number, begin) in enumerate(begins):
        end = begins[place + 1][1] if place + 1 < len(begins) else None
        low, high = (begin, end) if measure.turn.rises else (end, begin)
        found.append({"level": _LEVELS[number], "name": str(Severity(number).label), "from": low, "to": high})
    return found
