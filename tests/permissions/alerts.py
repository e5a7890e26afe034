"""Warnings: everybody sees the cases of her territories; who works there takes the steps, who leads there decides."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from accounts.models import Territory
from alerts.models import AlertRule, Case, CaseAction, LossReview, QuietPeriod, RuleTrial, RuleVersion
from crm.base.models import Company
from dealers.choices import DealerStatus
from dealers.models import StatusChange
from tests.factories import DealerFactory
from tests.permissions import EVERYBODY, Id, Row

WORKS = "alice bob charlie dora fay ada"
LEADS = "bob dora ada"


def case_of(place: Territory) -> Case:
    on, at = Company.get().today(), timezone.now()
    dealer = DealerFactory(territory=place, name=f"Warned of in {place.code}")
    return Case.objects.create(
        kind="churn", dealer=dealer, territory=place, severity=2, worst=2, severity_since=on, opened_on=on, opened_at=at,
        acknowledge_by=at + dt.timedelta(days=2), cause_by=at + dt.timedelta(days=3),
        evidence={"measure": "days", "figure": 91, "limit": 90},
    )  # fmt: skip


def task_of(place: Territory) -> CaseAction:
    case = case_of(place)
    return CaseAction.objects.create(
        case=case, title="Call the owner", due_on=case.opened_on, created_at=case.opened_at
    )


def rule_of(_place: Territory) -> AlertRule:
    rule, _made = AlertRule.objects.get_or_create(kind="stock", territory=None, dealer_kinds=[], tiers=["A"])
    RuleVersion.objects.get_or_create(
        rule=rule, active_from=dt.date(2026, 1, 1), defaults={"published_at": timezone.now()}
    )
    return rule


def draft_of(place: Territory) -> RuleVersion:
    return RuleVersion.objects.get_or_create(rule=rule_of(place), active_from=dt.date(2098, 1, 1))[0]


def trial_of(place: Territory) -> RuleTrial:
    version = draft_of(place)
    return RuleTrial.objects.create(
        rule=version.rule, version=version, on=Company.get().today(), asked_at=timezone.now()
    )


def quiet_of(place: Territory) -> QuietPeriod:
    return QuietPeriod.objects.create(
        rule=rule_of(place), starts_on=dt.date(2026, 2, 1), ends_on=dt.date(2026, 3, 1), reason="New Year"
    )


def loss_of(place: Territory) -> LossReview:
    on = Company.get().today()
    dealer = DealerFactory(territory=place, name=f"Lost in {place.code}", status=DealerStatus.TERMINATED)
    change = StatusChange.objects.create(
        dealer=dealer, from_status="ACTIVE", to_status="TERMINATED", reason="closed", changed_at=timezone.now()
    )
    return LossReview.objects.create(dealer=dealer, change=change, due_on=on)


THINGS = {
    "case": case_of, "case_task": task_of, "warned_dealer": lambda place: DealerFactory(territory=place),
    "warning_rule": rule_of, "rule_draft": draft_of, "rule_trial": trial_of, "quiet_period": quiet_of, "lost_dealer": loss_of,
}  # fmt: skip
# A rule is the whole company's.
UNSCOPED = {"warning_rule", "rule_draft", "rule_trial", "quiet_period"}
RULES = "dora ada"
TERMS = {
    "active_from": "2099-01-01", "on": "on", "owned_by": "MANAGER", "margin": "5", "acknowledge_hours_yellow": "72",
    "acknowledge_hours_orange": "48", "acknowledge_hours_red": "24", "cause_days": "3", "yellow_days": "14",
    "red_days": "5", "recovery_days": "30", "limit-over-yellow": "60", "do": "keep",
}  # fmt: skip
WHY = {"reason": "MARKET", "what_happened": "The town shrinks", "lesson": "Look for its neighbours in time"}

ROWS = {
    "alerts:list": Row(get=EVERYBODY),
    "alerts:board": Row(get=EVERYBODY),
    "alerts:short": Row(get=EVERYBODY),
    "alerts:owners": Row(get=LEADS),
    "alerts:assign_many": Row(post=LEADS, body={"case": Id("case"), "to": "0"}),
    "alerts:merge": Row(post=LEADS, body={"case": Id("case")}),
    "alerts:case": Row(get=EVERYBODY, args=("case",)),
    "alerts:step": Row(post=WORKS, args=("case", "acknowledge")),
    "alerts:end_task": Row(post=WORKS, args=("case_task",), body={"state": "DONE"}),
    "alerts:panel": Row(get=EVERYBODY, args=("warned_dealer",)),
    "alerts:churn": Row(get=EVERYBODY, args=("warned_dealer",)),
    "alerts:course": Row(get=EVERYBODY, args=("case",)),
    "alerts:losses": Row(get=EVERYBODY, lists=("lost_dealer",)),
    "alerts:loss": Row(get=EVERYBODY, post=WORKS, args=("lost_dealer",), body=WHY),
    "alerts:kpis": Row(get="bob dora ada", post="bob dora ada", body={"format": "CSV"}, post_status=200),
    "alerts:save_list": Row(post=EVERYBODY, body={"name": "Red ones", "query": "severity=3"}),
    "alerts:rules": Row(get=RULES),
    "alerts:new_rule": Row(get=RULES, post=RULES, args=("stock",), body={**TERMS, "dealer_kinds": ["AGENT"]}),
    "alerts:rule": Row(get=RULES, args=("warning_rule",)),
    "alerts:edit_rule": Row(get=RULES, post=RULES, args=("warning_rule",), body=TERMS),
    "alerts:switch_rule": Row(post=RULES, args=("warning_rule",), body={"on": "0"}),
    "alerts:add_quiet": Row(
        post=RULES,
        args=("warning_rule",),
        body={"starts_on": "2026-05-01", "ends_on": "2026-05-06", "reason": "Holidays"},
    ),
    "alerts:drop_quiet": Row(post=RULES, args=("quiet_period",)),
    "alerts:publish_version": Row(post=RULES, args=("rule_draft",)),
    "alerts:drop_draft": Row(post=RULES, args=("rule_draft",)),
    "alerts:try_version": Row(post=RULES, args=("rule_draft",)),
    "alerts:trial": Row(get=RULES, args=("rule_trial",)),
    "alerts:try_again": Row(post=RULES, args=("rule_trial",)),
    "alerts:event": Row(get=WORKS, post=WORKS, args=("warned_dealer",), body={"kind": "FIRE"}),
}

EXEMPT = {"alerts:delete_list": "A list of cases belongs to a person, not to a territory: tests/alerts/test_lists.py"}
