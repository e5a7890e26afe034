"""What a rule says, as words in the reader's language: its scope, its terms line by line, and what changed."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from accounts.choices import Role
from alerts.choices import OwnedBy, Severity
from alerts.kinds.kind import Kind, Measure, Turn, Unit
from alerts.models import AlertRule, RuleVersion
from alerts.reasons import figure_text, percent
from alerts.terms import read_limits
from crm.base.templatetags import crm
from crm.base.text import joined, labelled
from dealers.choices import DealerKind, Tier


@dataclass(frozen=True, slots=True)
class Line:
    """One term: `key` tells the same term of two versions."""

    key: str
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class LimitRow:
    """A measure with the figures from which yellow, orange and red begin; an empty text where one never does."""

    measure: Measure
    yellow: str
    orange: str
    red: str


def scope_of_rule(rule: AlertRule) -> str:
    """`East China, CN, franchisees, tier A`; `everywhere` for a rule without a scope of its own."""
    parts = [*([str(rule.territory)] if rule.territory else []), *rule.countries]
    parts += [str(DealerKind(kind).label) for kind in rule.dealer_kinds if kind in DealerKind.values]
    parts += [tier_text(tier) for tier in rule.tiers]
    return joined(parts) if parts else _("everywhere, for all dealers")


def tier_text(tier: str) -> str:
    return _("tier %(tier)s") % {"tier": Tier(tier).label} if tier in Tier.values else _("without a tier")


def limit_rows(version: RuleVersion | None, kind: Kind) -> list[LimitRow]:
    """What is watched; the kind's own limits where no version counts."""
    rows = []
    for measure in kind.measures:
        limits = measure.limits if version is None else read_limits(version.thresholds.get(measure.key))
        texts = [limit_text(measure, limit, number) for number, limit in enumerate(limits, 1)]
        rows.append(LimitRow(measure, *texts))
    return rows


def limit_text(measure: Measure, limit: Decimal | None, level: int) -> str:
    """`from 16 days`, `above 80 %`; empty for None."""
    if limit is None:
        return ""
    turn = measure.turn_red if level == Severity.RED and measure.turn_red else measure.turn
    text = {
        Turn.AT_LEAST: pgettext("where a level begins", "from %(limit)s"),
        Turn.ABOVE: pgettext("where a level begins", "above %(limit)s"),
        Turn.AT_MOST: pgettext("where a level begins", "up to %(limit)s"),
        Turn.BELOW: pgettext("where a level begins", "below %(limit)s"),
    }[turn]
    return text % {"limit": figure_text(measure, limit)}


def parameter_text(unit: Unit, value: Decimal) -> str:
    """A parameter with its unit."""
    if unit is Unit.SHARE:
        return percent(value)
    if unit is Unit.DAYS:
        return _days(int(value))
    return _number(value)


def lines(version: RuleVersion, kind: Kind) -> list[Line]:
    """All terms of a version, in the order in which people read them."""
    found = [Line("on", _("switched on"), _yes(version.on))]
    for row in limit_rows(version, kind):
        for severity, text in zip(Severity, (row.yellow, row.orange, row.red), strict=True):
            label = labelled(str(row.measure.label), severity.label) if len(kind.measures) > 1 else str(severity.label)
            found.append(Line(f"{row.measure.key}.{severity.value}", label, text or _("not watched")))
    for parameter in kind.parameters:
        value = Decimal(str(version.parameters.get(parameter.key, parameter.default)))
        found.append(Line(f"parameter.{parameter.key}", str(parameter.label), parameter_text(parameter.unit, value)))
    return [*found, *_of_people(version), *_of_time(version)]


def _of_people(version: RuleVersion) -> list[Line]:
    watchers = joined(Role(role).label for role in version.watchers if role in Role.values)
    return [
        Line("owned_by", _("belongs to"), str(OwnedBy(version.owned_by).label)),
        Line("watchers", _("watched by"), watchers or "–"),
    ]


def _of_time(version: RuleVersion) -> list[Line]:
    hours = joined(
        _("%(level)s %(hours)s h") % {"level": severity.label, "hours": version.acknowledge_hours(severity)}
        for severity in Severity
    )
    return [
        Line("margin", _("margin before a level is left"), parameter_text(Unit.SHARE, Decimal(version.margin))),
        Line("hours", _("to be acknowledged within"), hours),
        Line("cause_days", _("working days to find the cause"), _days(version.cause_days)),
        Line("yellow_days", _("until yellow becomes orange"), _days(version.yellow_days)),
        Line("red_days", _("until red goes one level up"), _days(version.red_days)),
        Line("recovery_days", _("until a resolved case is verified"), _days(version.recovery_days)),
    ]


def changes(before: RuleVersion | None, after: RuleVersion, kind: Kind) -> list[tuple[str, str, str]]:
    """Label, was, is now, of each term that differs; nothing without a version before."""
    if before is None:
        return []
    was = {line.key: line for line in lines(before, kind)}
    return [
        (line.label, was[line.key].text, line.text)
        for line in lines(after, kind)
        if line.key in was and was[line.key].text != line.text
    ]


def _yes(value: bool) -> str:
    return pgettext("a rule is switched on", "yes") if value else pgettext("a rule is switched on", "no")


def _days(count: int) -> str:
    return ngettext("%(count)s day", "%(count)s days", count) % {"count": count}


def _number(value: Decimal) -> str:
    plain = value.normalize()
    return crm.number(plain, max(0, -int(plain.as_tuple().exponent)))
