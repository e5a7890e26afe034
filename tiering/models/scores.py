"""Scores, what they are made of, and judgements where there are no data."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from dealers.querysets import DealerChildQuerySet
from tiering.choices import Component, Score
from tiering.querysets import DatedQuerySet

C, S = Component, Score

# docs/practice.md sections 2 (loyalty, strength) and 4, C-05 (cooperation), C-27 (potential).
DEFAULT_WEIGHTS: dict[str, dict[str, int]] = {
    S.COOPERATION: {C.EXECUTION: 30, C.PARTICIPATION: 25, C.PUNCTUALITY: 20, C.WALLET: 15, C.TENURE: 5, C.PROFILE: 5},
    S.LOYALTY: {C.WALLET: 30, C.EXECUTION: 20, C.PUNCTUALITY: 20, C.MARKET_ORDER: 10, C.TENURE: 10, C.SURVEY: 10},
    S.STRENGTH: {C.SALES_LEVEL: 25, C.CAPITAL: 20, C.OUTLETS: 20, C.STAFF: 15, C.MANAGEMENT: 10, C.GROWTH: 10},
    S.POTENTIAL: {C.MARKET_SIZE: 30, C.GROWTH: 30, C.MANAGEMENT: 20, C.CAPITAL: 20},
}
BEFORE_ALL = dt.date(2000, 1, 1)


def default_weights() -> dict[str, dict[str, int]]:
    return {str(score): {str(key): weight for key, weight in parts.items()} for score, parts in DEFAULT_WEIGHTS.items()}


def check_weights(weights: Any) -> None:
    """Refuse what is not, for every score, components with whole weights that add up to 100."""
    if not isinstance(weights, dict) or set(weights) != set(Score.values):
        raise ValidationError(_("There must be weights for each score."))
    for score, parts in weights.items():
        if not isinstance(parts, dict) or not set(parts) <= set(Component.values):
            raise ValidationError(_("A score is made of known components."))
        if any(isinstance(weight, bool) or not isinstance(weight, int) or weight < 0 for weight in parts.values()):
            raise ValidationError(_("A weight is a whole number from 0 to 100."))
        if sum(parts.values()) != 100:
            raise ValidationError(
                _("The weights of %(score)s add up to %(sum)d, not to 100."),
                params={"score": Score(score).label, "sum": sum(parts.values())},
            )


@pghistory.track()
class ScoreWeights(models.Model):
    """One version of the weights (in per cent) and of how long a judgement holds; counts from `active_from` on."""

    active_from = models.DateField(_("counts from"), unique=True)
    weights = models.JSONField(_("weights"), default=default_weights, validators=[check_weights])
    judgement_months = models.PositiveSmallIntegerField(
        _("a judgement holds for (months)"), default=12, validators=[MaxValueValidator(60)]
    )
    note = models.CharField(_("what changed and why"), max_length=300, blank=True, default="")
    created_at = models.DateTimeField(_("written"), auto_now_add=True)
    created_by = models.ForeignKey(
        "accounts.User", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("by")
    )

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = _("weights of the scores")
        verbose_name_plural = _("weights of the scores")
        ordering = ["-active_from"]

    def __str__(self) -> str:
        return f"{self.active_from:%Y-%m-%d}"

    @classmethod
    def at(cls, day: dt.date) -> ScoreWeights:
        """The version that counts on the day; the default is written down when there is none."""
        weights: ScoreWeights | None = cls.objects.on(day)
        if weights is None:
            weights, _made = cls.objects.get_or_create(active_from=min(BEFORE_ALL, day))
        return weights

    def row(self, score: str) -> list[int]:
        """The weights of a score in the order of Component."""
        return [int(self.weights[score].get(component, 0)) for component in Component.values]


class DealerScore(models.Model):
    """A dealer's scores, 0 to 100, as of the last night; None where nothing is known. Written where they differ."""

    dealer = models.OneToOneField(
        "dealers.Dealer", models.CASCADE, primary_key=True, related_name="score_row", db_constraint=False
    )
    cooperation = models.SmallIntegerField(_("cooperation"), null=True)
    loyalty = models.SmallIntegerField(_("loyalty"), null=True)
    strength = models.SmallIntegerField(_("strength"), null=True)
    potential = models.SmallIntegerField(_("potential"), null=True)
    # The components in the order of Component, None where unknown; and a bit for each that was judged, not measured.
    values = ArrayField(models.SmallIntegerField(null=True))
    judged = models.IntegerField(default=0)
    # The night that last wrote the row.
    on = models.DateField(_("as of"))

    objects = DealerChildQuerySet.as_manager()

    class Meta:
        verbose_name = _("dealer's scores")
        verbose_name_plural = _("dealers' scores")

    def __str__(self) -> str:
        return f"{self.dealer_id}"


@pghistory.track()
class ScoreJudgement(models.Model):
    """What somebody who knows the dealer thinks of a component, from a day on; the latest counts."""

    dealer = models.ForeignKey(
        "dealers.Dealer", models.CASCADE, related_name="score_judgements", verbose_name=_("dealer"), db_index=False
    )
    component = models.CharField(_("component"), max_length=16, choices=Component)
    value = models.PositiveSmallIntegerField(_("value (0 to 100)"), validators=[MaxValueValidator(100)])
    judged_on = models.DateField(_("judged"))
    judged_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name=_("by"))
    note = models.CharField(_("what it rests on"), max_length=500, blank=True, default="")

    objects = DealerChildQuerySet.as_manager()

    class Meta:
        verbose_name = _("judgement")
        verbose_name_plural = _("judgements")
        ordering = ["-judged_on", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(value__lte=100), name="scorejudgement_up_to_100"),
            # The night reads the latest of each component; one a day, the later one replaces the earlier.
            models.UniqueConstraint(fields=["dealer", "component", "judged_on"], name="scorejudgement_once_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.dealer_id} {self.component}: {self.value}"
