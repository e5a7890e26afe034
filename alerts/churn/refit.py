"""Fit the card to the company's own history, and take it only where it foretells better than the product's."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from alerts.churn.card import Card
from alerts.churn.fitting import ENDANGERED_SHARE, fit
from alerts.churn.history import Asked, Terms, ask, month_ends
from alerts.churn.quality import area_under_curve, precision_at
from alerts.churn.scoring import shipped
from alerts.models import ChurnCard
from crm.base.sql import analyze, load

# The last so many months whose losses are known are not fitted on: the card has to foretell them.
HELD_BACK_MONTHS = 12
DAYS, MONTHS = "churn_fit_days", "churn_fit_months"


class HistoryTooShort(ValueError):
    """Not enough months with known losses: `months` there are."""

    def __init__(self, months: int) -> None:
        super().__init__(f"{months} months with known losses")
        self.months = months


@dataclass(frozen=True, slots=True)
class Quality:
    """On the months held back: area under the curve, and the share lost of the 2 % with the highest scores."""

    auc: float
    precision: float

    @classmethod
    def of(cls, card: Card, asked: Sequence[Asked]) -> Quality:
        """Zeros where nobody, or everybody, was lost."""
        scores = [card.score(each.by_figure()) for each in asked]
        lost = [each.lost for each in asked]
        return cls(area_under_curve(scores, lost) or 0.0, precision_at(scores, lost, ENDANGERED_SHARE) or 0.0)


@dataclass(frozen=True, slots=True)
class Refit:
    """`card` is fitted on all months; `own` is what one fitted without the months held back did on them."""

    card: Card
    own: Quality
    product: Quality

    @property
    def is_better(self) -> bool:
        return self.own.auc > self.product.auc


@transaction.atomic
def refit(*, on: dt.date, dealers: int = 20_000, terms: Terms | None = None) -> Refit:
    """Fit as of the day on the history of at most so many dealers. Writes nothing.

    Raises HistoryTooShort, fitting.TooLittleHistory, and ImportError without scikit-learn.
    """
    terms = terms or Terms()
    with connection.cursor() as cursor:
        first = _sample(cursor, on, dealers)
        yesterday = on - dt.timedelta(days=1)
        ends = []
        if first is not None:
            begin = first + dt.timedelta(days=terms.least_tenure_days)
            ends = month_ends(begin, yesterday - dt.timedelta(days=terms.settled_days))
        if len(ends) < 2 * HELD_BACK_MONTHS:
            raise HistoryTooShort(len(ends))
        # What is fitted on must not know what is held back: its losses are settled before the first of those months.
        border = ends[-HELD_BACK_MONTHS].replace(day=1) - dt.timedelta(days=1)
        early_ends = [end for end in ends if end + dt.timedelta(days=terms.settled_days) <= border]
        early = list(ask(cursor, early_ends, known_until=border, order_days=DAYS, months=MONTHS, terms=terms))
        everything = list(ask(cursor, ends, known_until=yesterday, order_days=DAYS, months=MONTHS, terms=terms))
    held_back = [each for each in everything if each.month_end > border]
    return Refit(fit(everything), Quality.of(fit(early), held_back), Quality.of(shipped(), held_back))


@transaction.atomic
def put_in_use(found: Refit, *, at: dt.datetime) -> ChurnCard:
    """Keep the card and score by it from the next night on."""
    ChurnCard.objects.filter(in_use=True).update(in_use=False)
    return ChurnCard.objects.create(
        fitted_at=at, in_use=True, card=found.card.to_json(), auc=found.own.auc, precision=found.own.precision,
        shipped_auc=found.product.auc, shipped_precision=found.product.precision,
    )  # fmt: skip


def _sample(cursor: Any, on: dt.date, dealers: int) -> dt.date | None:
    """Fill the temporary tables; the first order day in them."""
    cursor.execute("DROP TABLE IF EXISTS pg_temp.churn_fit_dealers, pg_temp.churn_fit_days, pg_temp.churn_fit_months")
    script = load("alerts", "churn_fit")
    script.run(cursor, "dealers", {"dealers": dealers})
    for step, table in (("days", DAYS), ("months", MONTHS)):
        script.run(cursor, step, {"on": on})
        analyze(cursor, table)
    script.run(cursor, "first")
    (first,) = cursor.fetchone()
    return first
