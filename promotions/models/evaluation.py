"""What came of a promotion, dealer by dealer, and what follows from it."""

from __future__ import annotations

import pghistory
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from promotions.choices import Consequence
from promotions.models.plan import Promotion
from promotions.querysets import OfPromotionQuerySet


@pghistory.track()
class Evaluation(models.Model):
    """Result against estimate: docs/algorithms/promotions.md. Amounts in the promotion's currency.

    `low` to `high` is where the usual sales of the period lie in nine of ten cases.
    """

    promotion = models.OneToOneField(Promotion, models.PROTECT, related_name="evaluation")
    estimate = models.DecimalField(_("expected in addition"), max_digits=18, decimal_places=4)
    baseline = models.DecimalField(_("usual sales"), max_digits=18, decimal_places=4)
    low = models.DecimalField(max_digits=18, decimal_places=4)
    high = models.DecimalField(max_digits=18, decimal_places=4)
    actual = models.DecimalField(_("sales"), max_digits=18, decimal_places=4)
    before = models.DecimalField(_("against the usual, before"), max_digits=18, decimal_places=4)
    after = models.DecimalField(_("against the usual, afterwards"), max_digits=18, decimal_places=4)
    net = models.DecimalField(_("in addition, less the dip"), max_digits=18, decimal_places=4)
    spend = models.DecimalField(_("cost"), max_digits=18, decimal_places=4)
    gross_profit = models.DecimalField(_("gross profit of it"), max_digits=18, decimal_places=4)
    # Gross profit / cost; None where nothing was spent.
    roi = models.DecimalField(_("return"), max_digits=12, decimal_places=4, null=True)
    poor = models.BooleanField(_("poor"))
    lessons = models.CharField(_("what was learnt"), max_length=1000)
    made_at = models.DateTimeField(_("evaluated"))
    made_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name=_("evaluated by"))
    explanation = models.CharField(_("owner's explanation"), max_length=1000, blank=True, default="")
    consequence = models.CharField(
        pgettext_lazy("after a poor result", "decision"), max_length=12, choices=Consequence, blank=True, default=""
    )
    consequence_note = models.CharField(_("note"), max_length=500, blank=True, default="")
    decided_by = models.ForeignKey(
        "accounts.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)

    objects = OfPromotionQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("of a promotion", "evaluation")
        verbose_name_plural = pgettext_lazy("of promotions", "evaluations")
        constraints = [
            models.CheckConstraint(condition=Q(poor=False) | ~Q(explanation=""), name="evaluation_poor_is_explained"),
            models.CheckConstraint(
                condition=Q(consequence="") | Q(decided_by__isnull=False, decided_at__isnull=False),
                name="evaluation_decided_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.promotion}"


class DealerResult(models.Model):
    """The result at one dealer."""

    evaluation = models.ForeignKey(Evaluation, models.CASCADE, related_name="dealers")
    dealer = models.ForeignKey(
        "dealers.Dealer", models.PROTECT, related_name="promotion_results", verbose_name=_("dealer")
    )
    estimate = models.DecimalField(_("expected in addition"), max_digits=18, decimal_places=4)
    baseline = models.DecimalField(_("usual sales"), max_digits=18, decimal_places=4)
    low = models.DecimalField(max_digits=18, decimal_places=4)
    high = models.DecimalField(max_digits=18, decimal_places=4)
    actual = models.DecimalField(_("sales"), max_digits=18, decimal_places=4)
    before = models.DecimalField(max_digits=18, decimal_places=4)
    after = models.DecimalField(max_digits=18, decimal_places=4)
    net = models.DecimalField(_("in addition, less the dip"), max_digits=18, decimal_places=4)
    spend = models.DecimalField(_("cost"), max_digits=18, decimal_places=4)
    roi = models.DecimalField(_("return"), max_digits=12, decimal_places=4, null=True)

    class Meta:
        verbose_name = _("result at a dealer")
        verbose_name_plural = _("results at dealers")
        ordering = ["-net", "pk"]
        constraints = [models.UniqueConstraint(fields=["evaluation", "dealer"], name="dealerresult_once")]

    def __str__(self) -> str:
        return f"{self.dealer}"
