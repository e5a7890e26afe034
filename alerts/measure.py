"""Keep the narrow row of every dealer: see alerts/sql/measure.sql."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from alerts.models import DealerStanding, StandingState, TargetPeriod
from alerts.pace import elapsed_shares
from crm.base.periods import add_months, month_start
from crm.base.sql import analyze, insert_rows, load
from sales.figures import whole_tables
from tiering.changed import Horizon

# With more than this share of the dealers touched, measuring everybody is quicker.
FEW = 0.15


@dataclass(frozen=True, slots=True)
class Measured:
    """How many rows were looked at, of how many dealers, and whether that was everybody."""

    rows: int
    everybody: bool


def measure(cursor: Any, *, on: dt.date, state: StandingState | None, horizon: Horizon, everybody: bool) -> Measured:
    """Bring the narrow rows up to the day. Everybody is measured the first time, when a month has closed since, when
    nothing tells what changed, and when `everybody` asks for it; else those that something touched."""
    script = load("alerts", "measure")
    parameters = {
        **_windows(on), "on": on, "everybody": False,
        "seen_before": state.seen_before_xid if state else 3, "since": state.on if state else on,
    }  # fmt: skip
    cursor.execute("DROP TABLE IF EXISTS pg_temp.alert_told, pg_temp.alert_touched, pg_temp.alert_measured")
    script.run(cursor, "told", parameters)
    whole = everybody or state is None or month_start(state.on) != month_start(on) or not _tells(horizon, state)
    if whole:
        cursor.execute("CREATE TEMP TABLE alert_touched ON COMMIT DROP AS SELECT dealer_id FROM alert_told")
    else:
        script.run(cursor, "touched", parameters)
        cursor.execute("SELECT count(*) FROM alert_touched")
        whole = cursor.fetchone()[0] > FEW * DealerStanding.objects.count()
    parameters["everybody"] = whole
    analyze(cursor, "alert_touched")
    script.run(cursor, "periods", parameters)
    if whole:
        with whole_tables(cursor):
            rows = _put(cursor, script, parameters)
    else:
        # A few dealers of many: by index, which lies in memory, rather than through all months.
        cursor.execute("SET LOCAL random_page_cost = 1.1; SET LOCAL jit = off")
        rows = _put(cursor, script, parameters)
        cursor.execute("SET LOCAL random_page_cost = DEFAULT")
    script.run(cursor, "forget_touched", parameters)
    return Measured(rows, whole)


def pace_table(cursor: Any, *, on: dt.date, min_elapsed: float, late_from: float) -> None:
    """`alert_pace`: of each target period that has run long enough, the share of working days gone by."""
    cursor.execute("DROP TABLE IF EXISTS pg_temp.alert_pace")
    cursor.execute(
        "CREATE TEMP TABLE alert_pace (period_id smallint PRIMARY KEY, elapsed_e4 int NOT NULL, late boolean NOT NULL)"
        " ON COMMIT DROP"
    )
    running = list(TargetPeriod.objects.filter(starts_on__lte=on, ends_on__gt=on))
    rows = [
        (period.pk, round(share * 10_000), share >= late_from)
        for period, share in zip(running, elapsed_shares(running, on), strict=True)
        if share >= min_elapsed and share > 0
    ]
    insert_rows(cursor, "alert_pace", rows)
    cursor.execute("ANALYZE alert_pace")


def _tells(horizon: Horizon, state: StandingState) -> bool:
    """Whether the changes since the last night can be told by transactions."""
    from tiering.changed import LONGEST_LOOK_BACK

    return horizon.cluster == state.seen_in_cluster and 0 <= horizon.xid - state.seen_before_xid <= LONGEST_LOOK_BACK


def _windows(on: dt.date) -> dict[str, object]:
    month = month_start(on)
    found: dict[str, object] = {f"back_{n}": add_months(month, -n) for n in (3, 6, 12, 15, 18)}
    return found | {"month": month, "days_3": (month - add_months(month, -3)).days}


def _put(cursor: Any, script: Any, parameters: dict[str, Any]) -> int:
    _run(cursor, script, "groups", parameters)
    rows = _run(cursor, script, "measure", parameters)
    analyze(cursor, "alert_measured")
    for step in ("excess_ended", "excess_began", "count_excesses", "history", "put_changed", "put_new", "drop"):
        script.run(cursor, step, parameters)
    return rows


def _run(cursor: Any, script: Any, step: str, parameters: dict[str, Any]) -> int:
    """Beside an OR the database reads everything and filters; alone, it looks the few dealers up."""
    text = script.statement(step)
    cursor.execute(text if parameters["everybody"] else text.replace("%(everybody)s OR ", ""), parameters)
    return max(cursor.rowcount, 0)
