"""Rows of early warnings for tests."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone

from accounts.models import Territory, User
from alerts import kinds
from alerts.models import AlertRule, Case, DealerStanding, RuleGroup, RuleVersion
from alerts.night import Night, run_warnings
from alerts.terms import default_parameters, default_thresholds
from dealers.models import Dealer
from tests.factories import DealerFactory

# A Wednesday; nobody has a public holiday.
TODAY = dt.date(2026, 3, 11)


def noon(on: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(on, dt.time(12)), dt.UTC)


def night(on: dt.date = TODAY, **options: Any) -> Night:
    return run_warnings(on=on, at=noon(on), **options)


def standing(dealer: Dealer, **figures: Any) -> DealerStanding:
    """What the rules are to read of a dealer, as it stands; nothing to warn of besides."""
    group, _made = RuleGroup.objects.get_or_create(
        territory_id=dealer.territory_id, kind=dealer.kind, tier=dealer.tier or ""
    )
    values: dict[str, Any] = {"group_id": group.pk, "completeness": 100, "verified_on": TODAY}
    row, _made = DealerStanding.objects.update_or_create(dealer=dealer, defaults=values | figures)
    return row


def rule(kind: str, *, on: bool = True, **fields: Any) -> RuleVersion:
    """A published version of a new rule with the kind's own limits, unless `thresholds` says otherwise."""
    found = kinds.get(kind)
    assert found is not None
    scope = {name: fields.pop(name) for name in ("territory", "countries", "dealer_kinds", "tiers") if name in fields}
    made, _is_new = AlertRule.objects.get_or_create(kind=kind, **scope)
    values = {
        "thresholds": default_thresholds(found), "parameters": default_parameters(found),
        "active_from": dt.date(2020, 1, 1), "published_at": noon(dt.date(2020, 1, 1)), "on": on,
        "watchers": [role.value for role in found.watchers],
    }  # fmt: skip
    return RuleVersion.objects.create(rule=made, **(values | fields))


def open_case(territory: Territory, owner: User | None = None, **fields: Any) -> Case:
    """A case as the night leaves it."""
    dealer = fields.pop("dealer", None) or DealerFactory(territory=territory)
    at = fields.pop("at", noon(TODAY))
    severity = fields.pop("severity", 2)
    values = {
        "kind": "overdue", "severity": severity, "worst": severity, "severity_since": TODAY, "opened_on": TODAY,
        "opened_at": at, "acknowledge_by": at + dt.timedelta(hours=48), "cause_by": at + dt.timedelta(days=3),
        "pass_up_at": at + dt.timedelta(hours=48),
        "evidence": {"measure": "days", "figure": 21, "limit": 16}, "latest": {"measure": "days", "figure": 21, "limit": 16},
    }  # fmt: skip
    return Case.objects.create(dealer=dealer, territory=territory, owner=owner, **(values | fields))
