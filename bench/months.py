"""36 months of sales for every dealer of the generated million: the rollup that nights and charts read."""

from __future__ import annotations

import datetime as dt
import time
from typing import Any

from django.db import connection

from bench.generate import DEALERS
from crm.base.periods import add_months

MONTHS = 36
FIRST = dt.date(2023, 1, 1)
# The day that measurements are made as of: 36 closed months lie before it.
ON = dt.date(2026, 1, 10)

# Dealers grow or shrink at a pace of their own, with noise; one in nine began in the course of the first two years.
_FILL = """
CREATE TABLE {table} AS
SELECT d.id AS dealer_id, q.quantity * 1000 AS quantity_e3, q.quantity * (200000 + d.id %% 1000 * 100) AS amount_e4,
       %(month)s::date AS month, %(month)s::date + 20 AS last_on, 1 << 20 AS order_days, 3 AS records,
       'SELL_IN'::varchar(12) COLLATE "C" AS kind
  FROM dealers_dealer d
 CROSS JOIN LATERAL (SELECT hashint8extended(d.id, 91) & 1048575 AS a, hashint8extended(d.id, 92) & 1048575 AS b) dice
 CROSS JOIN LATERAL (SELECT 1 + ((20 + dice.a %% 400) * power(0.97 + (dice.b %% 60) / 1000.0, %(number)s)
                                 * (0.9 + (hashint8extended(d.id, %(number)s) & 1023) / 5120.0))::bigint AS quantity) q
 WHERE d.id %% 9 <> 0 OR %(number)s >= d.id %% 24
 ORDER BY d.id
"""


def ensure_months() -> None:
    """Make the months and the figures of every dealer unless they are there."""
    from sales.figures import rebuild_figures

    with connection.cursor() as cursor:
        if _are_made(cursor):
            return
        began = time.perf_counter()
        print(f"Making {MONTHS} months of {DEALERS:,} dealers ...", flush=True)
        cursor.execute("SET maintenance_work_mem = '512MB'; SET work_mem = '256MB'")
        cursor.execute("BEGIN")
        cursor.execute("TRUNCATE sales_dealermonth, tiering_dealertier, tiering_tierchange, tiering_tierrun CASCADE")
        for number in range(MONTHS):
            _fill(cursor, number)
        cursor.execute("COMMIT")
        cursor.execute("VACUUM ANALYZE sales_dealermonth")
        # The dealers were made without triggers, so their rows of figures are missing.
        cursor.execute(
            """
            INSERT INTO sales_dealerfigures (dealer_id, territory_id, kind, trading, in_bin)
            SELECT id, territory_id, kind, sales_is_trading(status, deleted_at), deleted_at IS NOT NULL
              FROM dealers_dealer
                ON CONFLICT DO NOTHING
            """
        )
        cursor.execute("ANALYZE sales_dealerfigures")
        cursor.execute("RESET maintenance_work_mem; RESET work_mem")
    rebuild_figures(ON)
    with connection.cursor() as cursor:
        # The lists' columns of the dealers were written too.
        cursor.execute("VACUUM ANALYZE sales_dealerfigures, dealers_dealer")
    print(f"... made in {time.perf_counter() - began:.0f} s", flush=True)


def _fill(cursor: Any, number: int) -> None:
    from sales.partitions import SUMS

    month = add_months(FIRST, number)
    for table in (SUMS.name(month), SUMS.next_name(month)):
        cursor.execute(f'DROP TABLE IF EXISTS "{table}"')
    cursor.execute(_FILL.format(table=SUMS.next_name(month)), {"month": month, "number": number})
    SUMS.complete(cursor, month)
    SUMS.attach(cursor, month)


def _are_made(cursor: Any) -> bool:
    """The figures are made last."""
    cursor.execute(
        "SELECT coalesce(sum(c.reltuples), 0)::bigint FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid"
        " WHERE i.inhparent = 'sales_dealermonth'::regclass"
    )
    (rows,) = cursor.fetchone()
    cursor.execute('SELECT EXISTS (SELECT FROM sales_figuresstate WHERE "on" >= %s)', [ON])
    (measured,) = cursor.fetchone()
    # Made before the days with orders were kept, they are made anew.
    cursor.execute("SELECT EXISTS (SELECT FROM sales_dealermonth WHERE month = %s AND order_days <> 0)", [FIRST])
    (with_days,) = cursor.fetchone()
    return measured and with_days and rows > 0.85 * DEALERS * MONTHS
