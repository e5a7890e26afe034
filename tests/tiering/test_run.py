"""The run over all dealers at once does what the rule says of each."""

from __future__ import annotations

import datetime as dt
import random
from decimal import Decimal

import pytest

from dealers.choices import DealerKind
from dealers.models import Dealer
from tests.tiering.population import Population, all_rows, by_run
from tiering.choices import Mode
from tiering.models import DealerTier, TierChange, TierPolicy, TierRun
from tiering.runs import run_tiers

pytestmark = pytest.mark.django_db
ON = dt.date(2026, 1, 10)
POLICIES = {
    "seed rule": {},
    "amount": {"basis": "AMOUNT"},
    "a third, rounded down": {"a_top_share": Decimal("0.333"), "rounding": "FLOOR"},
    "nobody by rank": {"a_top_share": Decimal("0")},
    "everybody by rank": {"a_top_share": Decimal("1")},
    "two ranked kinds": {"kinds_ranked": [DealerKind.FRANCHISEE, DealerKind.RETAILER], "kinds_always_a": []},
    "no ranked kind": {"kinds_ranked": []},
    "one year of growth": {"b_years": 1, "b_growth": Decimal("0.2")},
    "any history": {"min_months": 0},
    "complete profiles": {"min_completeness": 60},
}


@pytest.mark.parametrize("policy", POLICIES.values(), ids=POLICIES.keys())
@pytest.mark.parametrize("seed", [1, 2])
def test_the_run_decides_as_the_rule_does(policy: dict[str, object], seed: int) -> None:
    population = Population(random.Random(seed))
    population.make(150)
    version = TierPolicy.objects.create(active_from=dt.date(2025, 1, 1), **policy)

    run = run_tiers(on=ON)

    cut, expected = population.by_rule(version, ON)
    assert by_run() == expected
    assert (run.ranked_count, run.places, run.cut_off_value) == (cut.count, cut.places, cut.value)
    assert run.count_a == sum(decision.tier == "A" for decision in expected.values())
    assert {reason for *_, reason in ((d.reason,) for d in expected.values())} >= {"OUTSIDE", "REST"}


def test_the_random_dealers_are_of_every_sort() -> None:
    """Else the comparison above would say little."""
    population = Population(random.Random(1))
    population.make(150)
    _cut, decisions = population.by_rule(TierPolicy.at(ON), ON)
    assert {d.reason for d in decisions.values()} == {"AGENT", "RANK", "GROWTH", "REST", "OUTSIDE"}
    assert {bit for d in decisions.values() for bit in d.missing} == {1, 2, 4, 8, 16, 32, 64, 128}


def test_a_first_run_writes_everybody_s_tier_and_history() -> None:
    population = Population(random.Random(3))
    population.make(60)

    run = run_tiers(on=ON)

    for dealer in Dealer.objects.select_related("tier_row"):
        decided = getattr(dealer, "tier_row", None)
        assert dealer.tier == (decided.tier if decided else None)
        assert dealer.tier_since == (ON if decided else None)
    assert TierChange.objects.filter(on=ON, from_tier=None).count() == DealerTier.objects.count() == run.moved


def test_the_same_date_again_changes_nothing() -> None:
    population = Population(random.Random(4))
    population.make(60)
    run_tiers(on=ON)
    before = [all_rows(table) for table in ("tiering_dealertier", "tiering_tierchange", "dealers_dealer")]

    run = run_tiers(on=ON)

    assert [all_rows(table) for table in ("tiering_dealertier", "tiering_tierchange", "dealers_dealer")] == before
    assert TierRun.objects.count() == 1
    assert run.times == 2


def test_history_is_written_only_on_change() -> None:
    population = Population(random.Random(5))
    dealers = population.make(80)
    run_tiers(on=ON, mode=Mode.FULL)
    was = by_run()
    population.change(dealer.pk for dealer in dealers[:20])

    run = run_tiers(on=dt.date(2026, 1, 11), mode=Mode.FULL)

    now = by_run()
    moved = {pk for pk in now if now[pk].tier != was[pk].tier}
    assert moved
    assert set(TierChange.objects.filter(on=run.on).values_list("dealer", flat=True)) == moved
    assert run.moved == len(moved)
    for change in TierChange.objects.filter(on=run.on):
        assert (change.from_tier, change.tier) == (was[change.dealer_id].tier, now[change.dealer_id].tier)


def test_ranks_in_the_history_count_ties_as_one_place() -> None:
    population = Population(random.Random(6))
    dealers = population.make(40)
    run_tiers(on=ON)

    changes = list(TierChange.objects.filter(reason="RANK").order_by("-value"))
    values = sorted(
        (
            d.figures.quantity_e3
            for d in dealers
            if d.kind == "FRANCHISEE" and Dealer.objects.get(pk=d.pk).figures.trading
        ),
        reverse=True,
    )
    assert changes
    assert [change.rank for change in changes] == [values.index(change.value) + 1 for change in changes]
