"""A night of rebates over a million dealers and three programmes, held against the bare sum over their 36 million months."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from bench.floors import statement_seconds
from bench.months import ON, ensure_months
from bench.report import Report
from bench.tiers import _seconds

REPEAT = 3


def run(report: Report) -> None:
    """The first night, one on which nothing changed, and one after 1 % of the dealers' last month was corrected. Nothing
    is kept."""
    from promotions.models import RebateAccrual
    from promotions.rebates.accrual import run_accruals

    ensure_months()
    floor = statement_seconds("SELECT sum(amount_e4) FROM sales_dealermonth")
    with transaction.atomic():
        those = _programmes()
        first = _seconds(lambda: run_accruals(on=ON, programmes=those))
        rows = RebateAccrual.objects.filter(programme__in=those).count()
        report.add(f"rebates, first night: {rows:,} written", first, unit="s", floor=floor)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE promotions_rebateaccrual")
            times = [_seconds(lambda: run_accruals(on=ON, programmes=those)) for _ in range(REPEAT)]
            report.add("rebates, nothing changed", sorted(times)[REPEAT // 2], unit="s", floor=floor, goal=2)
            times = []
            for number in range(REPEAT):
                _correct(cursor, number)
                times.append(_seconds(lambda: run_accruals(on=ON, programmes=those)))
        report.add("rebates, 1 % of the dealers corrected", sorted(times)[REPEAT // 2], unit="s", floor=floor, goal=2)
        transaction.set_rollback(True)


def _programmes() -> list[Any]:
    """By the amount of a year, by its quantity with gate and speed of payment, by growth of the same year."""
    from promotions.models import RebateBand, RebateProgramme
    from promotions.rebates.choices import Basis, ProgrammeState

    bands = {
        Basis.AMOUNT: (("0", "0.01"), ("100000", "0.02"), ("300000", "0.03"), ("600000", "0.04")),
        Basis.QUANTITY: (("100", "0.5"), ("1000", "0.75"), ("5000", "1")),
        Basis.GROWTH: (("0.1", "0.01"), ("0.2", "0.02")),
    }
    made = []
    for basis, steps in bands.items():
        programme = RebateProgramme.objects.create(
            name=f"Measured {basis}", basis=basis, starts_on=dt.date(2025, 1, 1), ends_on=dt.date(2026, 1, 1),
            agent_margin="0.08", sub_dealer_margin="0.12", state=ProgrammeState.PUBLISHED, published_at=timezone.now(),
            speed_days=[15, 30, 45] if basis == Basis.QUANTITY else [],
            speed_percents=[100, 80, 50] if basis == Basis.QUANTITY else [], cap_share="0.05",
        )  # fmt: skip
        RebateBand.objects.bulk_create(
            RebateBand(programme=programme, starts_at=start, rate=rate) for start, rate in steps
        )
        made.append(programme)
    return made


def _correct(cursor: Any, number: int) -> None:
    """As an import of corrections leaves it: another month, and the figures that it is a part of."""
    chance = random.Random(number)
    cursor.execute(
        """
        WITH before AS (
            SELECT dealer_id, amount_e4, quantity_e3 FROM sales_dealermonth
             WHERE kind = 'SELL_IN' AND month = '2025-12-01' AND dealer_id %% 100 = %(number)s
        ), corrected AS (
            UPDATE sales_dealermonth m SET amount_e4 = m.amount_e4 * %(amount)s / 100, quantity_e3 = m.quantity_e3 * %(quantity)s / 100
             WHERE m.kind = 'SELL_IN' AND m.month = '2025-12-01' AND m.dealer_id %% 100 = %(number)s
            RETURNING m.dealer_id, m.amount_e4, m.quantity_e3
        )
        UPDATE sales_dealerfigures f
           SET amount_e4 = f.amount_e4 + c.amount_e4 - b.amount_e4, quantity_e3 = f.quantity_e3 + c.quantity_e3 - b.quantity_e3,
               sales_12m_e4 = f.sales_12m_e4 + c.amount_e4 - b.amount_e4
          FROM corrected c JOIN before b USING (dealer_id)
         WHERE f.dealer_id = c.dealer_id
        """,
        {"amount": chance.randrange(60, 95), "quantity": chance.randrange(60, 95), "number": number},
    )
