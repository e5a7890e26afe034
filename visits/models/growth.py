"""How a dealer with potential grows big, and the same way taken to a new place (P-02, P-03, P-05)."""

from __future__ import annotations

import datetime as dt

import pghistory
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from crm.base.periods import add_months
from dealers.querysets import DealerChildQuerySet


@pghistory.track()
class GrowthPlan(models.Model):
    """One way to grow in one place, for up to three years from `starts_on`, the first day of a month. Amounts are sell-in
    without tax, in the company's currency, of twelve months each; None: not said."""

    dealer = models.ForeignKey("dealers.Dealer", models.CASCADE, related_name="growth_plans", verbose_name=_("dealer"))
    place = models.CharField(_("where it is to grow"), max_length=120, help_text=_("A city, a county, a store"))
    starts_on = models.DateField(_("from"))
    # Of the twelve months before, as it was when the plan was made.
    baseline = models.DecimalField(_("sales before"), max_digits=18, decimal_places=2, null=True, blank=True)
    target_1 = models.DecimalField(
        _("target, first year"),
        max_digits=18,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    target_2 = models.DecimalField(
        _("target, second year"),
        max_digits=18,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    target_3 = models.DecimalField(
        _("target, third year"),
        max_digits=18,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    thinking = models.TextField(_("what the dealer thinks"), max_length=4000, blank=True, default="")
    focus = models.TextField(_("where the strength goes"), max_length=4000, blank=True, default="")
    support = models.TextField(_("what we give"), max_length=4000, blank=True, default="")
    result = models.TextField(_("what came of it"), max_length=4000, blank=True, default="")
    copied_from = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="copies", verbose_name=_("in the same way as")
    )
    written_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name=_("by"))
    written_at = models.DateTimeField(_("written"))

    objects = DealerChildQuerySet.as_manager()

    class Meta:
        verbose_name = _("growth plan")
        verbose_name_plural = _("growth plans")
        ordering = ["-starts_on", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["dealer", "place", "starts_on"], name="growthplan_once"),
            models.CheckConstraint(condition=Q(starts_on__day=1), name="growthplan_starts_with_a_month"),
        ]

    def __str__(self) -> str:
        return f"{self.dealer}: {self.place}"

    def get_absolute_url(self) -> str:
        return reverse("visits:growth_plan", args=[self.pk])


class GrowthStep(models.Model):
    """One step of a plan, so many months after its start."""

    plan = models.ForeignKey(GrowthPlan, models.CASCADE, related_name="steps")
    number = models.PositiveSmallIntegerField()
    after_months = models.PositiveSmallIntegerField(_("months after the start"), validators=[MaxValueValidator(60)])
    text = models.CharField(_("step"), max_length=300)
    done_on = models.DateField(_("done"), null=True, blank=True)

    class Meta:
        verbose_name = _("step of a growth plan")
        verbose_name_plural = _("steps of growth plans")
        ordering = ["plan", "number"]
        constraints = [models.UniqueConstraint(fields=["plan", "number"], name="growthstep_once")]

    def __str__(self) -> str:
        return self.text

    @property
    def due_on(self) -> dt.date:
        return add_months(self.plan.starts_on, self.after_months)
