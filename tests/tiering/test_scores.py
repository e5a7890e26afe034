"""Scores from components: the SQL of the night against the mean by hand."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from dealers.models import BrandShare, BusinessStatus, Dealer, Traits
from sales.models import DealerFigures, FiguresState, Receivable
from tests.factories import DealerFactory, UserFactory
from tiering.choices import Component, Score
from tiering.models import DealerScore, ScoreJudgement, ScoreWeights
from tiering.models.scores import DEFAULT_WEIGHTS, check_weights, default_weights
from tiering.score import capped_loyalty, known_share, weighted
from tiering.scores import run_scores

ON = dt.date(2026, 1, 10)


@pytest.mark.parametrize(
    ("values", "weights", "mean"),
    [
        ([90, 60], [20, 5], 84),
        ([90, None], [20, 5], 90),
        ([None, None], [20, 5], None),
        ([50, 51], [1, 1], 51),
        ([100, 0], [0, 0], None),
        ([], [], None),
    ],
)
def test_unknown_components_leave_the_proportion_of_the_others(
    values: list[int | None], weights: list[int], mean: int | None
) -> None:
    assert weighted(values, weights) == mean


def test_the_share_that_is_known() -> None:
    assert known_share([90, None, 3], [20, 55, 25]) == 45
    assert known_share([], []) == 0


@pytest.mark.parametrize(
    ("loyalty", "survey", "capped"), [(90, 40, 59), (90, 41, 90), (50, 0, 50), (90, None, 90), (None, 0, None)]
)
def test_who_is_dissatisfied_is_not_loyal(loyalty: int | None, survey: int | None, capped: int | None) -> None:
    assert capped_loyalty(loyalty, survey) == capped


def test_default_weights_add_up() -> None:
    check_weights(default_weights())
    assert set(DEFAULT_WEIGHTS) == set(Score)


def stand() -> None:
    FiguresState.objects.update_or_create(pk=1, defaults={"on": ON, "year": 2025, "first_month": 1})


def full_dealer() -> Dealer:
    """Something is known of every component."""
    dealer = DealerFactory(customer_since=dt.date(2022, 6, 1), completeness=80)
    DealerFigures.objects.filter(pk=dealer.pk).update(
        sales_12m_e4=1_200_000, sales_prior_12m_e4=1_000_000, overdue_e4=1_000_000
    )
    BusinessStatus.objects.create(
        dealer=dealer,
        on=dt.date(2025, 6, 1),
        capital_strength=4,
        annual_sales_all_brands=500,
        sales_staff=6,
        vehicles=2,
    )
    BusinessStatus.objects.create(dealer=dealer, on=dt.date(2026, 6, 1), capital_strength=1)
    for ours, sales, funds in ((True, "0.6", "0.4"), (False, "0.4", "0.6")):
        BrandShare.objects.create(
            dealer=dealer, on=dt.date(2025, 3, 1), brand=str(ours), ours=ours, sales_share=Decimal(sales),
            fund_share=Decimal(funds),
        )  # fmt: skip
    Traits.objects.create(dealer=dealer, management_level=3)
    Receivable.objects.create(
        dealer=dealer,
        number="1",
        issued_on=dt.date(2025, 9, 1),
        due_on=dt.date(2025, 10, 1),
        amount=1000,
        open_amount=100,
    )
    for number in range(5):
        DealerFactory(code=f"SUB{number}", parent=dealer, territory=dealer.territory)
    judge = UserFactory()
    for component, value in (
        ("EXECUTION", 70),
        ("PARTICIPATION", 60),
        ("MARKET_ORDER", 100),
        ("SURVEY", 80),
        ("MARKET_SIZE", 50),
        ("WALLET", 1),
    ):
        ScoreJudgement.objects.create(
            dealer=dealer, component=component, value=value, judged_on=dt.date(2025, 5, 1), judged_by=judge
        )
    return dealer


@pytest.mark.django_db
def test_every_component_is_measured_or_judged() -> None:
    dealer = full_dealer()
    stand()

    run_scores(on=ON)

    row = DealerScore.objects.get(pk=dealer.pk)
    values = dict(zip(Component.values, row.values, strict=True))
    assert values == {
        "WALLET": 50, "EXECUTION": 70, "PARTICIPATION": 60, "PUNCTUALITY": 90, "MARKET_ORDER": 100, "TENURE": 60,
        "SURVEY": 80, "SALES_LEVEL": 100, "CAPITAL": 75, "OUTLETS": 60, "STAFF": 50, "MANAGEMENT": 50, "GROWTH": 70,
        "MARKET_SIZE": 50, "PROFILE": 80,
    }  # fmt: skip
    judged = {component for bit, component in enumerate(Component.values) if row.judged >> bit & 1}
    # What is measured is not judged, even where somebody did.
    assert judged == {"EXECUTION", "PARTICIPATION", "MARKET_ORDER", "SURVEY", "MARKET_SIZE"}
    weights = ScoreWeights.at(ON)
    for score in Score:
        assert getattr(row, score.value.lower()) == weighted(row.values, weights.row(score)), score
    # (30 x 70 + 25 x 60 + 20 x 90 + 15 x 50 + 5 x 60 + 5 x 80) / 100 = 68.5
    assert row.cooperation == 69


@pytest.mark.django_db
def test_a_judgement_ends_after_twelve_months_and_the_later_one_counts() -> None:
    dealer = DealerFactory()
    stand()
    judge = UserFactory()

    def judged(component: str, value: int, day: dt.date) -> None:
        ScoreJudgement.objects.create(dealer=dealer, component=component, value=value, judged_on=day, judged_by=judge)

    judged("EXECUTION", 90, dt.date(2025, 1, 10))
    judged("SURVEY", 30, dt.date(2025, 1, 11))
    judged("SURVEY", 40, dt.date(2025, 2, 1))
    judged("MARKET_ORDER", 100, dt.date(2026, 1, 10))
    judged("MARKET_SIZE", 55, dt.date(2026, 1, 11))

    run_scores(on=ON)

    values = dict(zip(Component.values, DealerScore.objects.get().values, strict=True))
    assert (values["EXECUTION"], values["SURVEY"], values["MARKET_ORDER"], values["MARKET_SIZE"]) == (
        None,
        40,
        100,
        None,
    )
    assert DealerScore.objects.get().loyalty == 59


@pytest.mark.django_db
def test_nothing_known_is_no_score_and_a_second_night_writes_nothing() -> None:
    dealer = DealerFactory()
    stand()
    assert run_scores(on=ON) == 1
    row = DealerScore.objects.get(pk=dealer.pk)
    assert (row.loyalty, row.strength, row.potential) == (None, None, None)
    assert run_scores(on=ON + dt.timedelta(days=1)) == 0
    assert DealerScore.objects.get(pk=dealer.pk).on == ON
