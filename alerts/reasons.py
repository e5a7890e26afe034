"""Why a case was opened, as a sentence in the reader's language with the figure and the limit it met."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alerts import kinds
from alerts.choices import MajorEventKind
from alerts.kinds.kind import Measure, Unit
from crm.base.templatetags import crm

if TYPE_CHECKING:
    from alerts.models import Case


def sentence(case: Case, *, now: bool = False) -> str:
    """What the case is about: the figures it was opened by, or with `now` those of last night."""
    figures = case.latest if now else case.evidence
    if case.mass:
        return ngettext(
            "%(count)s dealer at once shows “%(kind)s”, far more than usual: look for missing or wrong data first.",
            "%(count)s dealers at once show “%(kind)s”, far more than usual: look for missing or wrong data first.",
            case.dealers_hit,
        ) % {"count": _number(Decimal(case.dealers_hit)), "kind": kinds.label_of(case.kind)}
    if "event" in figures:
        return _("%(event)s, on %(day)s.") % {
            "event": _event(str(figures["event"])), "day": _day(str(figures.get("happened_on", ""))),
        }  # fmt: skip
    return of_figures(case.kind, figures)


def of_figures(kind_code: str, figures: Mapping[str, Any]) -> str:
    """The sentence of the measure that the figures name; the kind's name when the measure is no longer there."""
    kind = kinds.get(kind_code)
    measure = kind.measure(str(figures.get("measure", ""))) if kind else None
    if kind is None or measure is None:
        return kinds.label_of(kind_code)
    values = {name: _shown(name, value) for name, value in figures.items()}
    values |= {
        "figure": figure_text(measure, figures.get("figure")),
        "limit": figure_text(measure, figures.get("limit")),
    }
    try:
        return str(measure.sentence) % values
    except (KeyError, ValueError):
        # Figures of an older version of the measure.
        return kinds.label_of(kind_code)


def figure_text(measure: Measure, value: Any) -> str:
    """A figure or limit of the measure with its unit: 84%, 1.6 times, 21 days."""
    if value is None:
        return "–"
    number = Decimal(str(value))
    match measure.unit:
        case Unit.SHARE:
            return percent(number)
        case Unit.TIMES:
            return _("%(number)s times") % {"number": _number(number, 2)}
        case Unit.DAYS:
            whole = int(number)
            return ngettext("%(number)s day", "%(number)s days", abs(whole)) % {"number": _number(Decimal(whole))}
    return _number(number, 2)


def _shown(name: str, value: Any) -> str:
    if name.endswith("_on") and isinstance(value, str):
        return _day(value)
    if isinstance(value, int | float):
        return _number(Decimal(str(value)), 2)
    return str(value)


def _day(value: str) -> str:
    try:
        return formats.date_format(dt.date.fromisoformat(value), "DATE_FORMAT")
    except ValueError:
        return "–"


def _event(kind: str) -> str:
    return str(MajorEventKind(kind).label) if kind in MajorEventKind.values else kind


def percent(share: Decimal) -> str:
    """A share (0..1) as `84.5%`, as tables write it; nothing is rounded up."""
    return f"{_number(share * 100, 1)}%"


def _number(value: Decimal, digits: int = 0) -> str:
    """Without needless digits, and never rounded up to a limit that it did not reach."""
    cut = value.quantize(Decimal(1).scaleb(-digits), rounding="ROUND_DOWN").normalize()
    return crm.number(cut, max(0, -int(cut.as_tuple().exponent)))
