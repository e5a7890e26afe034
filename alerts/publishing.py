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
from alerts.models import AlertRule, RuleVersion
from alerts.terms import check_parameters, check_thresholds, default_parameters, default_thresholds


class RuleRefused(Exception):
    """The rule cannot be written like this; the text says why."""


@transaction.atomic
def make_rule(
    *,
    kind: str,
    by: User,
    territory: Territory | None = None,
    dealer_kinds: Iterable[str] = (),
    tiers: Iterable[str] = (),
) -> AlertRule:
    """A rule with a scope of its own; it says nothing until a version is published. The same scope gives the rule that is
    there."""
    _check_right(by)
    if kinds.get(kind) is None:
        raise RuleRefused(_("There is no such kind of warning."))
    rule, _made = AlertRule.objects.get_or_create(
        kind=kind, territory=territory, dealer_kinds=sorted(set(dealer_kinds)), tiers=sorted(set(tiers)),
        defaults={"created_by": by},
    )  # fmt: skip
    return rule


@transaction.atomic
def publish(*, version: RuleVersion, by: User, at: dt.datetime, on: dt.date) -> RuleVersion:
    """Let a version (new, or a draft) count from its day on. A day in the past is refused: nights that were are not decided
    again. Raises RuleRefused."""
    _check_right(by)
    AlertRule.objects.select_for_update().get(pk=version.rule_id)
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
    elif kind is not None:
        values = {
            "thresholds": default_thresholds(kind), "parameters": default_parameters(kind), "owned_by": kind.owned_by,
            "watchers": [role.value for role in kind.watchers], "margin": kind.margin,
            "recovery_days": kind.recovery_days,
        }  # fmt: skip
    else:
        values = {}
    return RuleVersion(rule=rule, active_from=active_from, **(values | changes))


def _check_right(by: User) -> None:
    if not access.may_edit_rules(by):
        raise RuleRefused(_("Only directors and administrators write rules."))
