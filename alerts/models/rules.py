"""Warning rules as data: what is watched where, from which figure on, and who has to do what until when."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pghistory
import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.choices import Role
from alerts.choices import OwnedBy, Severity
from alerts.querysets import RuleQuerySet, RuleVersionQuerySet
from crm.base.text import StrPromise
from dealers.choices import DealerKind

# From when the versions count that the program brings along.
BEFORE_ALL = dt.date(2000, 1, 1)


@pghistory.track()
class AlertRule(models.Model):
    """What is watched (a kind of the registry) and for whom. The terms stand in dated versions.

    Of the rules of a kind whose scope holds a dealer the most specific one counts: the deepest territory first, then a
    rule that names countries, then one that names kinds of dealers, then one that names tiers, then the older one. The
    scope never changes.
    """

    kind = models.CharField(_("kind of warning"), max_length=32)
    territory = models.ForeignKey(
        "accounts.Territory", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("sales territory"),
        help_text=_("And all below it; empty: everywhere"),
    )  # fmt: skip
    # ISO 3166 codes. A dealer is in the country of its territory, or of the nearest one above that has one.
    countries = ArrayField(
        models.CharField(max_length=2), verbose_name=_("countries"), default=list, db_default=[], blank=True,
        help_text=_("Empty: all"),
    )  # fmt: skip
    dealer_kinds = ArrayField(
        models.CharField(max_length=20, choices=DealerKind), verbose_name=_("kinds of dealers"), default=list, blank=True,
        help_text=_("Empty: all"),
    )  # fmt: skip
    # "" stands for dealers without a tier.
    tiers = ArrayField(
        models.CharField(max_length=1, blank=True), verbose_name=_("tiers"), default=list, blank=True,
        help_text=_("Empty: all"),
    )  # fmt: skip
    created_at = models.DateTimeField(_("written"), auto_now_add=True)
    created_by = models.ForeignKey(
        "accounts.User", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("by"), editable=False
    )

    objects = RuleQuerySet.as_manager()

    class Meta:
        verbose_name = _("warning rule")
        verbose_name_plural = _("warning rules")
        ordering = ["kind", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "territory", "countries", "dealer_kinds", "tiers"], name="alertrule_scope_once",
                nulls_distinct=False,
            ),
        ]  # fmt: skip
        triggers = [
            pgtrigger.Trigger(
                name="scope_stays",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                func="RAISE EXCEPTION 'The scope of a warning rule never changes: make another rule';",
                condition=pgtrigger.AnyChange("kind", "territory", "countries", "dealer_kinds", "tiers"),
            )
        ]

    def __str__(self) -> str:
        from alerts.kinds import label_of

        where = [str(self.territory)] if self.territory_id else []
        tiers = (tier or "–" for tier in self.tiers)
        return " · ".join([label_of(self.kind), *where, *self.countries, *self.dealer_kinds, *tiers])


def _hours(label: StrPromise, default: int) -> models.PositiveSmallIntegerField:
    return models.PositiveSmallIntegerField(
        label, default=default, validators=[MinValueValidator(1), MaxValueValidator(720)],
        help_text=_("On working days, by the dealer's country"),
    )  # fmt: skip


def _days(label: StrPromise, default: int) -> models.PositiveSmallIntegerField:
    return models.PositiveSmallIntegerField(label, default=default, validators=[MaxValueValidator(365)])


@pghistory.track()
class RuleVersion(models.Model):
    """The terms of a rule from a day on, until the next version's. Once published it never changes: a case keeps the
    version that opened it."""

    rule = models.ForeignKey(AlertRule, models.PROTECT, related_name="versions", verbose_name=_("rule"))
    active_from = models.DateField(_("counts from"))
    on = models.BooleanField(_("switched on"), default=True)
    # {measure: {"yellow": "0.80", "orange": "0.95", "red": "1.00"}} in the units that the kind names; what is missing or
    # null is not watched. alerts.terms reads and checks them.
    thresholds = models.JSONField(_("limits"), default=dict, blank=True)
    # {"min_orders": "3"}: what the kind reads besides limits.
    parameters = models.JSONField(_("parameters"), default=dict, blank=True)
    owned_by = models.CharField(_("belongs to"), max_length=16, choices=OwnedBy, default=OwnedBy.REPRESENTATIVE)
    watchers = ArrayField(
        models.CharField(max_length=16, choices=Role), verbose_name=_("watched by"), default=list, blank=True
    )
    # How far below the limit a figure must be before a level is left: 0.05 is 5 % of the limit.
    margin = models.DecimalField(
        _("margin before a level is left"), max_digits=4, decimal_places=3, default=Decimal("0.050"),
        validators=[MinValueValidator(0), MaxValueValidator(1)],
    )  # fmt: skip
    acknowledge_hours_yellow = _hours(_("hours to acknowledge yellow"), 72)
    acknowledge_hours_orange = _hours(_("hours to acknowledge orange"), 48)
    acknowledge_hours_red = _hours(_("hours to acknowledge red"), 24)
    cause_days = _days(_("working days to find the cause"), 3)
    yellow_days = _days(_("days until yellow becomes orange"), 14)
    red_days = _days(_("days until red goes one level up"), 5)
    recovery_days = _days(_("days until a resolved case is verified"), 14)
    note = models.CharField(_("what changed and why"), max_length=300, blank=True, default="")
    published_at = models.DateTimeField(_("published"), null=True, blank=True, editable=False)
    published_by = models.ForeignKey(
        "accounts.User", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("published by"),
        editable=False,
    )  # fmt: skip

    objects = RuleVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("version of a warning rule")
        verbose_name_plural = _("versions of warning rules")
        ordering = ["rule", "-active_from"]
        constraints = [
            models.UniqueConstraint(fields=["rule", "active_from"], name="ruleversion_once_from_a_day"),
            models.CheckConstraint(condition=Q(margin__range=(0, 1)), name="ruleversion_margin_is_a_share"),
            models.CheckConstraint(
                condition=Q(acknowledge_hours_yellow__range=(1, 720), acknowledge_hours_orange__range=(1, 720),
                            acknowledge_hours_red__range=(1, 720)),
                name="ruleversion_hours_possible",
            ),
        ]  # fmt: skip
        triggers = [
            pgtrigger.Trigger(
                name="published_stays",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                func="RAISE EXCEPTION 'A published version never changes: publish another one';",
                # Who published it may be deleted as a user.
                condition=pgtrigger.Condition(
                    "OLD.published_at IS NOT NULL"
                    " AND (to_jsonb(OLD.*) - 'published_by_id') IS DISTINCT FROM (to_jsonb(NEW.*) - 'published_by_id')"
                ),
            ),
            pgtrigger.Trigger(
                name="published_is_kept",
                operation=pgtrigger.Delete,
                when=pgtrigger.Before,
                func="RAISE EXCEPTION 'A published version is never deleted';",
                condition=pgtrigger.Q(old__published_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule} {gettext('as shipped') if self.is_shipped else self.active_from.isoformat()}"

    @property
    def is_shipped(self) -> bool:
        """Whether the program brought it along: its day says nothing then."""
        return self.active_from == BEFORE_ALL

    def acknowledge_hours(self, severity: int) -> int:
        """Hours on working days within which a case of this severity is to be acknowledged."""
        return {
            Severity.YELLOW: self.acknowledge_hours_yellow,
            Severity.ORANGE: self.acknowledge_hours_orange,
            Severity.RED: self.acknowledge_hours_red,
        }[Severity(severity)]


@pghistory.track()
class QuietPeriod(models.Model):
    """Days on which a rule opens no case and makes none worse: a trade fair, a holiday season, a known gap in the data."""

    rule = models.ForeignKey(AlertRule, models.CASCADE, related_name="quiet_periods", verbose_name=_("rule"))
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), help_text=_("The first day that no longer counts"))
    reason = models.CharField(_("reason"), max_length=200)

    class Meta:
        verbose_name = _("quiet period")
        verbose_name_plural = _("quiet periods")
        ordering = ["-starts_on"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gt=F("starts_on")), name="quietperiod_has_days"),
            models.CheckConstraint(condition=~Q(reason=""), name="quietperiod_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.starts_on} – {self.ends_on}"


@pghistory.track()
class LossTerms(models.Model):
    """What losing a dealer costs: a year's gross profit, and so many times what keeping it costs a year, as winning a new
    one costs 5 to 8 times as much. docs/practice.md section 19. One row."""

    gross_margin = models.DecimalField(
        _("our gross margin, of sales"), max_digits=4, decimal_places=3, default=Decimal("0.200"),
        validators=[MinValueValidator(0), MaxValueValidator(1)], help_text=_("0 to 1"),
    )  # fmt: skip
    keeping_share = models.DecimalField(
        _("yearly cost of keeping a dealer, of sales"), max_digits=4, decimal_places=3, default=Decimal("0.020"),
        validators=[MinValueValidator(0), MaxValueValidator(1)],
        help_text=_("0 to 1: visits, care, service"),
    )  # fmt: skip
    multiple = models.DecimalField(
        _("times it costs to win a new one"), max_digits=3, decimal_places=1, default=Decimal("6.5"),
        validators=[MinValueValidator(5), MaxValueValidator(8)],
    )  # fmt: skip

    class Meta:
        verbose_name = _("cost of losing a dealer")
        verbose_name_plural = _("cost of losing a dealer")
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="lossterms_is_one_row"),
            models.CheckConstraint(condition=Q(multiple__range=(5, 8)), name="lossterms_multiple_in_range"),
        ]

    def __str__(self) -> str:
        return f"{self.multiple}"

    @classmethod
    def get(cls) -> LossTerms:
        """The row, made with defaults the first time."""
        terms, _made = cls.objects.get_or_create(pk=1)
        return terms
