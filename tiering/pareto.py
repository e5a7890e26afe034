"""The second opinion beside the tier: classes by cumulative share of sales, 70 and 90 %. docs/practice.md section 1."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from django.db import connection, transaction

from crm.base.sql import load
from sales.figures import lock
from tiering.figures import figures_for
from tiering.models import TierRun

FIRST, SECOND = Decimal("0.70"), Decimal("0.90")


@transaction.atomic
def run_pareto(*, on: dt.date) -> int:
    """Write the two borders to the tier run of the date; 1, or 0 when there is no such run."""
    with connection.cursor() as cursor:
        lock(cursor)
        parameters = {"first": FIRST, "second": SECOND}
        load("tiering", "pareto").run(cursor, params=parameters, figures=figures_for(cursor, on))
        first, second = cursor.fetchone()
    return TierRun.objects.filter(on=on).update(pareto_a_e4=first, pareto_b_e4=second)


def pareto_class(amount_e4: int, run: TierRun) -> str | None:
    """A, B or C for sales of the last closed fiscal year; None where the borders are not known."""
    if run.pareto_a_e4 is None or run.pareto_b_e4 is None:
        return None
    return "A" if amount_e4 >= run.pareto_a_e4 else "B" if amount_e4 >= run.pareto_b_e4 else "C"
