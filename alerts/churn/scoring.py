"""The churn score of every dealer, kept from night to night. docs/algorithms/churn.md explains what it is made of.

Within a month only those are measured anew who ordered, or whose sums changed, and only those are scored again for whom a
day made the difference: points change where a bin ends, and the day on which that happens is known beforehand.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext_noop

from alerts.churn.card import Card
from alerts.churn.history import measure_as_of, windows
from alerts.churn.measures import Market
from alerts.models import ChurnCard, ChurnState
from crm.base.jobs import Progress, Silent
from crm.base.sql import analyze, load
from sales.figures import lock, whole_tables

# docs/practice.md section 6: with fewer orders in a year there is no rhythm.
LEAST_ORDER_DAYS = 3
# After so long without an order a dealer is not near to being lost: it is.
LOST_AFTER_DAYS = 365
# From so many touched dealers on everybody is measured in one go.
MANY_TOUCHED = 0.25


@dataclass(frozen=True, slots=True)
class InUse:
    """The card that counts; `pk` is None for the product's own."""

    card: Card
    pk: int | None

    @property
    def print(self) -> str:
        """Tells cards apart."""
        return hashlib.sha256(json.dumps(self.card.to_json(), sort_keys=True).encode()).hexdigest()


@cache
def shipped() -> Card:
    """The card of the product."""
    return Card.from_json(json.loads(Path(__file__).with_name("shipped.json").read_text(encoding="utf-8")))


def card_in_use() -> InUse:
    """The company's own card where one was fitted and is in use."""
    row = ChurnCard.objects.filter(in_use=True).first()
    return InUse(shipped(), None) if row is None else InUse(Card.from_json(row.card), row.pk)


@transaction.atomic
def run_churn(*, on: dt.date, job: Progress | None = None, everybody: bool = False) -> int:
    """Bring the scores to the day; rows written. A day before the state's changes nothing.

    A new month, another card or `everybody` score all dealers anew.
    """
    job = job or Silent()
    in_use = card_in_use()
    with connection.cursor() as cursor:
        # No import changes records between the measurement of orders and that of months.
        lock(cursor)
        state = ChurnState.objects.filter(pk=1).first()
        if state is not None and on < state.on:
            return 0
        everybody = everybody or state is None or state.month != on.replace(day=1) or state.card_print != in_use.print
        job.progress(0.05, gettext_noop("Reading figures"))
        if not everybody:
            everybody = _touch(cursor) > MANY_TOUCHED * _count(cursor)
        if everybody or state is None:
            market = _measure_everybody(cursor, on)
            job.progress(0.5, gettext_noop("Scoring dealers"))
            rows = _score_everybody(cursor, on, in_use.card, market)
        else:
            market = Market(state.expected_e3, state.mean_year_e4)
            rows = _score_some(cursor, on, in_use.card, market)
        ChurnState.objects.update_or_create(
            pk=1,
            defaults={
                "on": on, "month": on.replace(day=1), "card_id": in_use.pk, "card_print": in_use.print,
                "expected_e3": market.expected_e3, "mean_year_e4": market.mean_year_e4,
            },
        )  # fmt: skip
    job.figures.update(everybody=everybody, rows=rows)
    return rows


def scores_as_of(cursor: Any, on: dt.date, card: Card | None = None) -> str:
    """Score everybody as of a past day into a temporary table, and return its name: columns of DealerChurn.

    Records are read as they stand now, but none from the day on.
    """
    market = _measure_everybody(cursor, on)
    score(cursor, on, card or card_in_use().card, market)
    return "churn_scored"


def score(
    cursor: Any, on: dt.date, card: Card, market: Market, *, measured: str = "churn_measured", everybody: bool = True
) -> int:
    """Score what was measured into the temporary table churn_scored; rows."""
    cursor.execute("DROP TABLE IF EXISTS pg_temp.churn_scored")
    # One pass of which few rows remain: the planner expects all of them and shuns workers for handing rows over.
    cursor.execute("SET LOCAL parallel_tuple_cost = 0; SET LOCAL jit = off")
    parameters = {
        "on": on, "mean_year_e4": market.mean_year_e4, "least_order_days": LEAST_ORDER_DAYS,
        "lost_after_days": LOST_AFTER_DAYS, "everybody": everybody, **card.parameters(),
    }  # fmt: skip
    return load("alerts", "churn_score").run(cursor, "score", parameters, measured=measured)


def _count(cursor: Any) -> int:
    cursor.execute("SELECT count(*) FROM alerts_dealerchurn")
    return int(cursor.fetchone()[0])


def _touch(cursor: Any) -> int:
    """Put down whose orders or sums are others than they were scored by; how many."""
    script = load("alerts", "churn")
    script.run(cursor, "make_touched")
    cursor.execute("TRUNCATE churn_touched")
    with whole_tables(cursor):
        count = script.run(cursor, "touch")
    analyze(cursor, "churn_touched")
    return count


def _open(cursor: Any, on: dt.date, *, everybody: bool) -> tuple[str, str]:
    """Views of the product's order days and months, of everybody or of those touched; their names."""
    script = load("alerts", "churn")
    steps = ("order_days", "months") if everybody else ("order_days_touched", "months_touched")
    for step in steps:
        script.run(cursor, step, windows(on))
    return f"churn_{steps[0]}", f"churn_{steps[1]}"


def _measure_everybody(cursor: Any, on: dt.date) -> Market:
    order_days, months = _open(cursor, on, everybody=True)
    with whole_tables(cursor):
        return measure_as_of(cursor, on, order_days=order_days, months=months)


def _score_everybody(cursor: Any, on: dt.date, card: Card, market: Market) -> int:
    script = load("alerts", "churn_score")
    score(cursor, on, card, market)
    script.run(cursor, "clear")
    rows = script.run(cursor, "fill")
    analyze(cursor, "alerts_dealerchurn")
    return rows


def _score_some(cursor: Any, on: dt.date, card: Card, market: Market) -> int:
    """Those touched are measured and scored, then those for whom the day makes a difference."""
    script = load("alerts", "churn_score")
    rows = 0
    cursor.execute("SELECT EXISTS (SELECT FROM churn_touched)")
    if cursor.fetchone()[0]:
        order_days, months = _open(cursor, on, everybody=False)
        cursor.execute("DROP TABLE IF EXISTS pg_temp.churn_sold, pg_temp.churn_measured")
        # The sums lie in memory, where an index is cheap; otherwise a few dealers are looked for in all months.
        cursor.execute("SET LOCAL random_page_cost = 1.1; SET LOCAL jit = off")
        parameters = {**windows(on), "expected": market.expected_e3}
        load("alerts", "churn").run(cursor, "sold", parameters, months=months)
        load("alerts", "churn").run(cursor, "measure", parameters, order_days=order_days)
        score(cursor, on, card, market)
        rows = script.run(cursor, "drop") + script.run(cursor, "put")
    score(cursor, on, card, market, measured="alerts_dealerchurn", everybody=False)
    return rows + script.run(cursor, "put_due")
