"""Loyalty against strength: where the cut lies, in which quadrant each dealer is, and the plan that follows from it."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pghistory
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.querysets import ScopedQuerySet
from crm.base.text import StrPromise
from dealers.querysets import DealerChildQuerySet
from tiering.choices import PlanState, PlanStepKind, Quadrant
from tiering.quadrants.matrix import Cut
from tiering.querysets import DatedQuerySet, DealerPlanQuerySet

BEFORE_ALL = dt.date(2000, 1, 1)


def _points(label: StrPromise, default: int, most: int = 100) -> models.PositiveSmallIntegerField:
    return models.PositiveSmallIntegerField(label, default=default, validators=[MaxValueValidator(most)])


@pghistory.track()
class MatrixTerms(models.Model):
    """One version of where loyal and strong begin; it counts from `active_from` until the next one does."""

    active_from = models.DateField(_("counts from"), unique=True)
    loyalty_cut = _points(_("loyal from (points)"), 60)
    strength_cut = _points(_("strong from (points)"), 60)
    hysteresis = models.PositiveSmallIntegerField(
        _("points beyond the cut before a dealer changes sides"), default=5, validators=[MaxValueValidator(20)]
    )
    note = models.CharField(_("what changed and why"), max_length=300, blank=True, default="")

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = _("limits of loyalty and strength")
        verbose_name_plural = _("limits of loyalty and strength")
        ordering = ["-active_from"]
        constraints = [
            models.CheckConstraint(
                condition=Q(loyalty_cut__lte=100, strength_cut__lte=100, hysteresis__lte=20),
                name="matrixterms_are_points",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.active_from:%Y-%m-%d}"

    @classmethod
    def at(cls, day: dt.date) -> MatrixTerms:
        """The version that counts on the day; the default is written down when there is none."""
        terms: MatrixTerms | None = cls.objects.on(day)
        if terms is None:
            terms, _made = cls.objects.get_or_create(active_from=min(BEFORE_ALL, day))
        return terms

    @property
    def cut(self) -> Cut:
        return Cut(self.loyalty_cut, self.strength_cut, self.hysteresis)


class DealerQuadrant(models.Model):
    """Where a dealer is as of the last night; no row without both scores, or when it does not trade."""

    dealer = models.OneToOneField(
        "dealers.Dealer", models.CASCADE, primary_key=True, related_name="quadrant_row", db_constraint=False
    )
    quadrant = models.CharField(_("loyalty and strength"), max_length=10, choices=Quadrant)
    since = models.DateField(_("since"))

    objects = DealerChildQuerySet.as_manager()

    class Meta:
        verbose_name = _("dealer's quadrant")
        verbose_name_plural = _("dealers' quadrants")

    def __str__(self) -> str:
        return f"{self.dealer_id} {self.quadrant}"


class QuadrantChange(models.Model):
    """A dealer went from one quadrant to another, with the scores of that night; None: not enough is known any more."""

    dealer = models.ForeignKey(
        "dealers.Dealer", models.CASCADE, related_name="quadrant_changes", verbose_name=_("dealer"), db_index=False
    )
    on = models.DateField(_("on"))
    from_quadrant = models.CharField(
        pgettext_lazy("before a change", "from"), max_length=10, choices=Quadrant, null=True
    )
    quadrant = models.CharField(_("loyalty and strength"), max_length=10, choices=Quadrant, null=True)
    loyalty = models.SmallIntegerField(_("loyalty"), null=True)
    strength = models.SmallIntegerField(_("strength"), null=True)

    objects = DealerChildQuerySet.as_manager()

    class Meta:
        verbose_name = _("change of quadrant")
        verbose_name_plural = _("changes of quadrant")
        ordering = ["-on", "-pk"]
        constraints = [
            # Also the history on the dealer page.
            models.UniqueConstraint(fields=["dealer", "on"], name="quadrantchange_once_a_night"),
        ]

    def __str__(self) -> str:
        return f"{self.dealer_id} {self.on}: {self.from_quadrant or '–'} → {self.quadrant or '–'}"


class QuadrantCountQuerySet(ScopedQuerySet):
    territory_path = "territory"


class QuadrantCount(models.Model):
    """How many dealers of a patch are in a quadrant, and what they bought in twelve months; written each night.

    `quadrant` is empty for those that trade and of whom too little is known. `sales_e4`: ten-thousandths of the currency.
    """

    territory = models.ForeignKey("accounts.Territory", models.CASCADE, related_name="+", db_constraint=False)
    quadrant = models.CharField(max_length=10, choices=Quadrant, blank=True)
    dealers = models.PositiveIntegerField()
    sales_e4 = models.BigIntegerField()

    objects = QuadrantCountQuerySet.as_manager()

    class Meta:
        verbose_name = _("dealers in a quadrant")
        verbose_name_plural = _("dealers in quadrants")

    def __str__(self) -> str:
        return f"{self.territory_id} {self.quadrant or '–'}: {self.dealers}"


@pghistory.track()
class DealerPlan(models.Model):
    """What is undertaken with a dealer because of its quadrant: the playbook's steps, an aim, an end.

    `share_limit` (0..1): the most of its territory's sales that is wanted from this dealer alone. The scores at the start
    stand beside those of today.
    """

    dealer = models.ForeignKey(
        "dealers.Dealer", models.PROTECT, related_name="quadrant_plans", verbose_name=_("dealer")
    )
    quadrant = models.CharField(_("playbook"), max_length=10, choices=Quadrant)
    aim = models.CharField(pgettext_lazy("of a dealer's plan", "aim"), max_length=500)
    our_gain = models.CharField(_("what we gain"), max_length=500, blank=True, default="")
    dealer_gain = models.CharField(_("what the dealer gains"), max_length=500, blank=True, default="")
    share_limit = models.DecimalField(
        _("most of the territory's sales"), max_digits=4, decimal_places=3, null=True, blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(1)],
    )  # fmt: skip
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to be done by"))
    loyalty_at_start = models.SmallIntegerField(_("loyalty at the start"), null=True, editable=False)
    strength_at_start = models.SmallIntegerField(_("strength at the start"), null=True, editable=False)
    state = models.CharField(_("state"), max_length=8, choices=PlanState, default=PlanState.RUNNING, editable=False)
    created_by = models.ForeignKey(
        "accounts.User", models.PROTECT, related_name="+", verbose_name=_("begun by"), editable=False
    )
    created_at = models.DateTimeField(_("begun"), editable=False)
    closed_by = models.ForeignKey(
        "accounts.User", models.PROTECT, null=True, related_name="+", verbose_name=_("closed by"), editable=False
    )
    closed_on = models.DateField(_("closed"), null=True, editable=False)
    result = models.CharField(
        pgettext_lazy("of a dealer's plan", "what came of it"), max_length=500, blank=True, default="", editable=False
    )

    objects = DealerPlanQuerySet.as_manager()

    class Meta:
        verbose_name = _("plan for a dealer")
        verbose_name_plural = _("plans for dealers")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["dealer"], condition=Q(state=PlanState.RUNNING), name="dealerplan_one_runs"
            ),
            models.CheckConstraint(condition=Q(ends_on__gt=F("starts_on")), name="dealerplan_has_a_term"),
            models.CheckConstraint(
                condition=Q(share_limit__isnull=True) | Q(share_limit__range=(Decimal(0), Decimal(1))),
                name="dealerplan_share_is_a_share",
            ),
            # With whom we are not the stronger one nothing is planned that only one side gains from.
            models.CheckConstraint(
                condition=~Q(quadrant=Quadrant.NEGOTIATE) | (~Q(our_gain="") & ~Q(dealer_gain="")),
                name="dealerplan_both_sides_gain",
            ),
            models.CheckConstraint(
                condition=Q(state=PlanState.RUNNING)
                | (Q(closed_on__isnull=False, closed_by__isnull=False) & ~Q(result="")),
                name="dealerplan_result_is_told",
            ),
        ]
        indexes = [
            # The plans that run, by when they should be done: the page of quadrants.
            models.Index(fields=["ends_on"], name="dealerplan_running", condition=Q(state=PlanState.RUNNING)),
        ]

    def __str__(self) -> str:
        return f"{self.dealer}: {self.get_quadrant_display()}"

    def get_absolute_url(self) -> str:
        return reverse("tiering:plan", args=[self.pk])

    @property
    def is_running(self) -> bool:
        return self.state == PlanState.RUNNING


class DealerPlanStepQuerySet(ScopedQuerySet):
    territory_path = "plan__dealer__territory"


@pghistory.track()
class DealerPlanStep(models.Model):
    """A step of a plan; `replacement` is the dealer that takes over, on the step that asks for one."""

    plan = models.ForeignKey(DealerPlan, models.CASCADE, related_name="steps", verbose_name=_("plan"))
    kind = models.CharField(_("step"), max_length=16, choices=PlanStepKind)
    due_on = models.DateField(_("due"))
    done_on = models.DateField(_("done"), null=True)
    done_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+", verbose_name=_("by"))
    note = models.CharField(_("note"), max_length=500, blank=True, default="")
    replacement = models.ForeignKey(
        "dealers.Dealer", models.PROTECT, null=True, related_name="+", verbose_name=_("dealer that takes over")
    )

    objects = DealerPlanStepQuerySet.as_manager()

    class Meta:
        verbose_name = _("step of a plan")
        verbose_name_plural = _("steps of plans")
        ordering = ["due_on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "kind"], name="dealerplanstep_once"),
            models.CheckConstraint(
                condition=Q(done_on__isnull=True, done_by__isnull=True)
                | Q(done_on__isnull=False, done_by__isnull=False),
                name="dealerplanstep_done_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(kind=PlanStepKind.REPLACED) | Q(done_on__isnull=True) | Q(replacement__isnull=False),
                name="dealerplanstep_names_who_takes_over",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan_id}: {self.get_kind_display()}"
