"""Fitting a card, measuring it, and the command."""

from __future__ import annotations

import datetime as dt
import math
import random
from decimal import Decimal
from itertools import product
from statistics import fmean

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from alerts.churn import refit as refitting
from alerts.churn import scoring
from alerts.churn.card import DIRECTION, Card, Figure, Scale
from alerts.churn.history import Asked, ask, month_ends
from alerts.churn.quality import area_under_curve, precision_at
from alerts.models import ChurnCard
from sales.records import Line
from tests.alerts.churn.histories import make_dealers, write


def rows(count: int, seed: int = 1) -> list[Asked]:
    """Dealers of which the long silent, shrinking ones are lost more often; the other figures say nothing."""
    rng = random.Random(seed)
    found = []
    for number in range(count):
        silence, quarter = rng.randrange(400), rng.choice([None, *range(20, 200)])
        risk = -4 + silence / 100 - (0 if quarter is None else (quarter - 100) / 60)
        values = {figure: rng.randrange(100) for figure in Figure}
        values |= {Figure.SILENCE: silence, Figure.QUARTER: quarter}
        lost = rng.random() < 1 / (1 + math.exp(-risk))
        found.append(
            Asked(number % 700, dt.date(2024, 1 + number % 12, 28), tuple(values[each] for each in Figure), lost)
        )
    return found


def test_a_fitted_card_foretells_rises_one_way_and_is_the_same_again():
    fitting = pytest.importorskip("alerts.churn.fitting")
    pytest.importorskip("sklearn")
    card = fitting.fit(rows(8_000))
    assert fitting.fit(rows(8_000)).to_json() == card.to_json()
    assert Card.from_json(card.to_json()) == card
    for figure, scale in card.scales.items():
        assert list(scale.points) == sorted(scale.points, reverse=DIRECTION[figure] < 0)
        assert min(scale.points) == 0
    # What tells has the points; noise has next to none.
    told = card.scales[Figure.SILENCE].highest + card.scales[Figure.QUARTER].highest
    assert told > 4 * sum(scale.highest for scale in card.scales.values()) - 4 * told
    fresh = rows(6_000, seed=2)
    scores = [card.score(each.by_figure()) for each in fresh]
    assert area_under_curve(scores, [each.lost for each in fresh]) > 0.75
    # About one in fifty has 60 points or more, and the chance behind a score is what was observed.
    assert 0.01 < sum(score >= 60 for score in scores) / len(scores) < 0.06
    for low, high in ((10, 25), (25, 45), (45, 70)):
        group = [(score, each.lost) for score, each in zip(scores, fresh, strict=True) if low <= score < high]
        assert abs(fmean(lost - card.chance(score) for score, lost in group)) < 0.05


def test_too_little_is_refused():
    fitting = pytest.importorskip("alerts.churn.fitting")
    pytest.importorskip("sklearn")
    with pytest.raises(fitting.TooLittleHistory) as refused:
        fitting.fit(rows(4_999))
    assert refused.value.rows == 4_999


def test_the_card_of_the_product_is_whole():
    card = scoring.shipped()
    assert card.facts["losses"] > 500
    assert card.facts["last"] <= "2015-05-31"
    for figure, scale in card.scales.items():
        assert list(scale.points) == sorted(scale.points, reverse=DIRECTION[figure] < 0)
    assert card.score({}) < 60
    assert card.chance(90) > 10 * card.chance(30)


@pytest.mark.parametrize(
    ("edges", "points"), [((3, 2), (0, 1, 2)), ((1, 1), (0, 1, 2)), ((1,), (0,)), ((), ()), ((5,), (1, 2, 3))]
)
def test_what_is_no_scale(edges, points):
    with pytest.raises(ValueError, match="a scale has one more bin"):
        Scale(edges, points)


def test_a_bin_begins_at_its_edge():
    scale = Scale((10, 20), (0, 5, 9), unknown=3)
    assert [scale.of(value) for value in (None, -1, 9, 10, 19, 20, 99)] == [3, 0, 0, 5, 5, 9, 9]


