"""Keep the narrow row of every dealer: see alerts/sql/measure.sql."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
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
    """How many rows were looked at, of how many dealers there are now, and whether that was everybody."""

    rows: int
    dealers: int
    everybody: bool


def measure(cursor: Any, *, on: dt.date, state: StandingState | None, horizon: Horizon, everybody: bool) -> Measured:
    """Bring the narrow rows up to the day. Everybody is measured the first time, when a month has closed since, when
    nothing tells what changed, and when `everybody` asks for it; else those that something touched."""
    script = load("alerts", "measure")
    parameters = {
        **_windows(on), "on": on, "everybody": False,
        "seen_before": state.seen_before_xid if state else 3, "since": state.on if state else on,
    }  # fmt: skip
    cursor.execute(
        "DROP TABLE IF EXISTS pg_temp.alert_told, pg_temp.alert_touched, pg_temp.alert_measured, pg_temp.alert_rhythm"
    )
    script.run(cursor, "told", parameters)
    touched, before = 0, DealerStanding.objects.count()
    whole = everybody or state is None or month_start(state.on) != month_start(on) or not _tells(horizon, state)
    if whole:
        cursor.execute("CREATE TEMP TABLE alert_touched ON COMMIT DROP AS SELECT dealer_id FROM alert_told")
    else:
        touched = script.run(cursor, "touched", parameters)
        whole = touched > FEW * before
    parameters["everybody"] = whole
    analyze(cursor, "alert_touched")
    script.run(cursor, "periods", parameters)
    with whole_tables(cursor) if whole else _by_index(cursor):
        if whole:
            # Hardly a row of so many remains: the planner expects all, and shuns workers for handing rows over.
            cursor.execute("SET LOCAL parallel_tuple_cost = 0; SET LOCAL parallel_setup_cost = 10")
        _run(cursor, script, "measure", parameters)
        cursor.execute("SET LOCAL parallel_tuple_cost = DEFAULT; SET LOCAL parallel_setup_cost = DEFAULT")
    _put(cursor, script, parameters, before)
    script.run(cursor, "forget_touched", parameters)
    dealers = DealerStanding.objects.count()
    return Measured(dealers if whole else touched, dealers, whole)


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
    back_3 = add_months(month, -3)
    return {"month": month, "back_3": back_3, "back_24": add_months(month, -24), "days_3": (month - back_3).days}


def _put(cursor: Any, script: Any, parameters: dict[str, Any], dealers: int) -> None:
    """Write what is not as it stands, of so many dealers. Mostly these are few: by index, which lies in memory, rather
    than through whole tables."""
    analyze(cursor, "alert_measured")
    cursor.execute("SELECT count(*), count(*) FILTER (WHERE rhythm_due) FROM alert_measured")
    changed, due = cursor.fetchone()
    few = changed <= FEW * dealers
    with _by_index(cursor) if few else whole_tables(cursor):
        for step in ("new_groups", "put_groups", "rhythm"):
            script.run(cursor, step, parameters)
        if due:
            analyze(cursor, "alert_rhythm")
        for step in ("excess_began", "count_excesses", "history", "put_changed", "put_new"):
            script.run(cursor, step, parameters)
    script.run(cursor, "excess_ended", parameters)
    with nullcontext() if parameters["everybody"] else _by_index(cursor):
        _run(cursor, script, "drop", parameters)


@contextmanager
def _by_index(cursor: Any) -> Iterator[None]:
    cursor.execute("SET LOCAL random_page_cost = 1.1; SET LOCAL jit = off")
    yield
    cursor.execute("SET LOCAL random_page_cost = DEFAULT")


def _run(cursor: Any, script: Any, step: str, parameters: dict[str, Any]) -> None:
    """Beside an OR the database reads everything and filters; alone, it looks the few dealers up. So it does when they are
    found first: of so many tables it would join the list of them last."""
    text = script.statement(step)
    if not parameters["everybody"]:
        text = text.replace("%(everybody)s OR ", "").replace("NOT MATERIALIZED", "MATERIALIZED")
    cursor.execute(text, parameters)
