"""A promotion as it is planned: goal, place, period, mechanics, dealers, products, money, who provides what."""

from __future__ import annotations

from decimal import Decimal

import pghistory
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from promotions.choices import CostKind, Mechanic, PromotionState, Side
from promotions.models.budgets import Budget
from promotions.models.ledger import Earmark
from promotions.querysets import OfPromotionQuerySet, PromotionQuerySet

_SHARE = [MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(1))]


@pghistory.track()
class Promotion(models.Model):
    """An activity with a plan and a budget. promotions.lifecycle says which state may follow which.

    It runs from `starts_on`, before `ends_on`. Amounts of sales are tax excluded; all amounts of the plan in `currency`.
    """

    title = models.CharField(_("title"), max_length=160)
    mechanic = models.CharField(_("mechanics"), max_length=16, choices=Mechanic)
    goal = models.CharField(_("goal"), max_length=500, help_text=_("What should be different afterwards, in figures"))
    place = models.CharField(_("place"), max_length=200)
    how = models.TextField(_("how it works"), max_length=2000, blank=True, default="")
    people = models.CharField(_("people who carry it out"), max_length=300, blank=True, default="")
    territory = models.ForeignKey(
        "accounts.Territory",
        models.PROTECT,
        related_name="promotions",
        verbose_name=_("sales territory"),
        db_index=False,
    )
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), help_text=_("The first day that no longer counts"))
    # The end that was planned, when an extension was approved.
    planned_end = models.DateField(_("end before it was extended"), null=True, blank=True, editable=False)
    currency = models.CharField(_("currency"), max_length=3, help_text=_("ISO 4217 code"))
    products = models.ManyToManyField(
        "sales.Product", blank=True, related_name="promotions", verbose_name=_("products"),
        help_text=_("Empty: all products"),
    )  # fmt: skip
    discount_share = models.DecimalField(
        _("material discount"), max_digits=5, decimal_places=4, default=Decimal(0), validators=_SHARE
    )
    margin_share = models.DecimalField(
        _("gross margin of the goods"), max_digits=5, decimal_places=4, null=True, blank=True, validators=_SHARE
    )
    # The dealer's own margin on them, for what it gains.
    dealer_margin_share = models.DecimalField(
        _("dealer's margin on the goods"), max_digits=5, decimal_places=4, null=True, blank=True, validators=_SHARE
    )
    low_return_reason = models.CharField(
        _("why do it although little comes back"), max_length=500, blank=True, default=""
    )
    # Of stock that is loaded ahead: how the dealers get rid of it (M-03 to M-07).
    sell_out_by = models.DateField(_("loaded stock is sold by"), null=True, blank=True)
    digestion_plan = models.CharField(
        _("how the dealers sell it: weeks, activities, people"), max_length=1000, blank=True, default=""
    )
    outlet_plan = models.CharField(_("outlets to be opened"), max_length=500, blank=True, default="")
    owner = models.ForeignKey(
        "accounts.User", models.PROTECT, related_name="promotions", verbose_name=pgettext_lazy("of work", "owner")
    )
    state = models.CharField(_("state"), max_length=12, choices=PromotionState, default=PromotionState.DRAFT)
    # Grows with every change of the plan: an approval holds for the plan that was seen.
    version = models.PositiveIntegerField(_("version"), default=1)
    created_at = models.DateTimeField(_("created"))
    created_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name=_("written by"))
    submitted_at = models.DateTimeField(_("submitted"), null=True, blank=True)
    submitted_by = models.ForeignKey(
        "accounts.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("submitted by")
    )
    approved_at = models.DateTimeField(_("approved"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    # Why it was cancelled.
    end_reason = models.CharField(_("reason"), max_length=500, blank=True, default="")

    objects = PromotionQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("activity", "promotion")
        verbose_name_plural = _("promotions")
        ordering = ["-starts_on", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gt=F("starts_on")), name="promotion_has_a_period"),
            models.CheckConstraint(
                condition=Q(state__in=["DRAFT", "CANCELLED"])
                | Q(submitted_at__isnull=False, submitted_by__isnull=False),
                name="promotion_was_submitted",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["DRAFT", "SUBMITTED", "REJECTED", "CANCELLED"]) | Q(approved_at__isnull=False),
                name="promotion_was_approved",
            ),
            models.CheckConstraint(
                condition=~Q(state="CANCELLED") | ~Q(end_reason=""), name="promotion_cancelled_says_why"
            ),
        ]
        indexes = [
            # The list and the calendar of a territory.
            models.Index(fields=["territory", "-starts_on", "-id"], name="promotion_by_territory"),
            # The night: what begins and ends; the list by state.
            models.Index(fields=["state", "starts_on"], name="promotion_by_state"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("promotions:promotion", args=[self.pk])

    @property
    def days(self) -> int:
        return (self.ends_on - self.starts_on).days


@pghistory.track()
class Participant(models.Model):
    """A dealer that takes part, with what is expected of it. Amounts in the promotion's currency."""

    promotion = models.ForeignKey(Promotion, models.CASCADE, related_name="participants")
    dealer = models.ForeignKey(
        "dealers.Dealer", models.PROTECT, related_name="participations", verbose_name=_("dealer")
    )
    # What it would sell in the period without the promotion; see promotions.baseline.
    baseline = models.DecimalField(_("usual sales"), max_digits=18, decimal_places=4, default=0)
    estimate = models.DecimalField(_("expected in addition"), max_digits=18, decimal_places=4, default=0)
    # Days that its stock lasted when it was loaded, and who of the dealer agreed to more.
    cover_days = models.PositiveIntegerField(_("days of stock"), null=True, blank=True)
    consent = models.CharField(_("who of the dealer agreed, and when"), max_length=200, blank=True, default="")

    objects = OfPromotionQuerySet.as_manager()

    class Meta:
        verbose_name = _("participating dealer")
        verbose_name_plural = _("participating dealers")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["promotion", "dealer"], name="participant_once"),
            models.CheckConstraint(condition=Q(baseline__gte=0), name="participant_baseline_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.dealer}"


@pghistory.track()
class PromotionLine(models.Model):
    """Money of a budget for one kind of cost, for one dealer or (without one) all that take part."""

    promotion = models.ForeignKey(Promotion, models.CASCADE, related_name="lines")
    kind = models.CharField(_("kind of cost"), max_length=20, choices=CostKind)
    budget = models.ForeignKey(Budget, models.PROTECT, related_name="lines", verbose_name=_("budget"))
    dealer = models.ForeignKey(
        "dealers.Dealer", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("dealer"),
        help_text=_("Empty: any that takes part"),
    )  # fmt: skip
    amount = models.DecimalField(_("amount"), max_digits=18, decimal_places=4)
    note = models.CharField(_("note"), max_length=200, blank=True, default="")
    # Fixed at the approval: from the promotion's currency into the budget's.
    rate = models.DecimalField(_("rate"), max_digits=18, decimal_places=8, null=True, blank=True, editable=False)
    earmark = models.OneToOneField(Earmark, models.PROTECT, null=True, blank=True, related_name="line", editable=False)
    # What claims hold of it, approved or settled, in the promotion's currency.
    claimed = models.DecimalField(
        _("approved claims"), max_digits=18, decimal_places=4, default=0, db_default=0, editable=False
    )

    objects = OfPromotionQuerySet.as_manager()

    class Meta:
        verbose_name = _("budget line")
        verbose_name_plural = _("budget lines")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="line_is_something"),
            # Strictly within the line: no tolerance.
            models.CheckConstraint(condition=Q(claimed__gte=0, claimed__lte=F("amount")), name="line_not_overclaimed"),
            models.CheckConstraint(
                condition=Q(earmark__isnull=True, rate__isnull=True) | Q(earmark__isnull=False, rate__gt=0),
                name="line_set_aside_at_a_rate",
            ),
            models.CheckConstraint(condition=Q(claimed=0) | Q(earmark__isnull=False), name="line_claimed_when_approved"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.get_kind_display()

    @property
    def left(self) -> Decimal:
        """What may still be claimed, in the promotion's currency."""
        return self.amount - self.claimed


@pghistory.track()
class Provision(models.Model):
    """What the company or the dealer brings along: goods, people, space, publicity."""

    promotion = models.ForeignKey(Promotion, models.CASCADE, related_name="provisions")
    side = models.CharField(_("provided by"), max_length=8, choices=Side)
    item = models.CharField(_("what"), max_length=160)
    quantity = models.DecimalField(_("quantity"), max_digits=12, decimal_places=2, null=True, blank=True)
    unit = models.CharField(_("unit"), max_length=40, blank=True, default="")
    value = models.DecimalField(
        _("worth"), max_digits=18, decimal_places=4, null=True, blank=True, validators=[MinValueValidator(0)]
    )

    objects = OfPromotionQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("of a promotion", "contribution")
        verbose_name_plural = pgettext_lazy("of a promotion", "contributions")
        ordering = ["side", "pk"]

    def __str__(self) -> str:
        return self.item
