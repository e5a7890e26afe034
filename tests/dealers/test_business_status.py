"""What a snapshot of the business says by itself. Worked out in memory."""

from decimal import Decimal

import pytest

from dealers.models import BusinessStatus


@pytest.mark.parametrize(
    ("budget", "actual", "expected"),
    [
        ("200000", "150000", Decimal("0.75")),
        ("200000", "250000", Decimal("1.25")),
        ("200000", "0", Decimal(0)),
        ("200000", None, None),
        (None, "150000", None),
        ("0", "150000", None),
    ],
)
def test_cost_against_budget(budget: str | None, actual: str | None, expected: Decimal | None) -> None:
    status = BusinessStatus(
        cost_budget=None if budget is None else Decimal(budget), cost_actual=None if actual is None else Decimal(actual)
    )
    assert status.cost_used == expected


@pytest.mark.parametrize(
    ("profit", "investment", "expected"),
    [
        ("30000", "120000", Decimal("0.25")),
        ("180000", "120000", Decimal("1.5")),
        ("-12000", "120000", Decimal("-0.1")),
        (None, "120000", None),
        ("30000", None, None),
        ("30000", "0", None),
    ],
)
def test_cost_recovery(profit: str | None, investment: str | None, expected: Decimal | None) -> None:
    status = BusinessStatus(
        gross_profit_with_us=None if profit is None else Decimal(profit),
        investment_in_us=None if investment is None else Decimal(investment),
    )
    assert status.cost_recovered == expected
