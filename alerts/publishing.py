"""New rules and new versions of rules. A published version counts from its day on and never changes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Territory, User
from alerts import access, kinds
from alerts.models import AlertRule, QuietPeriod, RuleVersion
from alerts.terms import check_parameters, check_thresholds, default_parameters, default_thresholds
from crm.base.audit import because


class RuleRefused(Exception):
    """The rule cannot be written like this; the text says why."""


@transaction.atomic
def make_rule(
    *,
    kind: str,
    by: User,
    territory: Territory | None = None,
    countries: Iterable[str] = (),
    dealer_kinds: Iterable[str] = (),
    tiers: Iterable[str] = (),
) -> AlertRule:
    """A rule with a scope of its own; it says nothing until a version is published. The same scope gives the rule that is
    there."""
    _check_right(by, territory.pk if territory else None)
    if kinds.get(kind) is None:
        raise RuleRefused(_("There is no such kind of warning."))
    rule, _made = AlertRule.objects.get_or_create(
        kind=kind, territory=territory, countries=sorted(set(countries)), dealer_kinds=sorted(set(dealer_kinds)),
        tiers=sorted(set(tiers)), defaults={"created_by": by},
    )  # fmt: skip
    return rule


@transaction.atomic
def publish(*, version: RuleVersion, by: User, at: dt.datetime, on: dt.date) -> RuleVersion:
    """Let a version (new, or a draft) count from its day on. A day in the past is refused: nights that were are not decided
    again. Raises RuleRefused."""
    rule = AlertRule.objects.select_for_update().get(pk=version.rule_id)
    _check_right(by, rule.territory_id)
    if version.published_at is not None:
        raise RuleRefused(_("This version is published already."))
    if version.active_from < on:
        raise RuleRefused(_("A version counts from today or from a later day."))
    check_version(version)
    if RuleVersion.objects.published().filter(rule=version.rule_id, active_from=version.active_from).exists():
        raise RuleRefused(_("Another version counts from that day: choose the next day."))
    version.published_at, version.published_by = at, by
    version.save()
    return version


def check_version(version: RuleVersion) -> None:
    """Raises RuleRefused for limits and parameters that make no sense."""
    kind = kinds.get(version.rule.kind)
    if kind is None:
        raise RuleRefused(_("There is no such kind of warning."))
    try:
        check_thresholds(kind, version.thresholds)
        check_parameters(kind, version.parameters)
        if not 0 <= Decimal(version.margin) <= 1:
            raise RuleRefused(_("The margin is a share from 0 to 1."))
    except ValidationError as error:
        raise RuleRefused(" ".join(error.messages)) from error


def draft_of(rule: AlertRule, active_from: dt.date, **changes: Mapping[str, Any] | Any) -> RuleVersion:
    """A new version, not saved: like the one that counts on the day, else with the kind's own terms, and `changes`."""
    last = rule.versions.published().filter(active_from__lte=active_from).order_by("-active_from").first()
    kind = kinds.get(rule.kind)
    if last is not None:
        skipped = {"id", "rule", "active_from", "note", "published_at", "published_by"}
        fields = [field.name for field in RuleVersion._meta.concrete_fields if field.name not in skipped]
        values: dict[str, Any] = {name: getattr(last, name) for name in fields}
        if kind is not None:
            # What the kind measured or read once, and does no longer, is left behind.
            values["thresholds"] = {key: each for key, each in last.thresholds.items() if kind.measure(key)}
            known = {parameter.key for parameter in kind.parameters}
            values["parameters"] = {key: each for key, each in last.parameters.items() if key in known}
    elif kind is not None:
        values = {
            "thresholds": default_thresholds(kind), "parameters": default_parameters(kind), "owned_by": kind.owned_by,
            "watchers": [role.value for role in kind.watchers], "margin": kind.margin,
            "recovery_days": kind.recovery_days,
        }  # fmt: skip
    else:
        values = {}
    return RuleVersion(rule=rule, active_from=active_from, **(values | changes))


@transaction.atomic
def switch(
    *, rule: AlertRule, turn_on: bool, by: User, at: dt.datetime, on: dt.date, starts_on: dt.date
) -> RuleVersion:
    """A version like the last one that is on, or off, from the day on. Raises RuleRefused."""
    text = _("Switched on") if turn_on else _("Switched off")
    version = draft_of(rule, starts_on, on=turn_on, note=text)
    return publish(version=version, by=by, at=at, on=on)


def first_free_day(rule: AlertRule, on: dt.date, *, but: RuleVersion | None = None) -> dt.date:
    """The first day from `on` that no other version of the rule begins on."""
    others = rule.versions.filter(active_from__gte=on)
    if but is not None and but.pk is not None:
        others = others.exclude(pk=but.pk)
    taken = set(others.values_list("active_from", flat=True))
    day = on
    while day in taken:
        day += dt.timedelta(days=1)
    return day


@transaction.atomic
def add_quiet_period(*, rule: AlertRule, starts_on: dt.date, ends_on: dt.date, reason: str, by: User) -> QuietPeriod:
    """Days on which the rule makes nothing worse, from one day until before another. Raises RuleRefused."""
    _check_right(by, rule.territory_id)
    if ends_on <= starts_on:
        raise RuleRefused(_("The end must come after the beginning."))
    if not reason.strip():
        raise RuleRefused(_("Say why: a trade fair, holidays, data that are missing."))
    because(_("quiet period of a warning rule"))
    return QuietPeriod.objects.create(rule=rule, starts_on=starts_on, ends_on=ends_on, reason=reason.strip()[:200])


@transaction.atomic
def drop_quiet_period(*, period: QuietPeriod, by: User) -> None:
    """The days count again."""
    _check_right(by, period.rule.territory_id)
    because(_("quiet period of a warning rule"))
    period.delete()


@transaction.atomic
def drop_draft(*, version: RuleVersion, by: User) -> bool:
    """Throw a draft away, and its rule when it never said anything; True when the rule went too. Raises RuleRefused."""
    rule = AlertRule.objects.select_for_update().get(pk=version.rule_id)
    _check_right(by, rule.territory_id)
    if version.published_at is not None:
        raise RuleRefused(_("This version is published already."))
    version.delete()
    if rule.versions.exists():
        return False
    rule.delete()
    return True


def _check_right(by: User, territory_id: int | None) -> None:
    if not access.may_edit_rules(by):
        raise RuleRefused(_("Only directors and administrators write rules."))
    if not access.may_edit_rule(by, territory_id):
        raise RuleRefused(_("Only who leads everywhere writes rules that count everywhere."))
