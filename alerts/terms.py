"""The terms of a rule as numbers: limits, parameters, margin. What a version's JSON says, checked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from alerts.kinds.kind import Kind, Limits, Measure

if TYPE_CHECKING:
    from alerts.models import RuleVersion

LEVELS = ("yellow", "orange", "red")
NO_LIMITS: Limits = (None, None, None)


@dataclass(frozen=True, slots=True)
class Terms:
    """What a version asks of one kind. `limits` by measure; a rule that is off has none. `quiet`: nothing gets worse."""

    version_id: int | None
    limits: Mapping[str, Limits] = field(default_factory=dict)
    parameters: Mapping[str, Decimal] = field(default_factory=dict)
    margin: Decimal = Decimal("0.05")
    quiet: bool = False

    def limits_of(self, measure: Measure) -> Limits:
        return self.limits.get(measure.key, NO_LIMITS)

    def of_figures(self) -> tuple[Any, ...]:
        """What two rules must have in common to find the same."""
        return (
            tuple(sorted(self.limits.items())), tuple(sorted(self.parameters.items())), self.margin, self.quiet,
        )  # fmt: skip


def default_thresholds(kind: Kind) -> dict[str, dict[str, str | None]]:
    """The limits that the kind brings along, as a version's JSON."""
    return {
        measure.key: {
            level: None if limit is None else str(limit) for level, limit in zip(LEVELS, measure.limits, strict=True)
        }
        for measure in kind.measures
    }


def default_parameters(kind: Kind) -> dict[str, str]:
    return {parameter.key: str(parameter.default) for parameter in kind.parameters}


def terms_of(version: RuleVersion, kind: Kind, on: dt.date) -> Terms:
    """The terms of a published version on the day. Parameters that it does not name are the kind's own."""
    quiet = any(period.starts_on <= on < period.ends_on for period in version.rule.quiet_periods.all())
    parameters = {parameter.key: parameter.default for parameter in kind.parameters}
    parameters |= {key: Decimal(value) for key, value in version.parameters.items() if key in parameters}
    limits = {measure.key: read_limits(version.thresholds.get(measure.key)) for measure in kind.measures}
    return Terms(version.pk, limits if version.on else {}, parameters, Decimal(version.margin), quiet)


def read_limits(value: Mapping[str, str | None] | None) -> Limits:
    """Yellow, orange, red; None where the JSON names no limit."""
    yellow, orange, red = (
        None if (value or {}).get(level) in (None, "") else Decimal(str((value or {})[level])) for level in LEVELS
    )
    return yellow, orange, red


def check_thresholds(kind: Kind, thresholds: Any) -> None:
    """Raises ValidationError for measures that the kind does not have, for what is no number, and for limits that do not
    get worse from yellow to red."""
    if not isinstance(thresholds, dict):
        raise ValidationError(_("Limits are written by measure."))
    measures = {measure.key: measure for measure in kind.measures}
    for key, value in thresholds.items():
        if key not in measures:
            raise ValidationError(_("There is no measure “%(key)s” here.") % {"key": key})
        if not isinstance(value, dict) or set(value) - set(LEVELS):
            raise ValidationError(_("Limits of “%(key)s” are named yellow, orange and red.") % {"key": key})
        try:
            given = [limit for limit in read_limits(value) if limit is not None]
        except InvalidOperation:
            raise ValidationError(_("A limit of “%(key)s” is no number.") % {"key": key}) from None
        if any(not limit.is_finite() or abs(limit) >= 1_000_000 for limit in given):
            raise ValidationError(_("A limit of “%(key)s” is too large.") % {"key": key})
        if given != sorted(given, reverse=not measures[key].turn.rises):
            text = _("The limits of “%(measure)s” must get stricter from yellow to red.")
            raise ValidationError(text % {"measure": measures[key].label})


def check_parameters(kind: Kind, parameters: Any) -> None:
    """Raises ValidationError for what the kind does not read and for what is no number."""
    if not isinstance(parameters, dict):
        raise ValidationError(_("Parameters are written by name."))
    known = {parameter.key for parameter in kind.parameters}
    for key, value in parameters.items():
        if key not in known:
            raise ValidationError(_("There is no parameter “%(key)s” here.") % {"key": key})
        try:
            number = Decimal(str(value))
        except InvalidOperation:
            raise ValidationError(_("The parameter “%(key)s” is no number.") % {"key": key}) from None
        if not number.is_finite() or not 0 <= number < 100_000:
            raise ValidationError(_("The parameter “%(key)s” is out of range.") % {"key": key})
