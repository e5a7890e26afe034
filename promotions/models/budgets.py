"""Budgets, what may be moved between them, rates, and the terms of promotions."""

from __future__ import annotations

from decimal import Decimal

import pghistory
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from promotions.choices import Purpose, TransferState
from promotions.querysets import BudgetQuerySet, DatedQuerySet, OfBudgetQuerySet

_SHARE = [MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(1))]


@pghistory.track()
class Budget(models.Model):
    """Money for a purpose, a territory and a period, as a node of a tree. What it holds stands in the ledger alone.

    A child's money is taken out of its parent's, so that all children together never hold more than the parent was given.
    """

    code = models.CharField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=160)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("part of")
    )
    territory = models.ForeignKey(
        "accounts.Territory", models.PROTECT, related_name="+", verbose_name=_("sales territory")
    )
    brand = models.ForeignKey(
        "sales.Brand", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("brand"),
        help_text=_("Empty: all brands"),
    )  # fmt: skip
    purpose = models.CharField(_("purpose"), max_length=16, choices=Purpose, default=Purpose.PROMOTION)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), help_text=_("The first day that no longer counts"))
    currency = models.CharField(_("currency"), max_length=3, help_text=_("ISO 4217 code"))
    # A fund: this share of the dealers' purchases in the territory is added every night. None: granted by hand.
    accrual_share = models.DecimalField(
        _("share of purchases that is added"), max_digits=6, decimal_places=5, null=True, blank=True, validators=_SHARE
    )
    # What was not used by then goes back to the parent, or to the company.
    expires_on = models.DateField(_("unused money expires on"), null=True, blank=True)
    expired_at = models.DateTimeField(_("expired"), null=True, blank=True, editable=False)
    owner = models.ForeignKey(
        "accounts.User", models.SET_NULL, null=True, blank=True, related_name="+",
        verbose_name=pgettext_lazy("of work", "owner"),
    )  # fmt: skip

    objects = BudgetQuerySet.as_manager()

    class Meta:
        verbose_name = _("budget")
        verbose_name_plural = _("budgets")
        ordering = ["starts_on", "code"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gt=F("starts_on")), name="budget_has_a_period"),
            models.CheckConstraint(condition=~Q(parent=F("pk")), name="budget_not_its_own_parent"),
            models.CheckConstraint(
                condition=Q(accrual_share__isnull=True) | Q(accrual_share__range=(Decimal(0), Decimal(1))),
                name="budget_accrual_is_a_share",
            ),
            models.CheckConstraint(
                condition=Q(expires_on__isnull=True) | Q(expires_on__gte=F("ends_on")),
                name="budget_expires_after_its_period",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("promotions:budget", args=[self.pk])


@pghistory.track()
class BudgetTransfer(models.Model):
    """Money that one budget is to give to another, when somebody else has approved it."""

    source = models.ForeignKey(Budget, models.PROTECT, related_name="transfers_out", verbose_name=_("out of"))
    budget = models.ForeignKey(Budget, models.PROTECT, related_name="transfers_in", verbose_name=_("into"))
    amount = models.DecimalField(_("amount"), max_digits=18, decimal_places=4)
    reason = models.CharField(_("reason"), max_length=500)
    state = models.CharField(_("state"), max_length=12, choices=TransferState, default=TransferState.REQUESTED)
    requested_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name=_("requested by"))
    requested_at = models.DateTimeField(_("requested"))
    decided_by = models.ForeignKey(
        "accounts.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    answer = models.CharField(_("answer"), max_length=500, blank=True, default="")

    objects = OfBudgetQuerySet.as_manager()

    class Meta:
        verbose_name = _("budget transfer")
        verbose_name_plural = _("budget transfers")
        ordering = ["-requested_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="transfer_is_something"),
            models.CheckConstraint(condition=~Q(source=F("budget")), name="transfer_between_two"),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("requested_by")),
                name="transfer_not_decided_by_oneself",
            ),
            models.CheckConstraint(
                condition=Q(state="REQUESTED") | Q(decided_at__isnull=False, decided_by__isnull=False),
                name="transfer_decided_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} → {self.budget}"


@pghistory.track()
class ExchangeRate(models.Model):
    """What one unit of a currency is worth in another, from a day on until a later row of the pair."""

    currency = models.CharField(_("currency"), max_length=3, help_text=_("ISO 4217 code"))
    into = models.CharField(_("into"), max_length=3, help_text=_("ISO 4217 code"))
    rate = models.DecimalField(_("rate"), max_digits=18, decimal_places=8)
    valid_from = models.DateField(_("from"))

    class Meta:
        verbose_name = _("exchange rate")
        verbose_name_plural = _("exchange rates")
        ordering = ["currency", "into", "-valid_from"]
        constraints = [
            models.UniqueConstraint(fields=["currency", "into", "valid_from"], name="exchangerate_once_a_day"),
            models.CheckConstraint(condition=Q(rate__gt=0), name="exchangerate_above_zero"),
            models.CheckConstraint(condition=~Q(currency=F("into")), name="exchangerate_of_two_currencies"),
        ]

    def __str__(self) -> str:
        return f"1 {self.currency} = {self.rate.normalize():f} {self.into}"


@pghistory.track()
class PromotionTerms(models.Model):
    """The company's terms for promotions from a day on: docs/algorithms/promotions.md. Without any row, the defaults."""

    active_from = models.DateField(_("from"), unique=True)
    active_until = models.DateField(_("until"), null=True, blank=True)
    submit_days = models.PositiveSmallIntegerField(_("days from submission to the start"), default=7)
    claim_days = models.PositiveSmallIntegerField(_("days for claims after the end"), default=14)
    photos_least = models.PositiveSmallIntegerField(_("least photos of a claim"), default=3)
    evaluation_days = models.PositiveSmallIntegerField(_("days to evaluate after the last period"), default=30)
    periods_before = models.PositiveSmallIntegerField(_("periods compared before"), default=1)
    periods_after = models.PositiveSmallIntegerField(_("periods compared after"), default=2)
    roi_wanted = models.DecimalField(
        _("expected return, at least"), max_digits=5, decimal_places=2, default=Decimal("1.2")
    )
    roi_poor = models.DecimalField(_("poor result, below"), max_digits=5, decimal_places=2, default=Decimal("1.0"))
    warn_share = models.DecimalField(
        _("budget use that is warned of"), max_digits=4, decimal_places=3, default=Decimal("0.8"), validators=_SHARE
    )
    most_cover_days = models.PositiveSmallIntegerField(_("most days of stock at a dealer"), default=60)
    audit_share = models.DecimalField(
        _("share of paid claims that is audited"), max_digits=5, decimal_places=4, default=Decimal("0.1"),
        db_default=Decimal("0.1"), validators=_SHARE, help_text=_("They are drawn at random, and somebody goes there."),
    )  # fmt: skip
    audit_days = models.PositiveSmallIntegerField(
        _("days to audit a claim"), default=30, db_default=30, validators=[MinValueValidator(1)]
    )

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = _("terms of promotions")
        verbose_name_plural = _("terms of promotions")
        ordering = ["-active_from"]
        constraints = [
            models.CheckConstraint(condition=Q(warn_share__range=(Decimal(0), Decimal(1))), name="promotionterms_warn_is_a_share"),
            models.CheckConstraint(condition=Q(periods_after__gte=1), name="promotionterms_look_afterwards"),
            models.CheckConstraint(
                condition=Q(audit_share__range=(Decimal(0), Decimal(1)), audit_days__gte=1), name="promotionterms_audits_possible"
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.active_from}"
