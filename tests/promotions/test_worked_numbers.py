"""The numbers of docs/algorithms/promotions.md."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.conf import settings

from accounts.choices import Role
from promotions import baseline, ladder, lifecycle, photos
from promotions.baseline import Series
from promotions.calculator import (
    DealerOutlook,
    Inputs,
    Outlook,
    Past,
    cashback_discount,
    gift_discount,
    net_price,
    track_record,
)
from promotions.choices import PromotionState
from promotions.lifecycle import Doer, Guard
from tests.promotions.factories import picture

D = Decimal
# usual, in addition, lines, margin, discount; cost, gross profit, return, break-even
CALCULATED = [
    ("100000", "40000", "5000", "0.30", "0", "5000", "12000", "2.40", "16666.67"),
    ("100000", "40000", "5000", "0.30", "0.05", "12000", "12000", "1.00", "40000"),
    ("100000", "40000", "0", "0.30", "0.10", "14000", "12000", "0.86", "50000"),
    ("0", "10000", "2000", "0.25", "0", "2000", "2500", "1.25", "8000"),
    ("100000", "40000", "5000", "0.05", "0.10", "19000", "2000", "0.11", None),
]


@pytest.mark.parametrize("row", CALCULATED)
def test_calculator(row) -> None:
    usual, extra, lines, margin, discount, cost, profit, roi, even = (None if cell is None else D(cell) for cell in row)
    outlook = Outlook(Inputs(baseline=usual, uplift=extra, fixed=lines, margin=margin, discount=discount))
    assert outlook.cost == cost
    assert outlook.gross_profit == profit
    assert round(outlook.roi, 2) == roi
    assert (outlook.break_even is None) == (even is None)
    if even is not None:
        assert round(outlook.break_even, 2) == even
        at_even = Outlook(
            Inputs(baseline=usual, uplift=outlook.break_even, fixed=lines, margin=margin, discount=discount)
        )
        assert round(at_even.roi, 6) == 1


def test_the_document_says_the_same() -> None:
    text = (settings.BASE_DIR / "docs/algorithms/promotions.md").read_text()
    for row in CALCULATED:
        cells = [f"{D(cell):,}" if cell and "." not in cell else cell for cell in row[:3]]
        assert "| " + " | ".join(cells) in text


def test_what_consumers_pay_in_the_end() -> None:
    """A direct store reaches the franchisees' 90 by a discount, by a gift, by cash back."""
    assert net_price(D(100), D("0.10")) == 90
    assert net_price(D(100), gift_discount(buy=D(2), price=D(100), gift_cost=D(20))) == 90
    assert net_price(D(100), cashback_discount(cash=D(10), price=D(100))) == 90


def test_what_a_dealer_gains() -> None:
    outlook = DealerOutlook(uplift=D(10_000), margin=D("0.18"), provides=D(600), receives=D(500))
    assert (outlook.gross_profit, outlook.gain, outlook.roi) == (1800, 1200, 3)


def test_past_promotions() -> None:
    rows = [Past(D(100), D(50), D("0.5")), Past(D(100), D(120), D("1.5")), Past(D(200), D(130), D("0.9"))]
    record = track_record(rows)
    assert (record.count, record.roi, record.bias, record.below) == (3, D("0.9"), D("0.75"), 2)
    assert track_record([]).roi is None


# --- Usual sales -----------------------------------------------------------------------------------------------------------------

START, END = dt.date(2026, 3, 2), dt.date(2026, 3, 30)


def daily(first: dt.date, last: dt.date, amount) -> Series:
    days = (first + dt.timedelta(days=number) for number in range((last - first).days))
    return Series({day: D(amount(day)) for day in days})


def test_a_season_and_a_trend_are_followed() -> None:
    """Every March sells double, and this year a tenth more than the last."""

    def amount(day: dt.date) -> D:
        return (D(200) if day.month == 3 else D(100)) * (D("1.1") if day >= dt.date(2025, 9, 1) else 1)

    series = daily(dt.date(2023, 1, 1), START, amount)
    usual = baseline.usual(series, START, END, known_until=START)
    # 28 days of 200, brought a tenth up; a year of weeks ends a day earlier.
    assert abs(usual.amount - D(28 * 220)) <= 220


def test_without_a_year_it_is_the_pace_of_the_quarter() -> None:
    series = daily(START - dt.timedelta(days=91), START, lambda _day: 50)
    usual = baseline.usual(series, START, END, known_until=START)
    assert usual.amount == 28 * 50
    assert usual.spread == 1


