"""What a month's plan could not do, as plain data. Nothing is dropped without standing here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from dealers.choices import Tier
from visits.choices import VisitState
from visits.models import Visit
from visits.months.problem import Posed
from visits.months.question import Question, patch_mark
from visits.months.wishes import Asked, counts
from visits.places import END, START
from visits.routing.answer import PeriodPlan, Shortcoming
from visits.targets import NONE, Pace

# Why a visit has no day when no day is long enough for it, beside the router's reasons.
TOO_FAR = "too_far"
_NOT_PLACED = frozenset({Shortcoming.NO_ROOM, Shortcoming.NEVER_OPEN, Shortcoming.NOBODY_WORKS, Shortcoming.LEFT_OUT})


@dataclass(slots=True)
class Report:
    """As it stands in VisitPlan.report."""

    # Visits that found no room: {"dealer": id, "visits": n, "why": Shortcoming, "offer": PHONE, DEFER or HELP,
    # "requests": numbers of the extra visits among them}.
    left_out: list[dict[str, Any]] = field(default_factory=list)
    # Gaps longer than the cycle allows: {"dealer": id, "days": n}.
    gaps: list[dict[str, Any]] = field(default_factory=list)
    # Whatever fixed appointments force: {"kind": …, "amount": …, "dealer": id or None, "day": ISO or None}.
    other: list[dict[str, Any]] = field(default_factory=list)
    # Dealers without coordinates, and whether the day's start had to be guessed.
    unplaced: list[int] = field(default_factory=list)
    start_guessed: bool = False
    # Why road times are not in it; empty when nothing is to be said.
    notice: str = ""
    # Minutes on the way and with dealers by day.
    days: dict[str, int] = field(default_factory=dict)
    # What the plan knew, by which the night tells whether something fell out since: visits missed or skipped, the patch
    # (visits.months.question.patch_mark), and extra visits asked for.
    fallen: list[int] = field(default_factory=list)
    patch: str = ""
    requests: list[int] = field(default_factory=list)

    def data(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__slots__}


def has_fallen(visit: Visit) -> bool:
    """Planned once, not made, and still asked for."""
    return visit.state in (VisitState.MISSED, VisitState.SKIPPED) and not counts(visit)


def report_of(
    question: Question, asked: Sequence[Asked], posed: Posed, answer: PeriodPlan | None, placed: Counter[int]
) -> Report:
    """`placed` counts by dealer the visits that found a day, held ones not counted. Extra visits must have been joined to
    the visits that serve them."""
    days = posed.days
    report = Report(
        unplaced=[pk for pk in question.map.unplaced if any(each.dealer_id == pk for each in asked)],
        start_guessed=question.map.start_guessed,
        notice=answer.notice if answer else "",
        fallen=[visit.pk for visit in question.visits if has_fallen(visit)],
        patch=patch_mark({pk: question.paces.get(pk, NONE).a_year for pk in question.own}),
        requests=[row.pk for rows in question.requests.values() for row in rows],
    )
    reasons: dict[int, str] = {}
    for finding in answer.findings if answer else ():
        dealer = posed.dealers.get(finding.stop) if finding.stop is not None else None
        if finding.kind == Shortcoming.GAP_TOO_LONG and dealer is not None:
            report.gaps.append({"dealer": dealer, "days": round(finding.amount)})
        elif finding.kind in _NOT_PLACED and dealer is not None:
            reasons[dealer] = finding.kind
        elif finding.kind != Shortcoming.GAP_TOO_SHORT:
            day = days[finding.day].isoformat() if finding.day is not None else None
            report.other.append({"kind": finding.kind, "amount": round(finding.amount), "dealer": dealer, "day": day})
    for each in asked:
        missing = each.visits - placed[each.dealer_id]
        if missing > 0:
            report.left_out.append(_left_out(question, each, missing, bool(days), reasons))
    for route in answer.routes if answer else ():
        report.days[days[route.day].isoformat()] = round(route.work_min)
    return report


def _left_out(question: Question, each: Asked, missing: int, any_days: bool, reasons: dict[int, str]) -> dict[str, Any]:
    pace = question.paces.get(each.dealer_id, NONE)
    tier = question.dealers[each.dealer_id].tier
    usual = Shortcoming.NO_ROOM if any_days else Shortcoming.NOBODY_WORKS
    far = any_days and _is_far(question, each.dealer_id, pace)
    return {
        "dealer": each.dealer_id,
        "visits": missing,
        "why": TOO_FAR if far else reasons.get(each.dealer_id, usual),
        "offer": "PHONE" if pace.phone_every else "DEFER" if tier not in (Tier.A, Tier.B) else "HELP",
        "requests": [row.pk for want in each.wants for row in want.rows if row.visit_id is None],
    }


def _is_far(question: Question, dealer_id: int, pace: Pace) -> bool:
    """Whether there, the visit and back takes longer than a day."""
    node, minutes = question.map.nodes[dealer_id], question.map.travel.minutes
    way = float(minutes[START][node]) + float(minutes[node][END])
    return way + pace.minutes > question.working.minutes_a_day
