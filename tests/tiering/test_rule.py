"""The rule, dealer by dealer, with the numbers of docs/algorithms/tiering.md."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest

from dealers.models import Dealer
from sales.models import DealerFigures, FiguresState
from tests.factories import DealerFactory, TerritoryFactory
from tiering.models import DealerScore, DealerTier
from tiering.rule import (
    CutOff,
    Decision,
    Facts,
    Missing,
    Terms,
    cut_off,
    decide,
    enough_history_since,
    months_of_figures,
    places_among,
)
from tiering.runs import run_tiers

ON = dt.date(2026, 1, 10)
DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "algorithms" / "tiering.md"


def worked_numbers() -> list[tuple[str, Facts, Decision]]:
    """The table of the document: a name, what the rule gets, what it says."""
    section = DOCUMENT.read_text(encoding="utf-8").split("## Worked numbers")[1].split("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("|")][2:]
    found = []
    for line in lines:
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        name, kind, trades, earliest, before, last, first, cooperation, loyalty, tier, reason, missing = cells
        facts = Facts(
            kind=kind,
            trading=trades == "yes",
            values=(_e3(last), _e3(before), _e3(earliest)),
            first_sale_month=None if first == "-" else dt.date.fromisoformat(f"{first}-01"),
            cooperation=None if cooperation == "-" else int(cooperation),
            loyalty=None if loyalty == "-" else int(loyalty),
        )
        flags = Missing.NONE
        for word in missing.split():
            flags |= Missing[word]
        letter = None if tier == "-" else tier
        found.append((name, facts, Decision(letter, letter, reason, flags)))
    return found


def _e3(text: str) -> int:
    return int(Decimal(text) * 1000)


def test_the_document_has_all_its_rows() -> None:
    reasons = {decision.reason for _name, _facts, decision in worked_numbers()}
    assert len(worked_numbers()) == 18
    assert reasons == {"AGENT", "RANK", "GROWTH", "REST", "OUTSIDE"}


def test_the_rule_says_what_the_document_says() -> None:
    rows = worked_numbers()
    ranked = [facts.values[0] for _name, facts, _decision in rows if facts.trading and facts.kind == "FRANCHISEE"]
    cut = cut_off(ranked, Terms())
    assert cut == CutOff(count=12, places=3, value=700_000)
    assert {name: decide(facts, Terms(), cut, ON) for name, facts, _ in rows} == {name: said for name, _, said in rows}


@pytest.mark.django_db
def test_the_night_says_what_the_document_says() -> None:
    territory = TerritoryFactory()
    for name, facts, _decision in worked_numbers():
        status = "ACTIVE" if facts.trading else "TERMINATED"
        dealer = DealerFactory(code=name, kind=facts.kind, status=status, territory=territory)
        last, before, earliest = facts.values
        DealerFigures.objects.filter(pk=dealer.pk).update(
            quantity_e3=last, quantity_1_e3=before, quantity_2_e3=earliest, first_sale_month=facts.first_sale_month
        )
        DealerScore.objects.create(
            dealer=dealer, cooperation=facts.cooperation, loyalty=facts.loyalty, values=[None] * 15, on=ON
        )
    FiguresState.objects.update_or_create(pk=1, defaults={"on": ON, "year": 2025, "first_month": 1})

    run_tiers(on=ON)

    rows = {t.dealer.code: t for t in DealerTier.objects.select_related("dealer")}
    for name, _facts, decision in worked_numbers():
        if decision.tier is None:
            assert name not in rows
        else:
            row = rows[name]
            assert Decision(row.tier, row.computed, row.reason, Missing(row.missing)) == decision, name
    assert {d.code: d.tier for d in Dealer.objects.all()} == {name: said.tier for name, _, said in worked_numbers()}


@pytest.mark.parametrize(
    ("count", "share", "rounding", "places"),
    [
        (240, "0.20", "CEIL", 48), (11, "0.20", "CEIL", 3), (1, "0.20", "CEIL", 1), (0, "0.20", "CEIL", 0),
        (11, "0.20", "FLOOR", 2), (12, "0.20", "HALF_UP", 2), (13, "0.20", "HALF_UP", 3), (5, "0.5", "HALF_UP", 3),
        (10, "0", "CEIL", 0), (10, "1", "FLOOR", 10), (5, "0.20", "CEIL", 1),
    ],
)  # fmt: skip
def test_places(count: int, share: str, rounding: str, places: int) -> None:
    assert places_among(count, Terms(a_top_share=Decimal(share), rounding=rounding)) == places


@pytest.mark.parametrize(
    ("values", "cut"),
    [
        ([5, 4, 3, 2, 1], CutOff(5, 1, 5)),
        ([5, 5, 3, 2, 1], CutOff(5, 1, 5)),
        ([], CutOff(0, 0, None)),
        # Two of six have a place, one sold: nobody else is in.
        ([7, 0, 0, 0, 0, 0], CutOff(6, 2, 1)),
        ([0, -4], CutOff(2, 1, 1)),
    ],
)
def test_the_cut_off_never_lets_in_who_sold_nothing(values: list[int], cut: CutOff) -> None:
    assert cut_off(values, Terms()) == cut


@pytest.mark.parametrize(
    ("first", "on", "months"),
    [
        (None, dt.date(2026, 1, 10), 0),
        (dt.date(2023, 1, 1), dt.date(2026, 1, 1), 36),
        (dt.date(2023, 1, 1), dt.date(2025, 12, 31), 35),
        (dt.date(2025, 12, 1), dt.date(2026, 1, 31), 1),
        (dt.date(2026, 2, 1), dt.date(2026, 1, 31), 0),
    ],
)
def test_months_of_figures(first: dt.date | None, on: dt.date, months: int) -> None:
    assert months_of_figures(first, on) == months
    if first is not None:
        assert (first <= enough_history_since(on, Terms())) == (months >= 36)


def test_damping_holds_up_one_class() -> None:
    facts = Facts("RETAILER", values=(1, 1, 1), year_tier="A")
    assert decide(facts, Terms(), CutOff(), ON).tier == "C"
    assert decide(facts, Terms(damping=True), CutOff(), ON) == Decision(
        "B", "B", "DAMPED", decide(facts, Terms(), CutOff(), ON).missing
    )
    assert decide(Facts("RETAILER", year_tier="B"), Terms(damping=True), CutOff(), ON).tier == "C"
    assert decide(Facts("RETAILER", year_tier=None), Terms(damping=True), CutOff(), ON).tier == "C"


def test_a_tier_set_by_hand_comes_before_all_and_shows_the_rule_s_own() -> None:
    decision = decide(Facts("AGENT", override="C"), Terms(), CutOff(), ON)
    assert (decision.tier, decision.computed, decision.reason) == ("C", "A", "OVERRIDE")
    assert decide(Facts("AGENT", override="C", trading=False), Terms(), CutOff(), ON).tier is None