def test_area_and_precision_against_counting_pairs():
    rng = random.Random(5)
    scores = [rng.randrange(6) for _ in range(80)]
    lost = [rng.random() < 0.1 + score / 10 for score in scores]
    pairs = [
        (a > b) + (a == b) / 2 for (a, x), (b, y) in product(zip(scores, lost, strict=True), repeat=2) if x and not y
    ]
    assert area_under_curve(scores, lost) == pytest.approx(sum(pairs) / len(pairs))
    assert area_under_curve([1, 2], [True, True]) is None
    # Two places; one is taken by the 9, three tie for the other.
    assert precision_at([9, 5, 5, 5, 1], [True, True, False, False, True], 0.4) == pytest.approx((1 + 1 / 3) / 2)
    assert precision_at([], [], 0.02) is None


@pytest.mark.django_db
def test_labels_know_nothing_after_their_end():
    """A dealer that comes back later is lost as far as was known then; a month's end that is not settled is refused."""
    gone, back, stays = make_dealers(3)
    begin, end = dt.date(2023, 1, 2), dt.date(2025, 1, 6)
    lines = []
    for number in range(200):
        day = begin + dt.timedelta(days=7 * number)
        lines += [Line(stays, day, Decimal(1), Decimal(10))]
        if day <= end:
            lines += [Line(dealer, day, Decimal(1), Decimal(10)) for dealer in (gone, back)]
    lines.append(Line(back, dt.date(2025, 9, 1), Decimal(1), Decimal(10)))
    write(lines, on=dt.date(2026, 6, 1))
    ends = [dt.date(2024, 9, 30), dt.date(2024, 10, 31), dt.date(2024, 12, 31)]
    with connection.cursor() as cursor:
        refitting._sample(cursor, dt.date(2026, 10, 1), 20_000)
        tables = {"order_days": refitting.DAYS, "months": refitting.MONTHS}
        then = list(ask(cursor, ends, known_until=dt.date(2025, 8, 1), **tables))
        today = list(ask(cursor, ends, known_until=dt.date(2026, 3, 1), **tables))
        with pytest.raises(ValueError, match="is not known"):
            list(ask(cursor, ends, known_until=dt.date(2025, 7, 30), **tables))
    known_then = {(each.dealer_id, each.month_end): each.lost for each in then}
    known_today = {(each.dealer_id, each.month_end): each.lost for each in today}
    # The last order is of 6 January 2025: 98 days after the end of September, 67 after the end of October.
    assert [known_then[gone, each] for each in ends] == [False, True, True]
    assert [known_then[back, each] for each in ends] == [False, True, True]
    assert [known_today[back, each] for each in ends] == [False, False, False]
    assert not any(known_then[stays, each] for each in ends)
    assert {key: each.values for key, each in zip(known_then, then, strict=True)} == {
        key: each.values for key, each in zip(known_today, today, strict=True)
    }


def test_month_ends():
    assert month_ends(dt.date(2024, 1, 31), dt.date(2024, 3, 30)) == [dt.date(2024, 1, 31), dt.date(2024, 2, 29)]


@pytest.mark.django_db
def test_the_command_says_what_is_missing(capsys):
    pytest.importorskip("sklearn")
    with pytest.raises(CommandError, match="24 are needed"):
        call_command("fit_churn", on=dt.date(2026, 3, 1))
    assert not ChurnCard.objects.exists()


@pytest.mark.django_db
def test_the_better_card_is_used_and_another_is_not(monkeypatch, capsys):
    good, bad = refitting.Quality(0.8, 0.4), refitting.Quality(0.7, 0.3)
    command = "alerts.management.commands.fit_churn.refit"
    monkeypatch.setattr(command, lambda **options: refitting.Refit(scoring.shipped(), bad, good))
    call_command("fit_churn")
    assert "nothing changes" in capsys.readouterr().out
    assert scoring.card_in_use().pk is None
    monkeypatch.setattr(command, lambda **options: refitting.Refit(scoring.shipped(), good, bad))
    call_command("fit_churn", dry_run=True)
    assert scoring.card_in_use().pk is None
    call_command("fit_churn")
    call_command("fit_churn")
    assert ChurnCard.objects.count() == 2
    assert scoring.card_in_use().pk == ChurnCard.objects.latest("fitted_at").pk
    call_command("fit_churn", shipped=True)
    assert scoring.card_in_use().pk is None
