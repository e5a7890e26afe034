"""Where dealers stand against their call cycles: the nightly pass over all, and the class standards themselves."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import connection, transaction

from crm.base.sql import load
from dealers.choices import TRADING, Tier
from visits.choices import Audience, Per
from visits.models import CallCycle

# docs/practice.md section 5: (audience, tier, visits, per, largest gap in days, minutes, every how many by telephone).
STANDARD = (
    (Audience.REPRESENTATIVE, Tier.A, 4, Per.MONTH, 10, 60, 0),
    (Audience.REPRESENTATIVE, Tier.B, 2, Per.MONTH, 21, 45, 0),
    (Audience.REPRESENTATIVE, Tier.C, 1, Per.MONTH, 45, 30, 2),
    # A dealer that has no tier yet is looked after like C.
    (Audience.REPRESENTATIVE, "", 1, Per.MONTH, 45, 30, 2),
    (Audience.LEADER, Tier.A, 4, Per.YEAR, 120, 90, 0),
    (Audience.LEADER, Tier.B, 2, Per.YEAR, 240, 90, 0),
    (Audience.LEADER, Tier.C, 1, Per.YEAR, 400, 60, 0),
)


def ensure_cycles() -> None:
    """Write the class standard down when there is no call cycle at all."""
    if CallCycle.objects.exists():
        return
    CallCycle.objects.bulk_create(
        [
            CallCycle(
                audience=audience, tier=tier, times=times, per=per, max_gap_days=gap, minutes=minutes, phone_every=phone
            )
            for audience, tier, times, per, gap, minutes, phone in STANDARD
        ],
        ignore_conflicts=True,
    )


@transaction.atomic
def refresh(*, on: dt.date) -> int:
    """Mark what was planned before `on` and not made as missed, write where every dealer stands; rows that changed."""
    ensure_cycles()
    script = load("visits", "due")
    values: dict[str, Any] = {
        "on": on, "month": on.replace(day=1), "year": on.replace(month=1, day=1),
        "trading": sorted(status.value for status in TRADING),
    }  # fmt: skip
    with connection.cursor() as cursor:
        rows = script.run(cursor, "missed", values)
        workers = script.statement("representatives")
        cursor.execute(f"CREATE TEMPORARY TABLE visit_worker ON COMMIT DROP AS {workers}", values)
        script.run(cursor, "due", values)
        cursor.execute("ANALYZE visit_due")
        rows += script.run(cursor, "write", values) + script.run(cursor, "drop", values)
        # In a long transaction (a test's) the next pass makes its own.
        cursor.execute("DROP TABLE visit_due; DROP TABLE visit_worker")
    return rows
