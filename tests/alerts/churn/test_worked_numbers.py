"""The example of docs/algorithms/churn.md, by the rule and by the night."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest
from django.utils import translation

from alerts.churn import scoring
from alerts.churn.card import Figure
from alerts.churn.measures import values
from alerts.churn.reasons import headline, reasons
from alerts.models import ChurnState, DealerChurn
from sales.records import Line
from tests.alerts.churn.histories import by_rule, by_sql, make_dealers, write

ON = dt.date(2026, 3, 17)
DOCUMENT = Path(__file__).resolve().parents[3] / "docs" / "algorithms" / "churn.md"


def example() -> tuple[int, list[Line]]:
    """The dealer of the document, and its whole company: one more, which buys 1,000.00 on the first of every month."""
    dealer, other = make_dealers(2)
    lines = []
    for number in range(66):
        if number in (20, 21):
            continue
        on = dt.date(2026, 2, 4) - dt.timedelta(days=12 * number)
        count = 3 if number < 6 else 4
        amount = Decimal(150 if number < 3 else 300) / count
        lines += [Line(dealer, on, Decimal(1), amount, reference=f"{each}") for each in range(count)]
    for number in range(38):
        month = dt.date(2023 + number // 12, number % 12 + 1, 1)
        lines.append(Line(other, month, Decimal(10), Decimal(1000)))
    return dealer, lines


def worked() -> dict[Figure, tuple[int | None, int]]:
    """Value and points of each figure that the document names."""
    section = DOCUMENT.read_text(encoding="utf-8").split("## Worked numbers")[1].split("\n## ")[0]
    rows = [line for line in section.splitlines() if line.startswith("|")][2:]
    found = {}
    for row in rows:
        figure, *_words, value, points = (cell.strip() for cell in row.strip("|").split("|"))
        if figure in set(Figure):
            found[Figure(figure)] = (None if value == "-" else int(value), int(points))
    return found


@pytest.mark.django_db
def test_the_example_of_the_document():
    dealer, lines = example()
    write(lines, on=ON)
    by_database, market = by_sql(ON)
    row = by_rule(lines, on=ON, market=market)[dealer]
    assert by_database[dealer] == row
    card = scoring.shipped()
    figures = values(row, on=ON, mean_year_e4=market.mean_year_e4)
    points = card.points(figures)
    assert {figure: (figures[figure], points.get(figure, 0)) for figure in Figure} == worked()

    scoring.run_churn(on=ON)
    scored = DealerChurn.objects.get(pk=dealer)
    assert scored.score == sum(points.values()) == card.score(figures)
    text = DOCUMENT.read_text(encoding="utf-8")
    assert f"together {scored.score}" in text
    found = reasons(scored, card, on=ON, state=ChurnState.objects.get())
    assert sum(reason.points for reason in found) == scored.score
    told = [reason.points for reason in found if reason.figure]
    assert told == sorted(told, reverse=True)
    # Nobody is told that a good sign speaks against the dealer.
    assert Figure.HALF not in {reason.figure for reason in found}
    assert found[-1].figure is None
    silence = next(reason for reason in found if reason.figure == Figure.SILENCE)
    assert str(silence) in text
    assert str(silence).startswith("No order for 41 days; usually one every 12 (3.4 times): ")
    assert headline(scored, card, on=ON) in text


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "zh-hans", "ja", "ko"])
def test_every_figure_has_a_reason_in_every_language(language):
    """With every figure known and none of the placeholders left over."""
    dealer, lines = example()
    write(lines, on=ON)
    scoring.run_churn(on=ON)
    row = DealerChurn.objects.get(pk=dealer)
    row.first_sale_month = dt.date(2020, 1, 1)
    row.year_before_e4 = row.year_before_e4 or 10_000
    for figure in Figure:
        setattr(row, f"p_{figure}", 50)
    with translation.override(language):
        found = reasons(row, scoring.shipped(), on=ON, state=ChurnState.objects.get())
    assert {reason.figure for reason in found} == set(Figure)
    assert all("%(" not in str(reason) and "None" not in str(reason) for reason in found)


@pytest.mark.django_db
def test_what_cannot_be_told_is_part_of_the_last_reason():
    dealer, lines = example()
    write([line for line in lines if line.on >= dt.date(2026, 1, 1)], on=ON)
    scoring.run_churn(on=ON)
    row = DealerChurn.objects.get(pk=dealer)
    found = reasons(row, scoring.shipped(), on=ON, state=ChurnState.objects.get())
    assert found[-1].figure is None
    assert sum(reason.points for reason in found) == row.score


def test_without_a_score_the_headline_says_why():
    card = scoring.shipped()
    assert "often enough" in headline(None, card, on=ON)
    assert "often enough" in headline(DealerChurn(order_days=2), card, on=ON)
    assert "365" in headline(DealerChurn(order_days=20, score=None), card, on=ON)
