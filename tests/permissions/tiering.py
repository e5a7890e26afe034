"""Who may read tiers and reasons, change the rule, judge dealers and set tiers by hand."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone

from accounts.models import Territory
from crm.base.models import Company
from dealers.models import Dealer
from sales.models import DealerFigures
from tests.factories import DealerFactory, UserFactory
from tests.permissions import EVERYBODY, Row
from tiering.models import (
    DealerPlan,
    DealerPlanStep,
    DealerQuadrant,
    DealerTier,
    TierChange,
    TierOverride,
    TierPolicy,
    TierRun,
)

EDITS_THE_RULE = "dora ada"
OVERRIDES = "bob dora ada"
RUN_ON = dt.date(2026, 1, 5)


def tier_run(place: Territory) -> TierRun:
    values: dict[str, Any] = {
        "policy": TierPolicy.at(RUN_ON), "mode": "FULL", "ran_at": timezone.now(), "year": 2025, "basis": "QUANTITY",
        "ranked_count": 5, "places": 1, "cut_off_value": 7000, "seen_before_xid": 3, "seen_in_cluster": 1,
    }  # fmt: skip
    run, _made = TierRun.objects.get_or_create(on=RUN_ON, defaults=values)
    return run


def moved_dealer(place: Territory) -> Dealer:
    run = tier_run(place)
    dealer = DealerFactory(territory=place, name=f"Moved in {place.code}")
    TierChange.objects.create(
        dealer=dealer, on=run.on, from_tier="A", tier="C", computed="C", reason="REST", kind=dealer.kind, year=2025,
        value=0, value_1=0, value_2=0, decided_on=run.on,
    )  # fmt: skip
    return dealer


def waiting_override(place: Territory) -> TierOverride:
    today = Company.get().today()
    return TierOverride.objects.create(
        dealer=DealerFactory(territory=place, name=f"Waiting in {place.code}"), tier="A", reason="opens a second shop",
        starts_on=today, expires_on=today + dt.timedelta(days=90), requested_by=UserFactory(),
        requested_at=timezone.now(),
    )  # fmt: skip


def placed_dealer(place: Territory) -> Dealer:
    dealer = DealerFactory(territory=place, name=f"Placed in {place.code}")
    DealerQuadrant.objects.create(dealer=dealer, quadrant="CORE", since=RUN_ON)
    return dealer


def racing_dealer(place: Territory) -> Dealer:
    dealer = DealerFactory(territory=place, name=f"Racing in {place.code}", kind="RETAILER")
    DealerFigures.objects.filter(pk=dealer.pk).update(sales_12m_e4=110_000, sales_prior_12m_e4=100_000)
    DealerTier.objects.create(
        dealer=dealer, tier="B", computed="B", reason="GROWTH", kind=dealer.kind, year=2025, value=0, value_1=0, value_2=0,
        decided_on=RUN_ON,
    )  # fmt: skip
    return dealer


def plan_of(place: Territory, quadrant: str) -> DealerPlan:
    today = Company.get().today()
    return DealerPlan.objects.create(
        dealer=DealerFactory(territory=place, name=f"Planned in {place.code}"), quadrant=quadrant, aim="Grow",
        starts_on=today, ends_on=today + dt.timedelta(days=90), created_by=UserFactory(), created_at=timezone.now(),
    )  # fmt: skip


def develop_plan(place: Territory) -> DealerPlan:
    return plan_of(place, "DEVELOP")


def exit_plan(place: Territory) -> DealerPlan:
    return plan_of(place, "PHASE_OUT")


def plan_step(place: Territory) -> DealerPlanStep:
    plan = develop_plan(place)
    return DealerPlanStep.objects.create(plan=plan, kind="PROMOTION", due_on=plan.ends_on)


THINGS = {
    "plan_step": plan_step,
    "placed_dealer": placed_dealer,
    "racing_dealer": racing_dealer,
    "develop_plan": develop_plan,
    "exit_plan": exit_plan,
    "tier_run": tier_run,
    "moved_dealer": moved_dealer,
    "tiered_dealer": lambda place: DealerFactory(territory=place),
    "waiting_override": waiting_override,
}
# A run is of the whole company; what it lists is not.
UNSCOPED = {"tier_run"}

RULE = {
    "active_from": "2030-01-01", "a_top_share": "25", "basis": "QUANTITY", "rounding": "CEIL",
    "kinds_always_a": ["AGENT"], "kinds_ranked": ["FRANCHISEE"], "b_growth": "10", "b_years": "2",
    "b_min_cooperation": "70", "b_min_loyalty": "70", "min_months": "36", "min_completeness": "0", "note": "n",
}  # fmt: skip
WEIGHTS = {
    "active_from": "2030-01-01", "judgement_months": "12", "note": "n", "COOPERATION-EXECUTION": "100",
    "LOYALTY-WALLET": "100", "STRENGTH-CAPITAL": "100", "POTENTIAL-GROWTH": "100",
}  # fmt: skip
ASKED = {"tier": "A", "starts_on": "2099-01-01", "expires_on": "2099-06-01", "reason": "opens a second shop"}
PLANNED = {"aim": "Grow", "ends_on": "2099-01-01"}
FILES = "alice bob charlie dora ada"

ROWS = {
    "tiering:runs": Row(get=EVERYBODY),
    "tiering:run": Row(get=EVERYBODY, args=("tier_run",), lists=("moved_dealer",)),
    "tiering:policy": Row(get=EDITS_THE_RULE, post=EDITS_THE_RULE, body=RULE),
    "tiering:policy_preview": Row(post=EDITS_THE_RULE, body=RULE, post_status=200),
    "tiering:weights": Row(get=EDITS_THE_RULE, post=EDITS_THE_RULE, body=WEIGHTS),
    "tiering:reason": Row(get=EVERYBODY, args=("tiered_dealer",)),
    "tiering:panel": Row(get=EVERYBODY, args=("tiered_dealer",)),
    "tiering:judge": Row(
        get="alice bob charlie dora ada", post="alice bob charlie dora ada", args=("tiered_dealer",),
        body={"component": "EXECUTION", "value": "80", "note": "keeps to the plan"},
    ),
    "tiering:override": Row(get=OVERRIDES, post=OVERRIDES, args=("tiered_dealer",), body=ASKED),
    "tiering:overrides": Row(get=OVERRIDES, lists=("waiting_override",)),
    "tiering:override_decide": Row(post=OVERRIDES, args=("waiting_override",), body={"decision": "approve"}),
    "tiering:override_withdraw": Row(post=OVERRIDES, args=("waiting_override",)),
    "tiering:race": Row(get=EVERYBODY, lists=("racing_dealer",), query={"kind": "RETAILER", "tier": "B"}),
    "tiering:matrix": Row(get=EVERYBODY, lists=("placed_dealer", "develop_plan"), query={"quadrant": "CORE"}),
    "tiering:quadrant": Row(get=EVERYBODY, args=("tiered_dealer",)),
    "tiering:begin_plan": Row(get=FILES, post=FILES, args=("tiered_dealer", "DEVELOP"), body=PLANNED),
    "tiering:plan": Row(get=EVERYBODY, args=("develop_plan",)),
    "tiering:plan_step": Row(post=FILES, args=("plan_step",), body={"note": "n"}),
    "tiering:close_plan": Row(post=OVERRIDES, args=("exit_plan",), body={"do": "stop", "result": "kept after all"}),
}  # fmt: skip
