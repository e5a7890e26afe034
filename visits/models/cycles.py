"""How often whom: call cycles as dated rules, exceptions of single dealers, and when a dealer can be visited."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pghistory
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from dealers.choices import DealerKind, Tier
from dealers.querysets import DealerChildQuerySet
from visits.choices import Audience, Per

# Working months and weeks of a year, to turn one pace into another.
MONTHS, WEEKS = 12, 52


def times_a_year(times: Decimal | int, per: str) -> Decimal:
    """A pace as visits in a year."""
    return Decimal(times) * {Per.WEEK: WEEKS, Per.MONTH: MONTHS, Per.YEAR: 1}[Per(per)]


class _Pace(models.Model):
    """So many visits in a period, so many days apart at most, so long each."""

    times = models.PositiveSmallIntegerField(_("visits"), validators=[MaxValueValidator(31)])
    per = models.CharField(_("per"), max_length=8, choices=Per, default=Per.MONTH)
    max_gap_days = models.PositiveSmallIntegerField(
        _("largest gap (days)"), validators=[MinValueValidator(1), MaxValueValidator(730)]
    )
    minutes = models.PositiveSmallIntegerField(
        _("minutes of a visit"), default=45, validators=[MinValueValidator(5), MaxValueValidator(480)]
    )
    # Every n-th visit may be a telephone call; 0: none.
    phone_every = models.PositiveSmallIntegerField(_("every how many may be by telephone"), default=0)

    class Meta:
        abstract = True

    @property
    def a_year(self) -> Decimal:
        return times_a_year(self.times, self.per)


@pghistory.track()
class CallCycle(_Pace):
    """The class standard: docs/practice.md section 5. A row counts from `active_from` until a later one of the same
    audience, kind and tier does; a row of a kind goes before one of all kinds."""

    active_from = models.DateField(_("counts from"), default=dt.date(2000, 1, 1))
    audience = models.CharField(_("visits of"), max_length=16, choices=Audience, default=Audience.REPRESENTATIVE)
    kind = models.CharField(
        _("kind of dealer"), max_length=20, choices=DealerKind, blank=True, default="", help_text=_("Empty: all kinds")
    )
    tier = models.CharField(
        _("tier"), max_length=1, choices=Tier, blank=True, default="", help_text=_("Empty: without a tier")
    )

    class Meta:
        verbose_name = _("call cycle")
        verbose_name_plural = _("call cycles")
        ordering = ["audience", "kind", "tier", "-active_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["audience", "kind", "tier", "active_from"], name="callcycle_once_from_a_day"
            ),
            models.CheckConstraint(condition=Q(times__lte=31), name="callcycle_times_possible"),
            models.CheckConstraint(condition=Q(max_gap_days__range=(1, 730)), name="callcycle_gap_possible"),
            models.CheckConstraint(condition=Q(minutes__range=(5, 480)), name="callcycle_minutes_possible"),
        ]

    def __str__(self) -> str:
        return f"{self.get_audience_display()} {self.tier or '–'}: {self.times} / {self.get_per_display()}"


@pghistory.track()
class DealerCycle(_Pace):
    """One dealer's own pace instead of the class standard, with the reason; also for sub-dealers and outlets."""

    dealer = models.OneToOneField("dealers.Dealer", models.CASCADE, primary_key=True, related_name="own_cycle")
    reason = models.CharField(_("reason"), max_length=300)

    objects = DealerChildQuerySet.as_manager()

    class Meta:
        verbose_name = _("dealer's own call cycle")
        verbose_name_plural = _("dealers' own call cycles")
        constraints = [
            models.CheckConstraint(condition=Q(times__lte=31), name="dealercycle_times_possible"),
            models.CheckConstraint(condition=Q(max_gap_days__range=(1, 730)), name="dealercycle_gap_possible"),
            models.CheckConstraint(condition=Q(minutes__range=(5, 480)), name="dealercycle_minutes_possible"),
        ]

    def __str__(self) -> str:
        return f"{self.dealer_id}: {self.times} / {self.get_per_display()}"


@pghistory.track()
class OpeningHours(models.Model):
    """When a dealer can be visited, local time; several rows a weekday for a break at noon. No row at all: always."""

    dealer = models.ForeignKey("dealers.Dealer", models.CASCADE, related_name="hours", db_index=False)
    weekday = models.PositiveSmallIntegerField(
        _("weekday"), validators=[MinValueValidator(1), MaxValueValidator(7)], help_text=_("1 is Monday")
    )
    opens = models.TimeField(_("opens"))
    closes = models.TimeField(_("closes"))

    objects = DealerChildQuerySet.as_manager()

    class Meta:
        verbose_name = _("opening hours")
        verbose_name_plural = _("opening hours")
        ordering = ["dealer", "weekday", "opens"]
        constraints = [
            models.UniqueConstraint(fields=["dealer", "weekday", "opens"], name="openinghours_once"),
            models.CheckConstraint(condition=Q(weekday__range=(1, 7)), name="openinghours_weekday_is_a_day"),
            models.CheckConstraint(condition=Q(opens__lt=F("closes")), name="openinghours_open_before_close"),
        ]

    def __str__(self) -> str:
        return f"{self.weekday} {self.opens:%H:%M} – {self.closes:%H:%M}"
