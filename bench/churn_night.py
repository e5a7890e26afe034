"""The churn scores of a million dealers from one night to the next, held against the bare sum over their 36 million months.

The dealers have rhythms but no single orders, except those that ordered last night: 1 %. Nothing is kept.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable
from typing import Any

from django.db import connection, transaction

from alerts.churn.history import windows
from alerts.churn.measures import Market
from bench.floors import statement_seconds
from bench.months import ON, ensure_months
from bench.report import Report
from crm.base.periods import add_months

# Of a hundred dealers, one.
_CHANGED = "dealer_id %% 100 = 7"
_ORDERS = """
INSERT INTO sales_salesrecord (dealer_id, kind, "on", by_month, quantity, amount, reference)
SELECT f.dealer_id, 'SELL_IN', f.last_order_on - step * (5 + f.dealer_id %% 25)::int, false, 10, 1000 + step %% 7 * 100, 'B'
  FROM sales_dealerfigures f
 CROSS JOIN generate_series(0, 730 / (5 + f.dealer_id %% 25)::int) step
 WHERE f.{changed}
"""
# Months as they are; rhythms by dice. Who ordered last night was scored by its order before.
_MEASURED = """
CREATE TEMP TABLE churn_measured ON COMMIT DROP AS
SELECT f.dealer_id, f.last_order_on - CASE WHEN f.{changed} THEN 5 ELSE 0 END AS last_order_on,
       (365 / dice.gap)::smallint AS order_days, (dice.gap * 10)::smallint AS usual_gap_e1,
       (dice.gap * 2 + dice.b)::smallint AS longest_gap, (dice.gap * 3)::smallint AS recent_gap_days,
       3::smallint AS recent_gaps, 20 + dice.b * 4 AS spread_e2, 1000000 + dice.b * 10000::bigint AS value_e4,
       1200000::bigint AS usual_value_e4, 300 AS lines_e2, 320 AS usual_lines_e2, s.first_sale_month, s.month_e4,
       s.year_e4 / 12 AS month_expected_e4, s.quarter_e4, s.quarter_before_e4, s.half_e4,
       s.year_e4 - s.half_e4 AS half_before_e4, f.sales_12m_e4 AS year_e4, s.prior_e4 AS year_before_e4,
       f.sales_prior_12m_e4 AS prior_e4, NULL::date AS due_on
  FROM sales_dealerfigures f
  JOIN churn_sold s USING (dealer_id)
 CROSS JOIN LATERAL (SELECT 5 + (hashint8extended(f.dealer_id, 71) & 31)::int AS gap,
                            (hashint8extended(f.dealer_id, 72) & 15)::int AS b) dice
 WHERE f.last_order_on IS NOT NULL
"""


def run(report: Report) -> None:
    from alerts.churn import scoring
    from alerts.models import ChurnState, DealerChurn

    ensure_months()
    floor = statement_seconds("SELECT sum(amount_e4) FROM sales_dealermonth")
    with transaction.atomic():
        with connection.cursor() as cursor:
            market = _make(cursor)
            in_use = scoring.card_in_use()
            written = _seconds(lambda: scoring._score_everybody(cursor, ON, in_use.card, market))
            ChurnState.objects.update_or_create(
                pk=1,
                defaults={
                    "on": ON, "month": ON.replace(day=1), "card_print": in_use.print, "expected_e3": market.expected_e3,
                    "mean_year_e4": market.mean_year_e4,
                },
            )  # fmt: skip
            dealers = DealerChurn.objects.count()
            report.add(f"churn, all {dealers:,} dealers scored and written anew", written, unit="s", floor=floor)
            nights = [
                ("1 % of the dealers ordered", ON + dt.timedelta(days=1)),
                ("nobody ordered", ON + dt.timedelta(days=2)),
            ]
            for name, on in nights:
                rows: list[int] = []
                seconds = _seconds(lambda on=on, rows=rows: rows.append(scoring.run_churn(on=on)))  # type: ignore[misc]
                report.add(f"churn, a night on which {name} ({rows[0]:,} scored)", seconds, unit="s", floor=floor)
            seconds = _seconds(
                lambda: scoring.score(cursor, on, in_use.card, market, measured="alerts_dealerchurn", everybody=True)
            )
            report.add("churn, the card alone over all dealers", seconds, unit="s", floor=floor)
        transaction.set_rollback(True)


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _make(cursor: Any) -> Market:
    from alerts.churn import scoring
    from crm.base.sql import analyze, load
    from sales.partitions import RECORDS

    changed = {"changed": _CHANGED}
    RECORDS.ensure(cursor, [add_months(ON.replace(day=1), -number) for number in range(27)])
    cursor.execute(_ORDERS.format(**changed), {})
    analyze(cursor, "sales_salesrecord")
    scoring._open(cursor, ON, everybody=True)
    script = load("alerts", "churn")
    script.run(cursor, "sold", windows(ON), months="churn_months")
    script.run(cursor, "market", windows(ON))
    market = Market(*cursor.fetchone())
    cursor.execute(_MEASURED.format(**changed), {})
    return market