def test_steady_sales_leave_no_doubt_and_restless_ones_do() -> None:
    steady = daily(dt.date(2022, 1, 1), START, lambda _day: 100)
    restless = daily(dt.date(2022, 1, 1), START, lambda day: 250 if (day.toordinal() // 28) % 3 == 0 else 40)
    assert baseline.spread(steady, days=28, known_until=START) == 0
    assert baseline.spread(restless, days=28, known_until=START) > D("0.3")


def test_nothing_sold_is_nothing_usual() -> None:
    assert baseline.usual(Series({}), START, END, known_until=START).amount == 0


# --- The ladder ------------------------------------------------------------------------------------------------------------------

M, B = Role.MANAGER, Role.DIRECTOR
RUNGS = [
    ladder.Rung(M, D(0)), ladder.Rung(B, D(20_000)), ladder.Rung(B, D(50_000), path="0001"),
    ladder.Rung(B, D(1_000), path="0001", mechanic="PRE_LOAD"), ladder.Rung(B, D(5_000), mechanic="LISTING_FEE"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("path", "mechanic", "amount", "roles"),
    [
        ("0002", "DISPLAY", 20_000, {M}), ("0002", "DISPLAY", 20_001, {M, B}), ("00010001", "DISPLAY", 20_001, {M}),
        ("00010001", "DISPLAY", 50_001, {M, B}), ("00010001", "PRE_LOAD", 1_001, {M, B}), ("0002", "PRE_LOAD", 1_001, {M}),
        ("0002", "LISTING_FEE", 5_001, {M, B}), ("00010001", "LISTING_FEE", 5_001, {M}),
    ],
)  # fmt: skip
def test_the_closest_rule_counts(path, mechanic, amount, roles) -> None:
    assert ladder.needed(RUNGS, path=path, mechanic=mechanic, amount=D(amount)) == roles


def test_somebody_always_approves() -> None:
    assert ladder.needed([ladder.Rung(B, D(9_000))], path="0002", mechanic="DISPLAY", amount=D(1)) == {M}


# --- The life --------------------------------------------------------------------------------------------------------------------


def test_every_state_can_be_reached_and_only_two_are_the_end() -> None:
    reached, todo = set(), [PromotionState.DRAFT]
    while todo:
        state = todo.pop()
        if state not in reached:
            reached.add(state)
            todo += [step.to for step in lifecycle.STEPS[state]]
    assert reached == set(PromotionState)
    assert {state for state, steps in lifecycle.STEPS.items() if not steps} == {"CLOSED", "CANCELLED"}


@pytest.mark.parametrize(
    ("start", "to", "doer", "met", "refusal"),
    [
        ("DRAFT", "APPROVED", {Doer.APPROVER}, set(), "NO_SUCH_STEP"), ("SUBMITTED", "APPROVED", {Doer.PLANNER}, set(), "NOT_HERS"),
        ("APPROVED", "RUNNING", {Doer.NIGHT}, set(), "GUARD"), ("APPROVED", "RUNNING", {Doer.NIGHT}, {Guard.BEGUN}, None),
        ("ENDED", "CANCELLED", {Doer.APPROVER}, set(), "NO_SUCH_STEP"), ("RUNNING", "CANCELLED", {Doer.PLANNER}, set(), "NOT_HERS"),
        ("SUBMITTED", "REJECTED", {Doer.APPROVER}, set(), "NEEDS_REASON"), ("EVALUATED", "CLOSED", {Doer.PLANNER}, {Guard.NO_CLAIM_WAITS}, "GUARD"),
    ],
)  # fmt: skip
def test_steps(start, to, doer, met, refusal) -> None:
    verdict = lifecycle.judge(from_state=start, to_state=to, doer=frozenset(doer), met=frozenset(met))
    assert (verdict.refusal.value if verdict.refusal else None) == refusal


# --- Pictures --------------------------------------------------------------------------------------------------------------------


def test_the_same_picture_scaled_is_near_and_others_are_not() -> None:
    hashes = [photos.picture_hash(picture(seed)) for seed in range(60)]
    for seed, first in enumerate(hashes):
        again = photos.picture_hash(picture(seed, size=(180, 135)))
        assert photos.distance(first, again) <= photos.NEAR
        for other in hashes[seed + 1 :]:
            assert photos.distance(first, other) > photos.NEAR


def test_what_is_no_picture_has_no_hash() -> None:
    assert photos.picture_hash(b"%PDF-1.7") is None
