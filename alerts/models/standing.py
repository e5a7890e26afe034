"""Where every dealer stands: one narrow row each with all that the rules read, and the levels of all kinds as bits."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from dealers.querysets import DealerChildQuerySet


class RuleGroup(models.Model):
    """Dealers of one territory, kind and tier are warned of by the same rules. `id` stands in the narrow row."""

    id = models.AutoField(primary_key=True)
    territory_id = models.BigIntegerField()
    kind = models.CharField(max_length=20, db_collation="C")
    tier = models.CharField(max_length=1, blank=True, default="", db_collation="C")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["territory_id", "kind", "tier"], name="rulegroup_once")]

    def __str__(self) -> str:
        return f"{self.territory_id} {self.kind} {self.tier}"


class DealerStanding(models.Model):
    """What the rules read of a dealer (alerts/sql/measure.sql), and the level of each kind as two bits of `levels`.

    A dealer that does not trade with us has no row. Shares are ten-thousandths; None where there is nothing to tell.
    """

    dealer = models.OneToOneField(
        "dealers.Dealer", models.CASCADE, primary_key=True, related_name="standing", db_constraint=False
    )
    # Two bits for each kind, at twice its place in the registry: 0 nothing, 1 yellow, 2 orange, 3 red.
    levels = models.BigIntegerField(default=0, db_default=0)
    # DealerFigures.order_mark of the days that interval_e1 was taken from.
    order_mark = models.BigIntegerField(default=0, db_default=0)
    group_id = models.IntegerField()
    # Exposure over limit; receivables in days of sales less the credit term.
    credit_use_e4 = models.IntegerField(null=True)
    dso_over_days = models.IntegerField(null=True)
    # Sold of the running target, and which period it has: see TargetPeriod.
    reached_e4 = models.IntegerField(null=True)
    # Sold in three closed months over the same months a year before.
    volume_e4 = models.IntegerField(null=True)
    # Growth of the last six closed months against the same a year before, and of the last closed fiscal year.
    half_e4 = models.IntegerField(null=True)
    grew_e4 = models.IntegerField(null=True)
    # Stock in days of what is sold on; older than 90 days of what is counted; bought over sold on in three months.
    cover_days = models.IntegerField(null=True)
    aged_e4 = models.IntegerField(null=True)
    loading_e4 = models.IntegerField(null=True)
    oldest_due_on = models.DateField(null=True)
    last_order_on = models.DateField(null=True)
    # The last day within the visit gap, and within the gap of any contact.
    visit_due_on = models.DateField(null=True)
    contact_due_on = models.DateField(null=True)
    # Never verified counts from when the dealer was entered.
    verified_on = models.DateField(null=True)
    # Median days between orders, in tenths; None with fewer than three in a year, or none for two years.
    interval_e1 = models.SmallIntegerField(null=True)
    visit_gap_days = models.SmallIntegerField(null=True)
    period_id = models.SmallIntegerField(null=True)
    # How often the credit limit was exceeded in 90 days: LimitExcess.
    excesses = models.SmallIntegerField(default=0, db_default=0)
    completeness = models.SmallIntegerField(default=0, db_default=0)

    objects = DealerChildQuerySet.as_manager()

    class Meta:
        verbose_name = _("dealer's standing")
        verbose_name_plural = _("dealers' standings")

    def __str__(self) -> str:
        return f"{self.dealer_id}"


class TargetPeriod(models.Model):
    """A period that targets of dealers of a country have. Its share of working days gone by is the pace to keep."""

    id = models.SmallAutoField(primary_key=True)
    country = models.CharField(max_length=2, blank=True, default="")
    starts_on = models.DateField()
    ends_on = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["country", "starts_on", "ends_on"], name="targetperiod_once")]

    def __str__(self) -> str:
        return f"{self.country} {self.starts_on} – {self.ends_on}"


class TouchedDealer(models.Model):
    """Dealers to measure anew in the coming night: triggers on what lies below write them, doubles allowed."""

    dealer_id = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["dealer_id"], name="toucheddealer_by_dealer")]

    def __str__(self) -> str:
        return f"{self.dealer_id}"


class StandingState(models.Model):
    """As of which day the standings are, and what they had seen; one row."""

    on = models.DateField(_("as of"))
    seen_before_xid = models.BigIntegerField()
    seen_in_cluster = models.BigIntegerField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="standingstate_is_one_row")]

    def __str__(self) -> str:
        return f"{self.on}"


class KindNight(models.Model):
    """What a kind came to in a night: how many dealers rose to a level, and whether it worked."""

    on = models.DateField(_("for the date"))
    kind = models.CharField(_("kind of warning"), max_length=32)
    looked_at = models.PositiveIntegerField(_("dealers looked at"), default=0)
    rose = models.PositiveIntegerField(_("dealers that rose"), default=0)
    opened = models.PositiveIntegerField(_("cases opened"), default=0)
    # Far more than usual rose: one case for all of them, none for each.
    mass = models.BooleanField(_("mass event"), default=False)
    error = models.TextField(_("error"), blank=True, default="")

    class Meta:
        verbose_name = _("night of a kind of warning")
        verbose_name_plural = _("nights of kinds of warnings")
        ordering = ["-on", "kind"]
        constraints = [models.UniqueConstraint(fields=["on", "kind"], name="kindnight_once")]

    def __str__(self) -> str:
        return f"{self.on} {self.kind}"


class LimitExcess(models.Model):
    """The credit limit was exceeded from a day on. How often in 90 days is a warning of its own."""

    dealer = models.ForeignKey("dealers.Dealer", models.CASCADE, related_name="limit_excesses", db_index=False)
    began_on = models.DateField(_("from"))
    # The first day on which it was kept again; None while it is exceeded.
    ended_on = models.DateField(_("until"), null=True)

    objects = DealerChildQuerySet.as_manager()

    class Meta:
        verbose_name = _("excess of the credit limit")
        verbose_name_plural = _("excesses of credit limits")
        ordering = ["-began_on"]
        constraints = [
            models.UniqueConstraint(fields=["dealer", "began_on"], name="limitexcess_once_a_day"),
            models.UniqueConstraint(fields=["dealer"], condition=Q(ended_on=None), name="limitexcess_one_runs"),
        ]
        indexes = [
            # The night: how often in the last 90 days.
            models.Index(fields=["began_on"], name="limitexcess_by_day"),
        ]

    def __str__(self) -> str:
        return f"{self.dealer_id} {self.began_on}"


class FigureHistory(models.Model):
    """What of a dealer's figures no other table keeps for the past, from the day on until the next row: rules are tried
    out on it."""

    dealer = models.ForeignKey("dealers.Dealer", models.CASCADE, related_name="+", db_index=False)
    on = models.DateField(_("from"))
    oldest_due_on = models.DateField(null=True)
    credit_use_e4 = models.IntegerField(null=True)

    objects = DealerChildQuerySet.as_manager()

    class Meta:
        verbose_name = _("history of figures")
        verbose_name_plural = _("history of figures")
        constraints = [
            # The try-out reads the last row before a day.
            models.UniqueConstraint(fields=["dealer", "on"], name="figurehistory_once_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.dealer_id} {self.on}"
