"""When and how much a representative can work: working time, leave, and days that differ from the calendar."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pghistory
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from visits.choices import LeaveKind
from visits.querysets import OfUserQuerySet


def monday_to_friday() -> list[int]:
    return [1, 2, 3, 4, 5]


@pghistory.track()
class WorkingTime(models.Model):
    """A representative's capacity from a day on until her next row. Without one the defaults here count."""

    user = models.ForeignKey(
        "accounts.User", models.CASCADE, related_name="working_times", verbose_name=_("user"), db_index=False
    )
    active_from = models.DateField(_("counts from"), default=dt.date(2000, 1, 1))
    # ISO weekdays, 1 is Monday.
    weekdays = ArrayField(
        models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(7)]),
        verbose_name=_("working days"), default=monday_to_friday,
    )  # fmt: skip
    starts = models.TimeField(_("leaves at"), default=dt.time(9))
    ends = models.TimeField(_("back by"), default=dt.time(18))
    lunch_minutes = models.PositiveSmallIntegerField(_("lunch (minutes)"), default=60)
    max_stops = models.PositiveSmallIntegerField(
        _("stops a day at most"), default=8, validators=[MinValueValidator(1), MaxValueValidator(60)]
    )
    # What is left for visits and the way to them, after meetings and paperwork.
    visiting_share = models.DecimalField(
        _("share of the days for visits"), max_digits=3, decimal_places=2, default=Decimal("0.90"),
        validators=[MinValueValidator(Decimal("0.05")), MaxValueValidator(1)],
    )  # fmt: skip
    start_latitude = models.FloatField(_("latitude of the start"), null=True, blank=True)
    start_longitude = models.FloatField(_("longitude of the start"), null=True, blank=True)
    # Empty: back to the start.
    end_latitude = models.FloatField(_("latitude of the end"), null=True, blank=True)
    end_longitude = models.FloatField(_("longitude of the end"), null=True, blank=True)

    objects = OfUserQuerySet.as_manager()

    class Meta:
        verbose_name = _("working time")
        verbose_name_plural = _("working times")
        ordering = ["user", "-active_from"]
        constraints = [
            models.UniqueConstraint(fields=["user", "active_from"], name="workingtime_once_from_a_day"),
            models.CheckConstraint(condition=Q(starts__lt=F("ends")), name="workingtime_starts_before_it_ends"),
            models.CheckConstraint(condition=Q(max_stops__range=(1, 60)), name="workingtime_stops_possible"),
            models.CheckConstraint(
                condition=Q(visiting_share__gt=0, visiting_share__lte=1), name="workingtime_share_is_a_share"
            ),
            models.CheckConstraint(
                condition=Q(weekdays__contained_by=[1, 2, 3, 4, 5, 6, 7]), name="workingtime_weekdays_are_days"
            ),
            models.CheckConstraint(
                condition=Q(start_latitude__isnull=True, start_longitude__isnull=True)
                | Q(start_latitude__range=(-90, 90), start_longitude__range=(-180, 180)),
                name="workingtime_start_is_on_earth",
            ),
            models.CheckConstraint(
                condition=Q(end_latitude__isnull=True, end_longitude__isnull=True)
                | Q(end_latitude__range=(-90, 90), end_longitude__range=(-180, 180)),
                name="workingtime_end_is_on_earth",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.active_from:%Y-%m-%d}"


@pghistory.track()
class Leave(models.Model):
    """Days on which somebody makes no visits: from, until (the first day back)."""

    user = models.ForeignKey("accounts.User", models.CASCADE, related_name="leave", verbose_name=_("user"))
    kind = models.CharField(_("kind of leave"), max_length=12, choices=LeaveKind, default=LeaveKind.HOLIDAY)
    period = DateRangeField(_("from, until"), help_text=_("Until is the first day back."))
    note = models.CharField(_("note"), max_length=200, blank=True, default="")

    objects = OfUserQuerySet.as_manager()

    class Meta:
        verbose_name = _("leave")
        verbose_name_plural = _("leave")
        ordering = ["-period"]
        constraints = [
            ExclusionConstraint(
                name="leave_not_twice_at_a_time",
                expressions=[("user", RangeOperators.EQUAL), ("period", RangeOperators.OVERLAPS)],
            ),
            models.CheckConstraint(
                condition=Q(period__isempty=False, period__startswith__isnull=False, period__endswith__isnull=False),
                name="leave_has_both_ends",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.get_kind_display()}"


@pghistory.track()
class CalendarDay(models.Model):
    """A day that differs from the country's calendar: a company holiday, or a working weekend that makes up for one."""

    country = models.CharField(
        _("country"), max_length=2, blank=True, default="", help_text=_("ISO 3166 code; empty: everywhere")
    )
    on = models.DateField(_("day"))
    works = models.BooleanField(_("working day"), default=False)
    label = models.CharField(_("what"), max_length=120)

    class Meta:
        verbose_name = _("special calendar day")
        verbose_name_plural = _("special calendar days")
        ordering = ["-on", "country"]
        constraints = [models.UniqueConstraint(fields=["country", "on"], name="calendarday_once")]

    def __str__(self) -> str:
        return f"{self.on:%Y-%m-%d} {self.label}"
