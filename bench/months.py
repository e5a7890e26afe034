"""36 months of sales for every dealer of the generated million: the rollup that nights and charts read."""

from __future__ import annotations

import datetime as dt
import time
from typing import Any

from django.db import connection

from bench.generate import DEALERS

MONTHS = 36
FIRST = dt.date(2023, 1, 1)
# The day that measurements are made as of: 36 closed months lie before it.
ON = dt.date(2026, 1, 10)

# Dealers grow or shrink at a pace of their own, with noise; one in nine began in the course of the first two years.
_FILL = """
INSERT INTO sales_dealermonth (dealer_id, kind, month, quantity_e3, amount_e4, records, last_on)
SELECT d.id, 'SELL_IN', m.month, q.quantity * 1000, q.quantity * (200000 + d.id %% 1000 * 100), 3, m.month + 20
  FROM dealers_dealer d
 CROSS JOIN LATERAL (SELECT hashint8extended(d.id, 91) & 1048575 AS a, hashint8extended(d.id, 92) & 1048575 AS b) dice
 CROSS JOIN (SELECT n, (%(first)s::date + make_interval(months => n))::date AS month
               FROM generate_series(0, %(months)s - 1) AS n) m
 CROSS JOIN LATERAL (SELECT 1 + ((20 + dice.a %% 400) * power(0.97 + (dice.b %% 60) / 1000.0, m.n)
                                 * (0.9 + (hashint8extended(d.id, m.n) & 1023) / 5120.0))::bigint AS quantity) q
 WHERE d.id %% 9 <> 0 OR m.n >= d.id %% 24
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
        cursor.execute("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'sales_dealermonth_pkey'")
        (key,) = cursor.fetchone()
        cursor.execute("ALTER TABLE sales_dealermonth DROP CONSTRAINT sales_dealermonth_pkey")
        cursor.execute(_FILL, {"first": FIRST, "months": MONTHS})
        cursor.execute(f"ALTER TABLE sales_dealermonth ADD CONSTRAINT sales_dealermonth_pkey {key}")
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
        cursor.execute("VACUUM ANALYZE sales_dealerfigures")
    print(f"... made in {time.perf_counter() - began:.0f} s", flush=True)


def _are_made(cursor: Any) -> bool:
    """The figures are made last."""
    cursor.execute("SELECT reltuples::bigint FROM pg_class WHERE oid = 'sales_dealermonth'::regclass")
    (rows,) = cursor.fetchone()
    cursor.execute('SELECT EXISTS (SELECT FROM sales_figuresstate WHERE "on" >= %s)', [ON])
    (measured,) = cursor.fetchone()
    return measured and rows > 0.85 * DEALERS * MONTHS
