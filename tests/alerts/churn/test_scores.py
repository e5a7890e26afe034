"""The SQL of the night against the rule without SQL, over random histories; nothing later than the day is read."""

from __future__ import annotations

import datetime as dt
import random
from decimal import Decimal

import pytest
from django.db import connection

from alerts.churn import scoring
from alerts.churn.measures import values
from alerts.models import ChurnCard, ChurnState, DealerChurn
from sales import figures
from sales.records import Line, record_sales, remove_sales
from tests.alerts.churn.histories import by_rule, by_sql, make_dealers, orders, score_of, scored, write

FIRST, ON = dt.date(2023, 2, 1), dt.date(2026, 3, 17)

pytestmark = pytest.mark.django_db


@pytest.fixture
def history() -> list[Line]:
    rng = random.Random(20260317)
    return [line for dealer in make_dealers(60) for line in orders(rng, dealer, FIRST, ON + dt.timedelta(days=60))]


@pytest.mark.parametrize("on", [ON, dt.date(2026, 3, 1), dt.date(2024, 12, 31)])
def test_every_figure_and_score_equals_the_rule(history, on):
    write(history, on=on)
    by_database, market = by_sql(on)
    expected = by_rule(history, on=on, market=market)
    assert by_database == expected
    assert len(expected) > 30
    card = scoring.shipped()
    with connection.cursor() as cursor:
        scoring.score(cursor, on, card, market)
    rows = scored("churn_scored")
    assert {dealer: row["score"] for dealer, row in rows.items()} == {
        dealer: score_of(row, card, on=on, mean_year_e4=market.mean_year_e4) for dealer, row in expected.items()
    }
    for dealer, row in expected.items():
        points = card.points(values(row, on=on, mean_year_e4=market.mean_year_e4))
        assert {figure: rows[dealer][f"p_{figure}"] for figure in points} == points
    assert len({row["score"] for row in rows.values()}) > 10


def test_nothing_from_the_day_on_is_read(history):
    """Whatever is bought later, the scores of the day are the same."""
    write([line for line in history if line.on < ON], on=ON)
    with connection.cursor() as cursor:
        before = scored(scoring.scores_as_of(cursor, ON))
    rng = random.Random(7)
    later = [line for line in history if line.on >= ON]
    for dealer in {line.dealer_id for line in history}:
        later += [
            Line(dealer, ON + dt.timedelta(days=rng.randrange(200)), Decimal(rng.randrange(1, 10_000)), Decimal(1_000_000),
                 reference=f"later-{number}")
            for number in range(5)
        ]  # fmt: skip
    record_sales(later)
    with connection.cursor() as cursor:
        assert scored(scoring.scores_as_of(cursor, ON)) == before
        assert scored(scoring.scores_as_of(cursor, ON + dt.timedelta(days=30))) != before


def test_night_by_night_gives_what_all_at_once_gives(history):
    """Over a month's end, with orders that arrive each day and others that arrive late."""
    rng = random.Random(11)
    on = dt.date(2026, 2, 20)
    # Some of the past is entered later: a whole month's worth of corrections of closed months.
    late = [line for line in history if line.on < on and line.on < dt.date(2026, 2, 1) and rng.random() < 0.05]
    known = [line for line in history if line.on < on and line not in late]
    write(known, on=on)
    scoring.run_churn(on=on)
    looked_at_few = 0
    for _night in range(24):
        on += dt.timedelta(days=1)
        arrived = [line for line in history if line.on == on - dt.timedelta(days=1)]
        while late and rng.random() < 0.5:
            arrived.append(late.pop())
        write(arrived, on=on)
        scoring.run_churn(on=on)
        step_by_step = scored()
        with connection.cursor() as cursor:
            market = ChurnState.objects.get()
            at_once = scored(scoring.scores_as_of(cursor, on))
        if (market.expected_e3, market.mean_year_e4) == _market(on):
            looked_at_few += 1
            assert step_by_step == at_once, on
        assert scoring.run_churn(on=on, everybody=True) == len(at_once)
        assert scored() == at_once
    assert looked_at_few > 8


def _market(on: dt.date) -> tuple[int, int]:
    _rows, market = by_sql(on)
    return market.expected_e3, market.mean_year_e4


def test_a_night_without_news_scores_only_who_falls_due(history):
    on = dt.date(2026, 3, 3)
    write([line for line in history if line.on < on], on=on)
    everybody = scoring.run_churn(on=on)
    assert scoring.run_churn(on=on) == 0
    on += dt.timedelta(days=1)
    figures.advance(on)
    due = DealerChurn.objects.filter(due_on__lte=on).count()
    assert 0 < due < everybody / 3
    assert scoring.run_churn(on=on) == due
    assert not DealerChurn.objects.filter(due_on__lte=on).exists()


def test_an_earlier_night_changes_nothing(history):
    write([line for line in history if line.on < ON], on=ON)
    scoring.run_churn(on=ON)
    before = scored(without=())
    assert scoring.run_churn(on=ON - dt.timedelta(days=3)) == 0
    assert scored(without=()) == before
    assert ChurnState.objects.get().on == ON


def test_another_card_scores_everybody_anew(history):
    write([line for line in history if line.on < ON], on=ON)
    everybody = scoring.run_churn(on=ON)
    shipped = scoring.shipped().to_json()
    shipped["scales"] = {"silence": {"edges": [150], "points": [0, 50], "unknown": 1}}
    ChurnCard.objects.create(
        fitted_at="2026-03-17T00:00Z", in_use=True, card=shipped, auc=0.8, precision=0.4, shipped_auc=0.7,
        shipped_precision=0.3,
    )  # fmt: skip
    assert scoring.run_churn(on=ON) == everybody
    assert set(DealerChurn.objects.exclude(score=None).values_list("score", flat=True)) == {0, 50}
    assert ChurnState.objects.get().card_id is not None


def test_who_has_no_orders_left_loses_its_row():
    without, *others = make_dealers(9)
    write(
        [
            Line(dealer, ON - dt.timedelta(days=7 * number + 1), Decimal(1), Decimal(10))
            for dealer in (without, *others)
            for number in range(10)
        ],
        on=ON,
    )
    scoring.run_churn(on=ON)
    assert DealerChurn.objects.count() == 9
    remove_sales(dealer_ids=[without], start=FIRST, end=ON, kind="SELL_IN")
    assert scoring.run_churn(on=ON) == 1
    assert set(DealerChurn.objects.values_list("dealer_id", flat=True)) == set(others)


def test_few_orders_and_long_silence_have_no_score():
    two, lost, one_year = make_dealers(3)
    lines = [Line(two, ON - dt.timedelta(days=n), Decimal(1), Decimal(9)) for n in (10, 20)]
    lines += [Line(lost, ON - dt.timedelta(days=366 + 7 * n), Decimal(1), Decimal(9)) for n in range(5)]
    lines += [Line(one_year, ON - dt.timedelta(days=365 + 7 * n), Decimal(1), Decimal(9)) for n in range(5)]
    write(lines, on=ON)
    scoring.run_churn(on=ON)
    assert dict(DealerChurn.objects.values_list("dealer_id", "score")).keys() == {two, lost, one_year}
    assert DealerChurn.objects.get(pk=two).score is None
    assert DealerChurn.objects.get(pk=lost).score is None
    assert DealerChurn.objects.get(pk=one_year).score is not None
    # Tomorrow it counts as lost, without anything happening.
    figures.advance(ON + dt.timedelta(days=1))
    scoring.run_churn(on=ON + dt.timedelta(days=1))
    assert DealerChurn.objects.get(pk=one_year).score is None
