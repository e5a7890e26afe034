"""Churn scores, the cards they are scored by, and months of sales that were not to be expected."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from dealers.querysets import DealerChildQuerySet


class ChurnCard(models.Model):
    """A score card fitted to the company's own history by `manage.py fit_churn`. Without one in use, that of the product
    counts (alerts/churn/shipped.json)."""

    fitted_at = models.DateTimeField(_("fitted"))
    in_use = models.BooleanField(_("in use"), default=False)
    # alerts.churn.card.Card as JSON.
    card = models.JSONField(_("score card"))
    # On the months held back: area under the curve and losses among the 2 % with the highest scores, of this card and of
    # the product's.
    auc = models.FloatField(_("area under the curve"))
    precision = models.FloatField(_("lost of the highest 2 %"))
    shipped_auc = models.FloatField(_("area under the curve, card of the product"))
    shipped_precision = models.FloatField(_("lost of the highest 2 %, card of the product"))

    class Meta:
        verbose_name = _("score card of churn")
        verbose_name_plural = _("score cards of churn")
        ordering = ["-fitted_at"]
        constraints = [
            models.UniqueConstraint(fields=["in_use"], condition=Q(in_use=True), name="churncard_one_in_use")
        ]

    def __str__(self) -> str:
        return f"{self.fitted_at:%Y-%m-%d}"


class ChurnState(models.Model):
    """As of which day the scores stand, and what holds for all of them; one row."""

    on = models.DateField(_("as of"))
    # The open month, and the card: with another one, all are scored anew.
    month = models.DateField()
    card = models.ForeignKey(ChurnCard, models.SET_NULL, null=True, related_name="+")
    card_print = models.CharField(max_length=64)
    # What the last closed month was of a usual one, in thousandths; what a dealer bought in twelve months on average.
    expected_e3 = models.IntegerField()
    mean_year_e4 = models.BigIntegerField()

    class Meta:
        verbose_name = _("state of the churn scores")
        verbose_name_plural = _("state of the churn scores")
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="churnstate_is_one_row")]

    def __str__(self) -> str:
        return f"{self.on}"


class DealerChurn(models.Model):
    """How near a dealer is to being lost, 0 to 100, with the figures and points that it is made of.

    Written by the night only (alerts/sql/churn.sql, churn_score.sql). A dealer that never ordered has no row. Amounts are
    ten-thousandths of the company's currency; None where there is nothing to hold a figure against.
    """

    dealer = models.OneToOneField(
        "dealers.Dealer", models.CASCADE, primary_key=True, related_name="churn", db_constraint=False
    )
    # What it bought last in twelve closed months and the twelve before, and first.
    year_e4 = models.BigIntegerField()
    prior_e4 = models.BigIntegerField()
    year_before_e4 = models.BigIntegerField(null=True)
    half_e4 = models.BigIntegerField()
    half_before_e4 = models.BigIntegerField(null=True)
    quarter_e4 = models.BigIntegerField()
    quarter_before_e4 = models.BigIntegerField(null=True)
    month_e4 = models.BigIntegerField()
    month_expected_e4 = models.BigIntegerField(null=True)
    # The last three orders on average, and the order in the middle of the year's.
    value_e4 = models.BigIntegerField()
    usual_value_e4 = models.BigIntegerField()
    # Lines of an order, in hundredths: of the last six, and of the year's.
    lines_e2 = models.IntegerField()
    usual_lines_e2 = models.IntegerField()
    # Standard deviation of the intervals, in per cent of their mean.
    spread_e2 = models.IntegerField(null=True)
    first_sale_month = models.DateField(null=True)
    last_order_on = models.DateField()
    # The first day on which the score changes though nothing happens; None: never.
    due_on = models.DateField(null=True)
    scored_on = models.DateField()
    # None: too few orders, or none for so long that the dealer counts as lost.
    score = models.SmallIntegerField(_("churn score"), null=True)
    # Of the 365 days up to the last order: days with orders, their median and longest interval (tenths of a day; days),
    # the last three intervals together.
    order_days = models.SmallIntegerField()
    usual_gap_e1 = models.SmallIntegerField(null=True)
    longest_gap = models.SmallIntegerField(null=True)
    recent_gap_days = models.SmallIntegerField()
    recent_gaps = models.SmallIntegerField()
    # Points by figure: alerts.churn.card.Figure.
    p_silence = models.SmallIntegerField()
    p_break = models.SmallIntegerField()
    p_pace = models.SmallIntegerField()
    p_spread = models.SmallIntegerField()
    p_value = models.SmallIntegerField()
    p_lines = models.SmallIntegerField()
    p_month = models.SmallIntegerField()
    p_quarter = models.SmallIntegerField()
    p_half = models.SmallIntegerField()
    p_year = models.SmallIntegerField()
    p_size = models.SmallIntegerField()
    p_tenure = models.SmallIntegerField()

    objects = DealerChildQuerySet.as_manager()

    class Meta:
        verbose_name = _("churn score")
        verbose_name_plural = _("churn scores")
        indexes = [
            # The dealers most at risk, of a territory or of all.
            models.Index(fields=["-score", "dealer"], name="dealerchurn_highest", condition=Q(score__gte=40)),
        ]

    def __str__(self) -> str:
        return f"{self.dealer_id} {self.score}"


class SeasonalSignal(models.Model):
    """The last closed month of a dealer against what it was to be expected to buy in it: alerts/sql/seasonal.sql.

    Amounts are ten-thousandths of the company's currency. `low` and `high` bound what is usual. Only dealers with
    enough history have a row.
    """

    dealer = models.OneToOneField(
        "dealers.Dealer", models.CASCADE, primary_key=True, related_name="seasonal_signal", db_constraint=False
    )
    actual_e4 = models.BigIntegerField(_("bought"))
    expected_e4 = models.BigIntegerField(_("expected"))
    low_e4 = models.BigIntegerField(_("lowest that is usual"))
    high_e4 = models.BigIntegerField(_("highest that is usual"))
    month = models.DateField(_("month"))
    # How far it has kept from what was expected, in robust standard deviations: below zero for less. 0.01 steps.
    deviation = models.DecimalField(_("deviation"), max_digits=6, decimal_places=2)
    # -3 to 3: by the same deviation, 0 within the usual.
    level = models.SmallIntegerField(_("level"))

    objects = DealerChildQuerySet.as_manager()

    class Meta:
        verbose_name = _("month out of season")
        verbose_name_plural = _("months out of season")
        constraints = [models.CheckConstraint(condition=Q(level__range=(-3, 3)), name="seasonalsignal_level")]

    def __str__(self) -> str:
        return f"{self.dealer_id} {self.month:%Y-%m}: {self.level}"
