"""The sentence that says why."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.utils import translation

from tiering.models import DealerTier
from tiering.reasons import Background, growth, sentence
from tiering.rule import CutOff, Facts, Terms, decide

ON = dt.date(2026, 1, 10)
TERMS = Terms()
BACKGROUND = Background(ON, TERMS, "QUANTITY", ranked_count=240, places=48, cut_off_value=5_200_000)


def row(facts: Facts, background: Background = BACKGROUND) -> DealerTier:
    """The row that a run writes for these facts."""
    cut = CutOff(background.ranked_count, background.places, background.cut_off_value)
    decision = decide(facts, background.terms, cut, background.on)
    return DealerTier(
        tier=decision.tier, computed=decision.computed, reason=decision.reason, missing=decision.missing,
        kind=facts.kind, year=2025, value=facts.values[0], value_1=facts.values[1], value_2=facts.values[2],
        first_sale_month=facts.first_sale_month, cooperation=facts.cooperation, loyalty=facts.loyalty,
    )  # fmt: skip


LONG = dt.date(2020, 1, 1)
SENTENCES = [
    (Facts("AGENT"), "A: agents are always A."),
    (Facts("FRANCHISEE", trading=False), "No tier: the dealer does not trade with us."),
    (
        Facts("FRANCHISEE", values=(5_200_000, 0, 0)),
        "A: rank 12 of 240 franchisees by quantity of 2025; the first 48 are A.",
    ),
    (
        Facts("RETAILER", values=(1_247_640, 1_124_000, 1_000_000), first_sale_month=LONG, cooperation=78, loyalty=81),
        "B: quantity grew 12.4 % in 2024 and 11.0 % in 2025 (at least 10 % each),"
        " cooperation 78, loyalty 81 (at least 70 each).",
    ),
    (
        Facts("RETAILER", values=(1_144_000, 1_100_000, 1_000_000), first_sale_month=LONG, cooperation=78, loyalty=81),
        "C: only one thing is missing for B: quantity grew 4.0 % in 2025 (10 % needed).",
    ),
    (
        Facts("RETAILER", values=(900_000, 1_000_000, 500_000), first_sale_month=LONG, cooperation=68, loyalty=None),
        "C: cooperation 68 (70 needed); quantity fell 10.0 % in 2025 (growth of 10 % needed); no loyalty score yet.",
    ),
    (
        Facts("RETAILER", values=(-5_000, 1_000_000, 500_000), first_sale_month=LONG, cooperation=78, loyalty=81),
        "C: only one thing is missing for B: no sales in 2025.",
    ),
    (
        Facts("FRANCHISEE", values=(4_000_500, 3_000_000, 0), first_sale_month=dt.date(2024, 2, 1), cooperation=70, loyalty=70),
        "C: 23 months of figures (36 needed); no sales in 2023 to grow from."
        " A by rank begins at 5,200; this dealer had 4,000.5 in 2025.",
    ),
]  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize(("facts", "expected"), SENTENCES)
def test_the_sentence_names_figures_and_limits(facts: Facts, expected: str) -> None:
    assert sentence(row(facts), BACKGROUND, rank=12) == expected


@pytest.mark.django_db
def test_a_limit_that_was_missed_is_never_rounded_up_to() -> None:
    """1,099,600 after 1,000,000 is 9.96 %: not 10.0."""
    facts = Facts("RETAILER", values=(1_099_600, 1_000_000, 800_000), first_sale_month=LONG, cooperation=99, loyalty=99)
    assert (
        sentence(row(facts), BACKGROUND)
        == "C: only one thing is missing for B: quantity grew 9.9 % in 2025 (10 % needed)."
    )
    assert growth(1_100_000, 1_000_000) == Decimal("10.0")
    assert growth(1, 0) is None


@pytest.mark.django_db
def test_amounts_stand_in_the_company_s_currency_and_fiscal_years_name_both_years() -> None:
    background = Background(ON, TERMS, "AMOUNT", 10, 2, 123_456_0000, first_month=4)
    facts = Facts("FRANCHISEE", values=(23_456_0000, 20_000_0000, 10_000_0000), first_sale_month=LONG, loyalty=70)
    assert sentence(row(facts, background), background) == (
        "C: only one thing is missing for B: no cooperation score yet."
        " A by rank begins at 123,456 USD; this dealer had 23,456 USD in 2025/26."
    )


@pytest.mark.django_db
def test_figures_follow_the_reader_s_language() -> None:
    facts = Facts("FRANCHISEE", values=(4_000_500, 0, 0))
    with translation.override("de"):
        assert "4.000,5" in sentence(row(facts), BACKGROUND)
