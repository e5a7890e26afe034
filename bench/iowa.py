"""The liquor sales of Iowa, where somebody put them beside the repository: real rhythms of orders and real closures."""

from __future__ import annotations

import csv
import datetime as dt
import gzip
from collections import defaultdict
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parents[1].parent / "shared" / "data" / "iowa"
ORDERS = FOLDER / "orders_2012_2018.csv.gz"
ORDER_DAYS, MONTHS = "iowa_order_days", "iowa_months"
FIRST, LAST = dt.date(2012, 1, 1), dt.date(2018, 12, 31)


def load(cursor: Any, *, until: dt.date = LAST) -> int:
    """Put the orders up to a day into two temporary tables, as alerts/sql/churn.sql reads them; how many order days.

    Cents become ten-thousandths; a line of an order stays a line.
    """
    days: dict[tuple[int, str], list[int]] = defaultdict(lambda: [0, 0])
    with gzip.open(ORDERS, "rt", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            store = int(row["store"])
            if int(row["bottles"]) > 0 and row["date"] <= until.isoformat():
                day = days[store, row["date"]]
                day[0] += round(float(row["usd"]) * 100) * 100
                day[1] += int(row["n_lines"])
    months: dict[tuple[int, str], int] = defaultdict(int)
    for (store, day_of), (amount, _lines) in days.items():
        months[store, f"{day_of[:7]}-01"] += amount
    cursor.execute(f"DROP TABLE IF EXISTS pg_temp.{ORDER_DAYS}, pg_temp.{MONTHS}")
    cursor.execute(f'CREATE TEMP TABLE {ORDER_DAYS} (dealer_id bigint, "on" date, amount_e4 bigint, lines int)')
    cursor.execute(f"CREATE TEMP TABLE {MONTHS} (dealer_id bigint, month date, amount_e4 bigint)")
    with cursor.copy(f"COPY {ORDER_DAYS} FROM STDIN") as copy:
        for (store, day_of), (amount, lines) in days.items():
            copy.write_row((store, day_of, amount, lines))
    with cursor.copy(f"COPY {MONTHS} FROM STDIN") as copy:
        for (store, month), amount in months.items():
            copy.write_row((store, month, amount))
    cursor.execute(f"ANALYZE {ORDER_DAYS}")
    cursor.execute(f"ANALYZE {MONTHS}")
    return len(days)
