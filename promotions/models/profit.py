"""What a dealer brings us and what it earns with us: the night's sums of the last twelve closed months."""

from __future__ import annotations

from decimal import Decimal

import pghistory
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from dealers.querysets import DealerChildQuerySet
from promotions.querysets import DatedQuerySet


@pghistory.track()
class ProfitTerms(models.Model):
    """What serving a dealer is counted with from a day on. Without any row neither visits nor capital are counted."""

    active_from = models.DateField(_("from"), unique=True)
    active_until = models.DateField(_("until"), null=True, blank=True)
    visit_cost = models.DecimalField(
        _("cost of a visit"), max_digits=12, decimal_places=2, validators=[MinValueValidator(0)],
        help_text=_("Wages and way of one visit in person, in the company's currency"),
    )  # fmt: skip
    capital_rate = models.DecimalField(
        _("cost of capital a year"), max_digits=6, decimal_places=5,
        validators=[MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(1))],
        help_text=_("As a share: 0.06 is six per cent of what a dealer owes"),
    )  # fmt: skip

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = _("terms of profitability")
        verbose_name_plural = _("terms of profitability")
        ordering = ["-active_from"]
        constraints = [
            models.CheckConstraint(
                condition=Q(visit_cost__gte=0, capital_rate__gte=0, capital_rate__lte=1), name="profitterms_in_range"
            ),
            models.CheckConstraint(
                condition=Q(active_until__isnull=True) | Q(active_until__gt=F("active_from")),
                name="profitterms_have_a_period",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.active_from}"


class DealerProfit(models.Model):
    """Of the twelve closed months before `until`; amounts are ten-thousandths of the company's currency, quantities
    thousandths. promotions/sql/profit.sql writes it, promotions.profit.arithmetic says what follows from it."""

    dealer = models.OneToOneField(
        "dealers.Dealer", models.CASCADE, primary_key=True, related_name="profit", db_constraint=False
    )
    until = models.DateField(_("until"))
    sales_e4 = models.BigIntegerField(_("sales"))
    # Sales of products whose cost is known, and what these goods cost us; None where that is known of none of them.
    costed_e4 = models.BigIntegerField()
    goods_e4 = models.BigIntegerField(null=True)
    rebates_e4 = models.BigIntegerField(_("rebates"))
    # Support: what we bear, what the dealer bears.
    support_e4 = models.BigIntegerField(_("support"))
    support_own_e4 = models.BigIntegerField()
    promotions_e4 = models.BigIntegerField(_("promotions"))
    # Claims and expenses that are left out, as their currency has no rate.
    unrated = models.IntegerField(default=0, db_default=0)
    visits = models.IntegerField(_("visits"))
    visits_e4 = models.BigIntegerField(null=True)
    expenses_e4 = models.BigIntegerField(_("expenses"))
    # What the dealer owes us as of the night, and what a year of it costs.
    balance_e4 = models.BigIntegerField(_("receivables"))
    capital_e4 = models.BigIntegerField(null=True)
    contribution_e4 = models.BigIntegerField(_("contribution"), null=True)
    # The dealer's own side: bought, sold on, in stock; its deposit with us.
    bought_e3 = models.BigIntegerField()
    sold_e4 = models.BigIntegerField()
    sold_e3 = models.BigIntegerField()
    stock_e3 = models.BigIntegerField(null=True)
    deposit_e4 = models.BigIntegerField()

    objects = DealerChildQuerySet.as_manager()

    class Meta:
        verbose_name = _("profitability of a dealer")
        verbose_name_plural = _("profitability of dealers")
        indexes = [
            # The list: who brings most, who brings least.
            models.Index(F("contribution_e4").desc(nulls_last=True), F("dealer"), name="dealerprofit_by_contribution"),
        ]

    def __str__(self) -> str:
        return f"{self.dealer_id}"
