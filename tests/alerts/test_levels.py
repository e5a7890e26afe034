"""The levels of figures: the document's numbers, by the rule in Python and by the SQL of the night."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from alerts import kinds
from alerts.kinds.kind import Measure, Unit
from alerts.levels import after, level, relaxed
from alerts.models import DealerStanding
from alerts.terms import check_thresholds, default_thresholds
from tests.alerts.factories import TODAY, night, standing
from tests.factories import DealerFactory

DOCUMENT = Path(__file__).parents[2] / "docs" / "algorithms" / "warnings.md"


def worked_numbers() -> Iterator[tuple[str, str, Decimal, int]]:
    text = DOCUMENT.read_text(encoding="utf-8").partition("## Worked numbers")[2].partition("\n## ")[0]
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 4 and cells[0] not in ("kind", "---"):
            yield cells[0], cells[1], Decimal(cells[2]), int(cells[3])


NUMBERS = list(worked_numbers())


def measure_of(kind: str, key: str) -> Measure:
    found = kinds.get(kind)
    assert found is not None, kind
    measure = found.measure(key)
    assert measure is not None, (kind, key)
    return measure


def test_the_document_has_numbers_for_every_kind() -> None:
    measured = {kind.code for kind in kinds.registered() if kind.measures}
    assert measured == {kind for kind, _key, _figure, _level in NUMBERS}


@pytest.mark.parametrize(("kind", "key", "figure", "expected"), NUMBERS)
def test_the_rule_says_what_the_document_says(kind: str, key: str, figure: Decimal, expected: int) -> None:
    measure = measure_of(kind, key)
    assert level(measure, figure, measure.limits) == expected


def day(days_ago: Decimal | int) -> dt.date:
    return TODAY - dt.timedelta(days=int(days_ago))


# What makes a narrow row show a figure. Rhythms of 10 days, gaps of 10 days; the period of targets is half over.
ROWS: dict[tuple[str, str], Any] = {
    ("credit_use", "use"): lambda f: {"credit_use_e4": int(f * 10_000)},
    ("overdue", "days"): lambda f: {"oldest_due_on": day(f)},
    ("credit_behaviour", "dso"): lambda f: {"dso_over_days": int(f)},
    ("credit_behaviour", "excesses"): lambda f: {"excesses": int(f)},
    ("churn", "interval"): lambda f: {"last_order_on": day(f * 10), "interval_e1": 100},
    ("churn", "silence"): lambda f: {"last_order_on": day(f), "interval_e1": 700},
    ("churn", "volume"): lambda f: {"volume_e4": 10_000 - int(f * 10_000)},
    ("stock", "over"): lambda f: {"cover_days": int(f)},
    ("stock", "under"): lambda f: {"cover_days": int(f)},
    ("stock", "aged"): lambda f: {"aged_e4": int(f * 10_000)},
    ("loading", "index"): lambda f: {"loading_e4": int(f * 10_000)},
    ("visit_overdue", "gap"): lambda f: {"visit_due_on": day(f * 10 - 10), "visit_gap_days": 10},
    ("profile", "complete"): lambda f: {"completeness": int(f)},
    ("profile", "verified"): lambda f: {"verified_on": day(f)},
    ("plateau", "half_year"): lambda f: {"half_e4": int(f * 10_000), "grew_e4": 1000},
}


@pytest.mark.django_db
def test_the_night_says_what_the_document_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("alerts.night.measure", lambda cursor, **_how: _Nothing())
    narrow = [number for number in NUMBERS if number[:2] in ROWS]
    assert {number[:2] for number in narrow} == set(ROWS)
    dealers = DealerFactory.create_batch(len(narrow))
    for dealer, (kind, key, figure, _level) in zip(dealers, narrow, strict=True):
        standing(dealer, **ROWS[kind, key](figure))

    night()

    for dealer, (code, key, figure, expected) in zip(dealers, narrow, strict=True):
        kind = kinds.get(code)
        assert kind is not None
        levels = DealerStanding.objects.get(dealer=dealer).levels
        assert levels >> kind.shift & 3 == expected, (code, key, figure)
        assert levels & ~(3 << kind.shift) == 0, (code, key, figure)


class _Nothing:
    rows, dealers, everybody = 0, 0, False


FIGURES = st.decimals(min_value=-500, max_value=500, places=2)


@given(figure=FIGURES, other=FIGURES, margin=st.decimals(min_value=0, max_value=1, places=2))
def test_a_margin_never_lets_a_level_begin_sooner_than_it_is_left(
    figure: Decimal, other: Decimal, margin: Decimal
) -> None:
    """Whatever the limits: what has a level by the limits has at least that level by the relaxed ones."""
    for kind in kinds.registered():
        for measure in kind.measures:
            held = level(measure, figure, relaxed(measure, measure.limits, margin))
            now = level(measure, figure, measure.limits)
            assert held >= now
            was = level(measure, other, measure.limits)
            assert now <= after(was, now, held) <= max(was, now)


@given(figure=FIGURES, more=st.decimals(min_value=0, max_value=500, places=2))
def test_a_worse_figure_never_has_a_lower_level(figure: Decimal, more: Decimal) -> None:
    for kind in kinds.registered():
        for measure in kind.measures:
            worse = figure + more if measure.turn.rises else figure - more
            assert level(measure, worse, measure.limits) >= level(measure, figure, measure.limits)


def test_places_of_kinds_stay_within_the_bits_and_apart() -> None:
    places = [kind.place for kind in kinds.registered()]
    assert len(places) == len(set(places))
    assert all(0 <= place <= 30 for place in places)


@pytest.mark.parametrize(
    "thresholds",
    [
        {"days": {"yellow": "16", "orange": "1"}},
        {"days": {"yellow": "many"}},
        {"days": {"green": "1"}},
        {"weeks": {"yellow": "1"}},
        {"days": {"yellow": "NaN"}},
        [],
    ],
)
def test_limits_that_make_no_sense_are_refused(thresholds: Any) -> None:
    kind = kinds.get("overdue")
    assert kind is not None
    with pytest.raises(ValidationError):
        check_thresholds(kind, thresholds)


def test_the_limits_that_come_along_make_sense() -> None:
    for kind in kinds.registered():
        check_thresholds(kind, default_thresholds(kind))
        for measure in kind.measures:
            assert not (measure.per and measure.unit is not Unit.TIMES)


@pytest.mark.django_db
def test_the_narrow_row_is_narrow() -> None:
    """A million of them are read each night: a wide column would cost more than the rules."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sum(attlen), min(attlen) FROM pg_attribute"
            " WHERE attrelid = 'alerts_dealerstanding'::regclass AND attnum > 0 AND NOT attisdropped"
        )
        total, narrowest = cursor.fetchone()
    assert narrowest > 0
    assert total <= 100
