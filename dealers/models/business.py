"""Part three of the dealer file: business status as dated snapshots, brands carried, credit."""

from __future__ import annotations

import pghistory
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from crm.base.text import StrPromise
from dealers.choices import CreditRating, Positioning
from dealers.models.dealer import Dealer
from dealers.querysets import DealerChildQuerySet


def _money(label: str | StrPromise, **options) -> models.DecimalField:
    return models.DecimalField(label, max_digits=18, decimal_places=2, null=True, blank=True, **options)


def _share(label: str | StrPromise, **options) -> models.DecimalField:
    """A share of the whole, 0 to 1."""
    return models.DecimalField(
        label, max_digits=5, decimal_places=4, null=True, blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(1)], **options,
    )  # fmt: skip


@pghistory.track()
class BusinessStatus(models.Model):
    """How the dealer's business stood on a day. Amounts in the company's currency; the latest snapshot counts."""

    dealer = models.ForeignKey(Dealer, models.CASCADE, related_name="business_statuses")
    on = models.DateField(_("as of"))
    registered_capital = _money(_("registered capital"))
    working_capital = _money(_("working capital"))
    capital_strength = models.PositiveSmallIntegerField(
        _("capital strength (1 to 5)"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    cost_budget = _money(_("cost budget (year)"))
    cost_actual = _money(_("actual cost (year)"))
    cost_control = models.PositiveSmallIntegerField(
        _("cost control (1 to 5)"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    annual_sales_all_brands = _money(_("annual sales, all brands"))
    gross_profit_with_us = _money(_("dealer's gross profit with our brand, to date"))
    investment_in_us = _money(_("dealer's investment in our brand"))
    credit_remark = models.CharField(_("credit standing"), max_length=300, blank=True, default="")
    stock_remark = models.CharField(_("stock"), max_length=300, blank=True, default="")
    warehouse_m2 = models.PositiveIntegerField(_("warehouse (m²)"), null=True, blank=True)
    vehicles = models.PositiveSmallIntegerField(_("vehicles"), null=True, blank=True)
    sales_staff = models.PositiveSmallIntegerField(_("sales staff"), null=True, blank=True)
    scope_remark = models.CharField(_("business scope"), max_length=300, blank=True, default="")
    recorded_by = models.ForeignKey(
        "accounts.User", models.SET_NULL, null=True, related_name="+", verbose_name=_("recorded by")
    )

    objects = DealerChildQuerySet.as_manager()

    class Meta:
        verbose_name = _("business status")
        verbose_name_plural = _("business status")
        ordering = ["-on"]
        constraints = [
            models.UniqueConstraint(fields=["dealer", "on"], name="businessstatus_once_a_day"),
            models.CheckConstraint(
                condition=models.Q(capital_strength__isnull=True) | models.Q(capital_strength__range=(1, 5)),
                name="businessstatus_capital_1_to_5",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dealer} {self.on}"

    @property
    def cost_used(self):
        """Share of the year's cost budget that was spent, above 1 when overspent; `None` without both figures."""
        if not self.cost_budget or self.cost_actual is None:
            return None
        return self.cost_actual / self.cost_budget

    @property
    def cost_recovered(self):
        """Share of the dealer's investment in our brand earned back; `None` without both figures. B-19."""
        if not self.investment_in_us or self.gross_profit_with_us is None:
            return None
        return self.gross_profit_with_us / self.investment_in_us


@pghistory.track()
class BrandShare(models.Model):
    """One brand in the dealer's portfolio as of a day: its share of sales and of working capital."""

    dealer = models.ForeignKey(Dealer, models.CASCADE, related_name="brand_shares")
    on = models.DateField(_("as of"))
    brand = models.CharField(_("brand"), max_length=120)
    ours = models.BooleanField(_("our brand"), default=False)
    category = models.CharField(_("category"), max_length=120, blank=True, default="")
    positioning = models.CharField(_("positioning"), max_length=12, choices=Positioning, blank=True, default="")
    sales_share = _share(_("share of the dealer's sales"))
    fund_share = _share(_("share of the dealer's working capital"))
    planned_investment = _money(_("planned investment"))

    objects = DealerChildQuerySet.as_manager()

    class Meta:
        verbose_name = _("brand carried")
        verbose_name_plural = _("brand portfolio")
        ordering = ["-on", "-sales_share", "brand"]
        constraints = [
            models.UniqueConstraint(fields=["dealer", "on", "brand", "category"], name="brandshare_once_a_day"),
            models.CheckConstraint(
                condition=(models.Q(sales_share__isnull=True) | models.Q(sales_share__range=(0, 1)))
                & (models.Q(fund_share__isnull=True) | models.Q(fund_share__range=(0, 1))),
                name="brandshare_shares_are_shares",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.brand} {self.on}"

    @property
    def push_index(self):
        """Fund share over sales share; above 1 the dealer pushes the brand. `None` without both. docs/practice.md section 2."""
        if not self.sales_share or self.fund_share is None:
            return None
        return self.fund_share / self.sales_share


@pghistory.track()
class CreditProfile(models.Model):
    """What we allow the dealer to owe us."""

    dealer = models.OneToOneField(Dealer, models.CASCADE, primary_key=True, related_name="credit")
    credit_limit = _money(_("credit limit"))
    credit_term_days = models.PositiveSmallIntegerField(_("credit term (days)"), null=True, blank=True)
    rating = models.CharField(_("credit rating"), max_length=3, choices=CreditRating, blank=True, default="")
    deposit = _money(_("deposit"))
    on_hold = models.BooleanField(_("credit hold"), default=False)
    hold_reason = models.CharField(_("reason of the hold"), max_length=300, blank=True, default="")
    review_on = models.DateField(_("next review"), null=True, blank=True)

    objects = DealerChildQuerySet.as_manager()

    class Meta:
        verbose_name = _("credit profile")
        verbose_name_plural = _("credit profiles")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(credit_limit__isnull=True) | models.Q(credit_limit__gte=0),
                name="credit_limit_not_negative",
            ),
            models.CheckConstraint(
                condition=models.Q(on_hold=False) | ~models.Q(hold_reason=""), name="credit_hold_has_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return str(self.dealer)
