"""Months out of season: the table of docs/algorithms/churn.md, seasons, short histories, false alarms."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import connection, transaction

from alerts.models import SeasonalSignal
from alerts.seasonal import signals
from crm.base.periods import add_months
from sales import figures
from sales.records import Line, record_sales, remove_sales
from tests.alerts.churn.histories import make_dealers

MONTH = dt.date(2026, 2, 1)
DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "algorithms" / "churn.md"
TABLE = "signal_months"

pytestmark = pytest.mark.django_db


def worked() -> list[tuple[str, float, list[float], Decimal, int]]:
    """What was before, level, bought in the three months, deviation and level of the signal, by the document."""
    section = DOCUMENT.read_text(encoding="utf-8").split("## Months out of season")[1]
    rows = [line for line in section.splitlines() if line.startswith("|")][2:]
    found = []
    for row in rows:
        _season, before, level, _spread, bought, deviation, signal = (
            cell.strip() for cell in row.strip("|").split("|")
        )
        three = [float(amount) for amount in bought.split(",")]
        found.append((before, float(level), three, Decimal(deviation), int(signal)))
    return found


def fill(histories: Mapping[int, Sequence[float | None]], *, last: dt.date = MONTH) -> None:
    """Months up to `last` by dealer; None: no sale in that month."""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {TABLE}")
        cursor.execute(f"CREATE TEMP TABLE {TABLE} (dealer_id bigint, month date, amount_e4 bigint)")
        cursor.executemany(
            f"INSERT INTO {TABLE} VALUES (%s, %s, %s)",
            [
                (dealer, add_months(last, number - len(amounts) + 1), round(amount * 10_000))
                for dealer, amounts in histories.items()
                for number, amount in enumerate(amounts)
                if amount is not None
            ],
        )


def judged(month: dt.date = MONTH) -> dict[int, tuple[int, Decimal, int]]:
    """Expected, deviation and level by dealer."""
    with transaction.atomic(), connection.cursor() as cursor:
        signals.measure(cursor, month, months=TABLE)
        cursor.execute("SELECT dealer_id, expected_e4, deviation, level FROM seasonal_measured")
        return {dealer: tuple(rest) for dealer, *rest in cursor.fetchall()}


def test_the_table_of_the_document():
    histories: dict[int, list[float]] = {}
    for dealer, (before, _level, bought, _deviation, _signal) in enumerate(worked()):
        months = [100.0] * 24 if before.startswith("24") else [80.0, 120.0] * 12
        histories[dealer] = [*months, *bought]
        # Somebody who does the opposite keeps the season level.
        histories[1000 + dealer] = [*(200.0 - amount for amount in (*months, *bought[:2])), 100.0]
    fill(histories)
    found = judged()
    for dealer, (_before, level, _bought, deviation, signal) in enumerate(worked()):
        assert found[dealer] == (level * 10_000, deviation, signal)
    assert len(worked()) == 10


def test_a_season_is_no_signal_and_its_absence_is():
    """Every December is three times as large; who stays level in one falls short."""
    months = [add_months(MONTH, number - 26) for number in range(25)]
    assert months[-1] == dt.date(2025, 12, 1)
    seasonal = [300.0 if month.month == 12 else 100.0 for month in months]
    fill({**dict.fromkeys(range(1, 30), seasonal), 30: [*seasonal[:-2], 50.0, 100.0]}, last=months[-1])
    found = judged(months[-1])
    assert {level for dealer, (_expected, _deviation, level) in found.items() if dealer < 30} == {0}
    assert found[30][2] == -2
    assert found[30][0] == pytest.approx(300 * 10_000, rel=0.01)


def test_less_than_two_years_are_silent():
    full = [100.0] * 25
    fill({1: full, 2: full[1:], 3: [*full[:-1], 0.0], 4: [*full[1:-1], 0.0], 5: [0.0, *full[1:-1], 0.0]})
    assert set(judged()) == {1, 3}


def test_a_month_without_a_sale_counts_as_nought():
    amounts: list[float | None] = [100.0] * 25
    amounts[20] = None
    fill({1: amounts, 2: [100.0] * 25, 3: [100.0] * 24})
    found = judged()
    assert found[1][2] == 0
    # Nothing at all in the month that is judged, nor two months before.
    fill({2: [100.0] * 25, 3: [*[100.0] * 22, None, 100.0, None]})
    assert judged()[3][1:] == (Decimal("-6.66"), -3)


def test_who_hardly_buys_is_left_alone():
    fill({1: [100.0] * 25, 2: [100.0, *[None] * 11, 50.0, *[None] * 11, 900.0]})
    assert set(judged()) == {1}


def test_nothing_later_is_read():
    histories = {dealer: [100.0 + 7 * dealer + number % 5 for number in range(25)] for dealer in range(1, 9)}
    fill(histories)
    before = judged()
    fill(
        {dealer: [*amounts, 10_000.0, 0.0, 5_000.0] for dealer, amounts in histories.items()}, last=add_months(MONTH, 3)
    )
    assert judged() == before


def test_false_alarms_are_those_that_right_themselves():
    level = [100.0] * 22
    fill(
        {
            1: [*level, 100, 100, 100, 100, 100],
            2: [*level, 100, 20, 20, 90, 110],  # down, and back
            3: [*level, 100, 20, 20, 10, 0],  # down, and stays
            4: [*level, 300, 300, 300, 100, 100],  # up, and back
            5: [*level, 300, 300, 300, 250, 280],  # up, and stays
            6: [*level, 100, 20, 20, 95, 20],  # down; on average still low
        },
        last=add_months(MONTH, 2),
    )
    (tried,) = signals.try_out([MONTH], table=TABLE)
    assert tried == signals.Tried(MONTH, judged=6, down=3, up=2, false_down=1, false_up=1)
    assert tried.false_share == pytest.approx(0.4)
    # A year before nobody had two years of history.
    (early,) = signals.try_out([add_months(MONTH, -12)], table=TABLE)
    assert (early.judged, early.false_share) == (0, None)


def test_the_night_writes_what_differs():
    steady, falls, young = make_dealers(3)
    on = dt.date(2026, 3, 9)
    lines = []
    for number in range(26):
        month = add_months(MONTH, number - 25)
        lines.append(Line(steady, month, Decimal(1), Decimal(100), by_month=True))
        lines.append(
            Line(falls, month, Decimal(1), Decimal(100 if month < add_months(MONTH, -1) else 30), by_month=True)
        )
        if number > 4:
            lines.append(Line(young, month, Decimal(1), Decimal(1), by_month=True))
    figures.advance(on)
    record_sales(lines)
    assert signals.run_seasonal(on=on) == 2
    assert dict(SeasonalSignal.objects.values_list("dealer_id", "level")) == {steady: 0, falls: -3}
    row = SeasonalSignal.objects.get(pk=falls)
    assert (row.month, row.actual_e4) == (MONTH, 300_000)
    # The young one moves the season a little.
    assert [row.expected_e4, row.low_e4, row.high_e4] == pytest.approx([1_000_000, 700_000, 1_450_000], rel=0.01)
    assert signals.run_seasonal(on=on) == 0
    remove_sales(dealer_ids=[falls], start=dt.date(2024, 1, 1), end=on, kind="SELL_IN")
    # One goes, and what is left of the season is another one for who stays.
    assert signals.run_seasonal(on=on) == 2
    assert list(SeasonalSignal.objects.values_list("dealer_id", flat=True)) == [steady]


def test_without_a_season_nothing_is_said():
    (dealer,) = make_dealers(1)
    figures.advance(dt.date(2026, 3, 9))
    record_sales([Line(dealer, MONTH, Decimal(1), Decimal(100))])
    assert signals.run_seasonal(on=dt.date(2026, 3, 9)) == 0
    assert not SeasonalSignal.objects.exists()
