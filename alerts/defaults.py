"""The rules and causes that the program brings along, written down after each `migrate` where they are missing."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.utils import timezone

from alerts import kinds
from alerts.causes import BUILT_IN
from alerts.terms import default_parameters, default_thresholds


def ensure_rules(**_signal: Any) -> None:
    """A rule for everybody, of each kind that has none, with the limits of the kind, published long ago."""
    from alerts.models import BEFORE_ALL, AlertRule, Cause, RuleVersion

    if RuleVersion._meta.db_table not in connection.introspection.table_names():
        # Migrated back, or not yet so far.
        return
    known = set(AlertRule.objects.values_list("kind", flat=True))
    missing = [kind for kind in kinds.registered() if kind.code not in known]
    rules = AlertRule.objects.bulk_create([AlertRule(kind=kind.code) for kind in missing])
    RuleVersion.objects.bulk_create(
        [
            RuleVersion(
                rule=rule, active_from=BEFORE_ALL, thresholds=default_thresholds(kind),
                parameters=default_parameters(kind), owned_by=kind.owned_by, margin=kind.margin,
                watchers=[role.value for role in kind.watchers], recovery_days=kind.recovery_days,
                published_at=timezone.now(),
            )
            for rule, kind in zip(rules, missing, strict=True)
        ]
    )  # fmt: skip
    Cause.objects.bulk_create([Cause(code=code) for code in BUILT_IN], ignore_conflicts=True)
