"""The pages of runs and of the rule, and what the start page asks."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from crm.base.models import Company
from dealers.models import Dealer
from sales.models import DealerFigures
from tests.factories import DealerFactory
from tests.tiering.population import Population, all_rows
from tiering.models import TierChange, TierPolicy, TierRun
from tiering.moves import last_night
from tiering.pareto import pareto_class, run_pareto
from tiering.runs import run_tiers

pytestmark = pytest.mark.django_db
As = Callable[[User], Client]
ON = dt.date(2026, 1, 10)


@pytest.fixture
def two_nights(territories: dict[str, Any]) -> Population:
    """Dealers of Alice's and of Charlie's patch, some of which moved in the second night."""
    population = Population(random.Random(11), ON)
    here = population.make(40, territories["CN-EAST-1"])
    there = population.make(40, territories["JP-KANTO-1"])
    run_tiers(on=ON)
    population.change(dealer.pk for dealer in [*here[:20], *there[:20]])
    run_tiers(on=ON + dt.timedelta(days=1))
    return population


def test_the_start_page_gets_only_the_user_s_moves_with_their_reasons(
    two_nights: Population, alice: User, dora: User
) -> None:
    hers, all_of_them = last_night(alice), last_night(dora, limit=500)
    run = TierRun.objects.get(on=ON + dt.timedelta(days=1))
    assert hers.on == run.on
    assert {move.dealer.territory.code for move in hers.moves} == {"CN-EAST-1"}
    assert hers.count == sum(move.dealer.territory.code == "CN-EAST-1" for move in all_of_them.moves)
    assert 0 < hers.count < all_of_them.count == run.moved
    assert all(move.reason.startswith((f"{move.to_tier}: ", "No tier")) for move in all_of_them.moves)
    assert hers.counts["A"] == Dealer.objects.filter(tier="A", territory__code="CN-EAST-1").count()
    assert all_of_them.counts == {"A": run.count_a, "B": run.count_b, "C": run.count_c}


def test_before_the_first_night_there_is_nothing(alice: User) -> None:
    assert last_night(alice).on is None


def test_the_matrix_of_a_run_opens_into_its_dealers(two_nights: Population, client_of: As, alice: User) -> None:
    run = TierRun.objects.get(on=ON + dt.timedelta(days=1))
    change = TierChange.objects.moves().filter(on=run.on, dealer__territory__code="CN-EAST-1").first()
    assert change is not None
    address = f"/tiers/runs/{run.pk}/?was={change.from_tier or 'none'}&now={change.tier or 'none'}"
    page = client_of(alice).get(address).content.decode()
    same = TierChange.objects.filter(on=run.on, from_tier=change.from_tier, tier=change.tier)
    for each in same.select_related("dealer__territory"):
        assert (f">{each.dealer.code}" in page) == (each.dealer.territory.code == "CN-EAST-1")


def test_the_run_s_page_asks_as_many_queries_for_few_as_for_many(
    client_of: As, dora: User, two_nights: Population, django_assert_max_num_queries: Any
) -> None:
    client = client_of(dora)
    first, second = TierRun.objects.order_by("on")
    assert first.moved > 45 > second.moved > 5
    client.get(f"/tiers/runs/{second.pk}/")
    for run in (first, second):
        client.get(f"/tiers/runs/{run.pk}/")
        with django_assert_max_num_queries(9):
            client.get(f"/tiers/runs/{run.pk}/")


def rule(**fields: Any) -> dict[str, Any]:
    return {
        "active_from": "2026-02-01", "a_top_share": "20", "basis": "QUANTITY", "rounding": "CEIL",
        "kinds_always_a": ["AGENT"], "kinds_ranked": ["FRANCHISEE"], "b_growth": "10", "b_years": "2",
        "b_min_cooperation": "70", "b_min_loyalty": "70", "min_months": "36", "min_completeness": "0", "note": "",
        **fields,
    }  # fmt: skip


@pytest.fixture
def today_is_the_second_night(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Company, "today", lambda self, at=None: ON + dt.timedelta(days=1))


def test_a_preview_says_who_would_move_and_writes_nothing(
    client_of: As, dora: User, two_nights: Population, today_is_the_second_night: None
) -> None:
    tables = ("tiering_dealertier", "tiering_tierchange", "dealers_dealer", "tiering_tierpolicy")
    before = [all_rows(table) for table in tables]
    policy = TierPolicy(a_top_share=Decimal("0.5"))
    _cut, decisions = two_nights.by_rule(policy, ON + dt.timedelta(days=1))
    would = sum(dealer.tier != decisions[dealer.pk].tier for dealer in Dealer.objects.all())

    page = client_of(dora).post("/tiers/policy/preview/", rule(a_top_share="50")).content.decode()

    assert would > 1
    assert f"{would} dealers would move" in page
    assert [all_rows(table) for table in tables] == before


def test_a_saved_rule_counts_from_its_day_on(
    client_of: As, dora: User, two_nights: Population, today_is_the_second_night: None
) -> None:
    answer = client_of(dora).post("/tiers/policy/", rule(a_top_share="50", note="More room for A"))
    assert answer.status_code == 302
    version = TierPolicy.objects.get(active_from="2026-02-01")
    assert (version.a_top_share, version.created_by) == (Decimal("0.5"), dora)
    assert TierPolicy.at(dt.date(2026, 1, 31)).a_top_share == Decimal("0.2")
    two_nights.stand(dt.date(2026, 2, 1))
    assert run_tiers(on=dt.date(2026, 2, 1)).policy == version


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"active_from": "2026-01-11"}, "decided already"),
        ({"a_top_share": "120"}, "100"),
        ({"kinds_ranked": ["AGENT"]}, "What is always A is not ranked: agent."),
        ({"b_years": "3"}, "2"),
    ],
)
def test_a_wrong_rule_is_refused(
    client_of: As, dora: User, two_nights: Population, today_is_the_second_night: None, wrong: dict[str, Any], says: str
) -> None:
    answer = client_of(dora).post("/tiers/policy/", rule(**wrong))
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert TierPolicy.objects.count() == 1


def test_weights_add_up_to_a_hundred(client_of: As, dora: User) -> None:
    body = {
        "active_from": "2030-01-01", "judgement_months": "6", "note": "", "COOPERATION-EXECUTION": "60",
        "COOPERATION-WALLET": "30", "LOYALTY-WALLET": "100", "STRENGTH-CAPITAL": "100", "POTENTIAL-GROWTH": "100",
    }  # fmt: skip
    answer = client_of(dora).post("/tiers/weights/", body)
    assert answer.status_code == 422
    assert "The weights of cooperation add up to 90, not to 100." in answer.content.decode()


def test_the_second_opinion_takes_the_dealer_that_crosses_a_border_in(territories: dict[str, Any]) -> None:
    """Sales of 50, 30, 10, 6 and 4: the second crosses 70 %, the third reaches 90 % exactly."""
    for number, amount in enumerate((50, 30, 10, 6, 4)):
        dealer = DealerFactory(code=f"X{number}", kind="RETAILER", territory=territories["CN-EAST-1"])
        DealerFigures.objects.filter(pk=dealer.pk).update(amount_e4=amount)
    Population(random.Random(1)).stand(ON)
    run_tiers(on=ON)
    assert run_pareto(on=ON) == 1
    run = TierRun.objects.get()
    assert [pareto_class(amount, run) for amount in (50, 30, 10, 6, 4)] == ["A", "A", "B", "C", "C"]
