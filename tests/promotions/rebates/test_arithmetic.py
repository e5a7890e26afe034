"""What a rebate comes to: the document's numbers and 10,000 random cases, by Python, by SQL and by another implementation."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import asdict
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from django.db import connection

from promotions.models import RebateBand, RebatePoints, RebateProgramme
from promotions.rebates.arithmetic import Band, Figures, Terms, work_out
from promotions.rebates.choices import Basis
from promotions.rebates.expressions import expressions

DOCUMENT = Path(__file__).parents[3] / "docs" / "algorithms" / "rebates.md"
START = {"AMOUNT": 100, "QUANTITY": 1000, "GROWTH": 100, "POINTS": 1}
RATE = {"AMOUNT": 1000, "QUANTITY": 10_000, "GROWTH": 1000, "POINTS": 1000}
SHORT = {"AMOUNT": 100, "QUANTITY": 1000, "GROWTH": 100, "POINTS": 1}


def whole(text: str, scale: int) -> int | None:
    return None if text == "-" else int(Decimal(text) * scale)


def case_of(cells: list[str]) -> tuple[str, Terms, Figures, int, int | None]:
    name, basis, steps, gate, speeds, cap, bought, before, reached, points, days, digits, owed, short = cells
    bands = tuple(
        Band(int(Decimal(start) * START[basis]), int(Decimal(rate) * RATE[basis]))
        for start, _colon, rate in (step.partition(":") for step in steps.split())
    )
    pairs = [] if speeds == "-" else [pair.partition(":") for pair in speeds.split()]
    terms = Terms(
        basis, bands, whole(gate, 100), tuple((int(day), int(share)) for day, _colon, share in pairs), whole(cap, 10_000),
        None, int(digits),
    )  # fmt: skip
    quantity = int(Decimal(bought) * 1000) if basis == "QUANTITY" else 0
    figures = Figures(
        int(Decimal(bought) * 10_000),
        quantity,
        whole(before, 10_000) or 0,
        whole(reached, 100),
        whole(points, 1),
        whole(days, 1),
    )
    return name, terms, figures, int(Decimal(owed) * 10_000), whole(short, SHORT[basis])


def documented() -> Iterator[tuple[str, Terms, Figures, int, int | None]]:
    text = DOCUMENT.read_text(encoding="utf-8").partition("## Worked numbers")[2].partition("\n## ")[0]
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 14 and cells[0] not in ("case", "---"):
            yield case_of(cells)


CASES = list(documented())


def otherwise(terms: Terms, figures: Figures) -> int:
    """The same promise, kept by somebody else: fractions, and for marginal steps the sum over borders of how much the rate
    rises there times what lies above it."""
    amount = max(Fraction(0), Fraction((Decimal(figures.amount_e4) / 10_000).quantize(Decimal("0.01"), ROUND_HALF_UP)))
    earned = Fraction(0)
    if terms.basis in ("AMOUNT", "QUANTITY"):
        value = amount if terms.basis == "AMOUNT" else max(Fraction(0), Fraction(figures.quantity_e3, 1000))
        before = Fraction(0)
        for band in terms.bands:
            start = Fraction(band.start, 100 if terms.basis == "AMOUNT" else 1000)
            rate = Fraction(band.rate, 100_000 if terms.basis == "AMOUNT" else 10_000)
            earned += max(Fraction(0), value - start) * (rate - before)
            before = rate
    else:
        for band in terms.bands:
            if terms.basis == "POINTS":
                reached = figures.points is not None and figures.points >= band.start
            else:
                # Cut off to hundredths of a per cent: growth of 9.999 per cent is not 10.
                reached = figures.before_e4 > 0 and Fraction(figures.amount_e4, figures.before_e4) - 1 >= Fraction(
                    band.start, 10_000
                )
            if reached:
                earned = amount * Fraction(band.rate, 100_000)
    if terms.gate_e4 is not None and (figures.reached_e4 is None or figures.reached_e4 < terms.gate_e4):
        return 0
    if terms.speeds and figures.pay_days is not None:
        shares = [share for days, share in terms.speeds if days >= figures.pay_days]
        earned = Fraction(int(earned * 10_000_000 * (shares[0] if shares else 0)) // 100, 10_000_000)
    if terms.cap_e4 is not None:
        earned = min(earned, Fraction(terms.cap_e4, 10_000))
    if terms.cap_rate_e5 is not None:
        earned = min(earned, amount * Fraction(terms.cap_rate_e5, 100_000))
    exact = Decimal(earned.numerator) / Decimal(earned.denominator)
    return int(exact.quantize(Decimal(1).scaleb(-terms.digits), ROUND_HALF_UP) * 10_000)


def any_terms(chance: random.Random) -> Terms:
    basis = chance.choice(Basis.values)
    starts = sorted(chance.sample(range(0, 101 if basis == "POINTS" else 2_000_000), chance.randint(1, 6)))
    if basis == "GROWTH":
        starts = sorted({start // 200 for start in starts})
    bands = tuple(Band(start, chance.randrange(0, 20_000)) for start in starts)
    days = sorted(chance.sample(range(5, 90), chance.choice((0, 0, 3))))
    return Terms(
        basis, bands, chance.choice((None, None, 9_000)), tuple((day, chance.randrange(0, 101)) for day in days),
        chance.choice((None, None, chance.randrange(0, 5_000_000))), chance.choice((None, None, chance.randrange(0, 5_000))),
        chance.choice((0, 2, 3)),
    )  # fmt: skip


def any_figures(chance: random.Random, terms: Terms) -> Figures:
    amount = chance.randrange(-1_000_000, 300_000_000)
    border = chance.choice(terms.bands).start
    if chance.random() < 0.3 and terms.basis == "AMOUNT":
        amount = border * 100 + chance.randint(-51, 51)
    quantity = border + chance.randint(-1, 1) if chance.random() < 0.3 else chance.randrange(-1_000, 3_000_000)
    before = chance.choice((0, amount, max(1, abs(amount) * chance.randrange(50, 150) // 100)))
    return Figures(
        amount, quantity, before, chance.choice((None, 8_999, 9_000, 12_345)), chance.choice((None, chance.randrange(0, 101))),
        chance.choice((None, chance.randrange(0, 120))),
    )  # fmt: skip


def by_sql(terms: Terms, those: list[Figures]) -> list[tuple[int, int, int | None, int]]:
    """(earned, owed, short, step) of each, as the night works it out."""
    put = expressions(terms)
    rows = [tuple(asdict(figures).values()) for figures in those]
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE worked_on (place serial, amount_e4 bigint, quantity_e3 bigint, before_e4 bigint,"
                       " reached_e4 int, points smallint, pay_days int) ON COMMIT DROP")  # fmt: skip
        values = ", ".join(["(%s, %s, %s, %s, %s, %s)"] * len(rows))
        cursor.execute(
            "INSERT INTO worked_on (amount_e4, quantity_e3, before_e4, reached_e4, points, pay_days) VALUES " + values,
            [value for row in rows for value in row],
        )
        cursor.execute(
            f"SELECT {put.earned_e4}, {put.accrued_e4}, {put.short}, {put.step}"
            f"  FROM (SELECT b.*, {put.measured} AS measured FROM worked_on b) b ORDER BY b.place"
        )
        found = cursor.fetchall()
        cursor.execute("DROP TABLE worked_on")
    return found


@pytest.mark.parametrize(("name", "terms", "figures", "owed", "short"), CASES, ids=[case[0] for case in CASES])
def test_the_numbers_of_the_document(name: str, terms: Terms, figures: Figures, owed: int, short: int | None) -> None:
    worked = work_out(terms, figures)
    assert (worked.accrued_e4, worked.short) == (owed, short)
    assert otherwise(terms, figures) == owed


@pytest.mark.django_db
def test_the_night_says_what_the_document_says() -> None:
    for name, terms, figures, owed, short in CASES:
        ((_earned, accrued, missing, _step),) = by_sql(terms, [figures])
        assert (accrued, missing) == (owed, short), name


def test_another_implementation_agrees_on_ten_thousand_cases() -> None:
    chance = random.Random(5)
    paid = 0
    for _number in range(10_000):
        terms = any_terms(chance)
        figures = any_figures(chance, terms)
        worked = work_out(terms, figures)
        assert worked.accrued_e4 == otherwise(terms, figures), (terms, figures)
        paid += worked.accrued_e4 > 0
    # So that nobody is content with noughts.
    assert paid > 3_000


@pytest.mark.django_db
def test_the_night_agrees_with_python() -> None:
    chance = random.Random(6)
    for _number in range(60):
        terms = any_terms(chance)
        those = [any_figures(chance, terms) for _number in range(40)]
        for figures, (earned, owed, short, step) in zip(those, by_sql(terms, those), strict=True):
            worked = work_out(terms, figures)
            assert (worked.accrued_e4, worked.short, worked.step) == (owed, short, step), (terms, figures)
            assert abs(worked.earned_e7 - earned * 1000) <= terms.rounded_to_e7


def test_the_lines_add_up_to_what_was_earned() -> None:
    chance = random.Random(7)
    for _number in range(500):
        terms = any_terms(chance)
        worked = work_out(terms, any_figures(chance, terms))
        assert sum(part.earned_e7 for part in worked.parts) == worked.earned_e7


def test_no_programme_can_ask_for_a_resale_price() -> None:
    assert set(Basis.values) == {"AMOUNT", "QUANTITY", "GROWTH", "POINTS"}
    names = {field.name for model in (RebateProgramme, RebateBand, RebatePoints) for field in model._meta.get_fields()}
    assert not [name for name in names if "price" in name or "resale" in name]
