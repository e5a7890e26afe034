"""The night over a million dealers with 36 months each, held against the bare sum over those 36 million rows."""

from __future__ import annotations

import datetime as dt
import random
import resource
import time

from django.db import connection

from bench.floors import statement_seconds
from bench.months import ON, ensure_months
from bench.report import Report

# Of a hundred dealers, how many have other figures than the night before.
CHANGED = 1
MEMORY_MB = 200
REPEAT = 3


def run(report: Report) -> None:
    """A whole run with history, and one that looks at the changed dealers only, each with 1 % of the dealers changed."""
    from tiering.choices import Mode
    from tiering.models import TierRun
    from tiering.scores import run_scores

    ensure_months()
    seconds_of_scores = _seconds(lambda: run_scores(on=ON))
    if not TierRun.objects.exists():
        first = _run(ON, None)
        print(f"first run, everybody's tier and history written: {first:.1f} s", flush=True)
    _settle()
    floor = statement_seconds("SELECT sum(amount_e4) FROM sales_dealermonth")
    on = TierRun.objects.first().on  # type: ignore[union-attr]
    for mode, goal in ((Mode.FULL, 2.6), (Mode.CHANGED, 0.7)):
        times = []
        for _ in range(REPEAT):
            on += dt.timedelta(days=1)
            _change(on)
            times.append(_run(on, mode))
        latest = TierRun.objects.first()
        assert latest is not None
        assert latest.mode == mode
        name = "all dealers" if mode == Mode.FULL else "changed dealers only"
        report.add(
            f"tier run, {name} ({latest.looked_at:,} looked at, {latest.moved:,} moved)",
            sorted(times)[REPEAT // 2], unit="s", floor=floor, goal=goal,
        )  # fmt: skip
    report.add("scores of all dealers, nothing changed", seconds_of_scores, unit="s", floor=floor)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    report.add("memory of the process that runs the night", memory, unit="MB", limit=MEMORY_MB)


def _seconds(work: object) -> float:
    began = time.perf_counter()
    work()  # type: ignore[operator]
    return time.perf_counter() - began


def _run(on: dt.date, mode: object) -> float:
    from tiering.runs import run_tiers

    return _seconds(lambda: run_tiers(on=on, mode=mode))  # type: ignore[arg-type]


def _change(on: dt.date) -> None:
    """Other figures for some dealers, as an import of corrections leaves them, and the space of the old rows freed."""
    chance = random.Random(on.toordinal())
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE sales_dealerfigures
               SET quantity_e3 = quantity_e3 * %s / 100, amount_e4 = amount_e4 * %s / 100
             WHERE dealer_id %% 100 = %s
            """,
            [chance.randrange(60, 160), chance.randrange(60, 160), chance.randrange(100) // CHANGED],
        )
    _settle()


def _settle() -> None:
    with connection.cursor() as cursor:
        for table in ("sales_dealerfigures", "tiering_dealertier", "tiering_dealerscore", "tiering_tierchange"):
            cursor.execute(f"VACUUM ANALYZE {table}")
