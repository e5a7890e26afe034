"""How well the churn score tells who will be lost, on real orders: fitted on the years before, measured on the years after."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Sequence
from statistics import fmean

from django.db import connection, transaction

from alerts.churn.card import Figure
from alerts.churn.history import Asked, Terms, ask, month_ends
from alerts.churn.quality import area_under_curve, precision_at
from bench import iowa
from bench.report import Report

# Nothing after this day is known to the fit, losses neither.
FITTED_UNTIL = dt.date(2015, 12, 31)
TESTED_FROM = dt.date(2016, 1, 1)
SHARE = 0.02
LEAST_AUC, LEAST_PRECISION = 0.74, 0.30

Score = Callable[[Asked], float]


def run(report: Report) -> None:
    from alerts.churn import scoring
    from alerts.churn.fitting import fit

    if not iowa.ORDERS.is_file():
        print("left out: the liquor sales of Iowa are not beside the repository (../shared/data)")
        return
    settled = dt.timedelta(days=Terms().settled_days)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL jit = off; SET LOCAL work_mem = '64MB'")
        iowa.load(cursor, until=FITTED_UNTIL)
        ends = month_ends(iowa.FIRST + dt.timedelta(days=365), FITTED_UNTIL - settled)
        fitted_on = _asked(cursor, ends, FITTED_UNTIL)
        iowa.load(cursor)
        tested_on = _asked(cursor, month_ends(TESTED_FROM, iowa.LAST - settled), iowa.LAST)
    card = fit(fitted_on)
    same = "the same" if card.to_json() == scoring.shipped().to_json() else "NOT the same"
    print(f"fitted on {card.facts}: {same} as the product's card", flush=True)
    print(f"tested on {len(tested_on):,} rows with {sum(each.lost for each in tested_on):,} losses", flush=True)
    scores: dict[str, Score] = {
        "volume drop, three months": lambda asked: -(_of(asked, Figure.QUARTER, 100)),
        "recency over interval": lambda asked: _of(asked, Figure.SILENCE, 0),
        "churn score": lambda asked: card.score(asked.by_figure()),
    }
    for name, score in scores.items():
        ours = name == "churn score"
        _add(report, name, tested_on, score, goals=ours)
    _print_months(tested_on, scores["churn score"])


def _asked(cursor: object, ends: Sequence[dt.date], known_until: dt.date) -> list[Asked]:
    return list(ask(cursor, ends, known_until=known_until, order_days=iowa.ORDER_DAYS, months=iowa.MONTHS))


def _of(asked: Asked, figure: Figure, unknown: int) -> float:
    value = asked.by_figure()[figure]
    return unknown if value is None else value


def _add(report: Report, name: str, rows: Sequence[Asked], score: Score, *, goals: bool) -> None:
    scores, lost = [score(each) for each in rows], [each.lost for each in rows]
    auc, precision = area_under_curve(scores, lost), precision_at(scores, lost, SHARE)
    assert auc is not None
    assert precision is not None
    limits = (LEAST_AUC, LEAST_PRECISION, LEAST_PRECISION) if goals else (None, None, None)
    figures = {"area under the curve": auc, "lost of the highest 2 %": precision,
               "the same, month by month": fmean(_by_month(rows, score).values())}  # fmt: skip
    for (what, value), limit in zip(figures.items(), limits, strict=True):
        report.add(f"{name}: {what}", value, unit="", limit=limit, at_least=True)


def _by_month(rows: Sequence[Asked], score: Score) -> dict[dt.date, float]:
    months: dict[dt.date, list[Asked]] = defaultdict(list)
    for each in rows:
        months[each.month_end].append(each)
    return {
        end: precision_at([score(each) for each in of_month], [each.lost for each in of_month], SHARE) or 0.0
        for end, of_month in months.items()
    }


def _print_months(rows: Sequence[Asked], score: Score) -> None:
    found = _by_month(rows, score)
    print(
        "lost of the highest 2 %: " + ", ".join(f"{end:%Y-%m} {share:.2f}" for end, share in found.items()), flush=True
    )
