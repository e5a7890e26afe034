"""The quadrants of all dealers at once: tiering/sql/quadrants.sql with the cuts of the day."""

from __future__ import annotations

import datetime as dt

from django.db import connection, transaction

from crm.base.sql import analyze, load
from sales.figures import lock, whole_tables
from tiering.models import MatrixTerms

_DECIDED = "quadrants_decided"


@transaction.atomic
def run_quadrants(*, on: dt.date) -> int:
    """Bring the quadrants up to the day `on` and count them by patch; dealers that came, moved or left."""
    cut, script = MatrixTerms.at(on).cut, load("tiering", "quadrants")
    parameters = {"on": on, "loyalty": cut.loyalty, "strength": cut.strength, "hysteresis": cut.hysteresis}
    with connection.cursor() as cursor:
        lock(cursor)
        cursor.execute(f'DROP TABLE IF EXISTS pg_temp."{_DECIDED}"')
        with whole_tables(cursor):
            script.run(cursor, "decide", parameters, target=_DECIDED)
            analyze(cursor, f'"{_DECIDED}"')
            script.run(cursor, "moves", parameters, target=_DECIDED)
            rows = script.run(cursor, "change", parameters, target=_DECIDED)
            rows += script.run(cursor, "leave", parameters, target=_DECIDED)
            rows += script.run(cursor, "add", parameters, target=_DECIDED)
            script.run(cursor, "uncount")
            script.run(cursor, "count")
    return rows
