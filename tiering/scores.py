"""Scores of all dealers at once: tiering/sql/scores.sql with the weights of the day."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import connection, transaction

from crm.base.periods import add_months
from crm.base.sql import load
from sales.figures import lock
from tiering.choices import Component, Score
from tiering.figures import figures_for
from tiering.models import ScoreWeights

# An older brand portfolio says nothing about today.
PORTFOLIO_MONTHS = 24
_MEASURED = "tier_scores"
_MISSING = "tier_scores_missing"


@transaction.atomic
def run_scores(*, on: dt.date) -> int:
    """Bring the scores up to the day `on`; rows that changed."""
    script = load("tiering", "scores")
    with connection.cursor() as cursor:
        lock(cursor)
        _measure(cursor, on, figures=figures_for(cursor, on))
        rows = script.run(cursor, "change", {"on": on}, target=_MEASURED)
        cursor.execute(f'DROP TABLE IF EXISTS pg_temp."{_MISSING}"')
        script.run(cursor, "missing", target=_MEASURED, missing=_MISSING)
        return rows + script.run(cursor, "add", {"on": on}, missing=_MISSING)


def scores_as_of(cursor: Any, on: dt.date, *, figures: str) -> str:
    """Measure all scores as of a past day from the given figures; the name of the temporary table."""
    _measure(cursor, on, figures=figures)
    return _MEASURED


def _measure(cursor: Any, on: dt.date, *, figures: str) -> None:
    weights = ScoreWeights.at(on)
    parameters: dict[str, Any] = {
        "on": on,
        "year_ago": add_months(on, -12),
        "portfolio_since": add_months(on, -PORTFOLIO_MONTHS),
        "judged_after": add_months(on, -weights.judgement_months),
    }
    cursor.execute(f'DROP TABLE IF EXISTS pg_temp."{_MEASURED}"')
    statement = load("tiering", "scores").statement("measure", target=_MEASURED, figures=figures)
    cursor.execute(statement.replace("/* sums */", ", ".join(_sums(weights, parameters))), parameters)
    cursor.execute(f'ANALYZE "{_MEASURED}"')


def _sums(weights: ScoreWeights, parameters: dict[str, Any]) -> list[str]:
    """For each score the weighted sum of what is known and the sum of those weights; what weighs nothing is left out."""
    sums = []
    for score in Score.values:
        parts = [
            (component.lower(), weight)
            for component, weight in zip(Component.values, weights.row(score), strict=True)
            if weight
        ]
        for column, weight in parts:
            parameters[f"{score}_{column}"] = weight
        name = score.lower()
        total = " + ".join(f"coalesce(k.{column}, 0) * %({score}_{column})s" for column, _ in parts)
        of = " + ".join(f"CASE WHEN k.{column} IS NULL THEN 0 ELSE %({score}_{column})s END" for column, _ in parts)
        sums += [f"{total} AS {name}_sum", f"{of} AS {name}_of"]
    return sums
