"""The rule as data."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crm.base.text import StrPromise
from dealers.choices import DealerKind
from tiering.choices import Basis, Rounding
from tiering.querysets import DatedQuerySet
from tiering.rule import Terms

# From when the version counts that is there before anybody wrote one: the seed rule to the letter.
BEFORE_ALL = dt.date(2000, 1, 1)


def _agents() -> list[str]:
    return [DealerKind.AGENT.value]


def _franchisees() -> list[str]:
    return [DealerKind.FRANCHISEE.value]


def _percentage(label: StrPromise, default: int) -> models.PositiveSmallIntegerField:
    return models.PositiveSmallIntegerField(label, default=default, validators=[MaxValueValidator(100)])


@pghistory.track()
class TierPolicy(models.Model):
    """One version of the rule: docs/practice.md section 1. It counts from `active_from` until the next one does."""

    active_from = models.DateField(_("counts from"), unique=True)
    a_top_share = models.DecimalField(
        _("share that is A"), max_digits=4, decimal_places=3, default=Decimal("0.200"),
        validators=[MinValueValidator(0), MaxValueValidator(1)],
    )  # fmt: skip
    basis = models.CharField(_("ranked by"), max_length=8, choices=Basis, default=Basis.QUANTITY)
    rounding = models.CharField(_("places are rounded"), max_length=8, choices=Rounding, default=Rounding.CEIL)
    kinds_always_a = ArrayField(
        models.CharField(max_length=20, choices=DealerKind), verbose_name=_("always A"), default=_agents, blank=True
    )
    kinds_ranked = ArrayField(
        models.CharField(max_length=20, choices=DealerKind), verbose_name=_("ranked"), default=_franchisees, blank=True
    )
    b_growth = models.DecimalField(
        _("growth asked for B"), max_digits=4, decimal_places=3, default=Decimal("0.100"),
        validators=[MinValueValidator(0), MaxValueValidator(9)],
    )  # fmt: skip
    b_years = models.PositiveSmallIntegerField(
        _("years of growth"), default=2, validators=[MinValueValidator(1), MaxValueValidator(2)]
    )
    b_min_cooperation = _percentage(_("cooperation asked for B"), 70)
    b_min_loyalty = _percentage(_("loyalty asked for B"), 70)
    min_months = models.PositiveSmallIntegerField(
        _("months of figures asked for B"), default=36, validators=[MaxValueValidator(120)]
    )
    min_completeness = _percentage(_("completeness asked for B and for A by rank (%)"), 0)
    damping = models.BooleanField(_("one class down a year at most"), default=False)
    note = models.CharField(_("what changed and why"), max_length=300, blank=True, default="")
    created_at = models.DateTimeField(_("written"), auto_now_add=True)
    created_by = models.ForeignKey(
        "accounts.User", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("by")
    )

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = _("tier policy")
        verbose_name_plural = _("tier policies")
        ordering = ["-active_from"]
        constraints = [
            models.CheckConstraint(condition=Q(a_top_share__range=(0, 1)), name="tierpolicy_share_is_a_share"),
            models.CheckConstraint(condition=Q(b_growth__range=(0, 9)), name="tierpolicy_growth_in_range"),
            models.CheckConstraint(condition=Q(b_years__range=(1, 2)), name="tierpolicy_one_year_or_two"),
            models.CheckConstraint(
                condition=Q(b_min_cooperation__lte=100, b_min_loyalty__lte=100, min_completeness__lte=100),
                name="tierpolicy_scores_up_to_100",
            ),
            models.CheckConstraint(
                condition=~Q(kinds_always_a__overlap=models.F("kinds_ranked")), name="tierpolicy_a_kind_has_one_way"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.active_from:%Y-%m-%d}"

    @classmethod
    def at(cls, day: dt.date) -> TierPolicy:
        """The version that counts on the day; the seed rule is written down when there is none."""
        policy: TierPolicy | None = cls.objects.on(day)
        if policy is None:
            policy, _made = cls.objects.get_or_create(active_from=min(BEFORE_ALL, day))
        return policy

    @property
    def terms(self) -> Terms:
        return Terms(
            a_top_share=Decimal(self.a_top_share),
            rounding=self.rounding,
            always_a=frozenset(self.kinds_always_a),
            ranked=frozenset(self.kinds_ranked),
            b_growth=Decimal(self.b_growth),
            b_years=self.b_years,
            b_min_cooperation=self.b_min_cooperation,
            b_min_loyalty=self.b_min_loyalty,
            min_months=self.min_months,
            min_completeness=self.min_completeness,
            damping=self.damping,
        )
