"""What a dealer's scores are made of, as the dealer page shows it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from crm.base.periods import add_months
from dealers.models import Dealer
from tiering.choices import Component, Score
from tiering.models import DealerScore, ScoreJudgement, ScoreWeights
from tiering.score import known_share


@dataclass(frozen=True, slots=True)
class Part:
    """A component: its value (None: unknown), its weight in per cent, and the judgement that it comes from, if any."""

    label: str
    weight: int
    value: int | None
    judgement: ScoreJudgement | None


@dataclass(frozen=True, slots=True)
class ScoreShown:
    """`known` is how much of the weight, in per cent, rests on data or judgements."""

    key: str
    label: str
    value: int | None
    known: int
    parts: list[Part]


def scores_of(dealer: Dealer, *, on: dt.date) -> list[ScoreShown]:
    """The four scores as of the last night. Three queries."""
    weights = ScoreWeights.at(on)
    row = DealerScore.objects.filter(pk=dealer.pk).first()
    values = list(row.values) if row else [None] * len(Component.values)
    judgements = valid_judgements(dealer, on=on, months=weights.judgement_months)
    shown = []
    for score in Score:
        of_score = weights.row(score)
        parts = [
            Part(
                str(component.label), weight, value,
                judgements.get(component.value) if row and row.judged >> bit & 1 else None,
            )
            for bit, (component, weight, value) in enumerate(zip(Component, of_score, values, strict=True))
            if weight
        ]  # fmt: skip
        parts.sort(key=lambda part: -part.weight)
        value = getattr(row, score.value.lower()) if row else None
        shown.append(ScoreShown(score.value, str(score.label), value, known_share(values, of_score), parts))
    return shown


def valid_judgements(dealer: Dealer, *, on: dt.date, months: int) -> dict[str, ScoreJudgement]:
    """The latest judgement of each component that still holds on the day."""
    rows = ScoreJudgement.objects.filter(
        dealer=dealer, judged_on__lte=on, judged_on__gt=add_months(on, -months)
    ).select_related("judged_by")
    return {row.component: row for row in rows.order_by("judged_on", "pk")}
