"""The company itself and the record of every background job."""

from __future__ import annotations

import datetime as dt
import time
from typing import ClassVar
from zoneinfo import ZoneInfo

from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.base.choices import JobState
from crm.base.schedule import follow_time_zone

_COMPANY_CACHE_KEY = "base.company"
# A request asks for the company half a dozen times. Another process's change is seen after so many seconds.
_KEPT_S = 5.0


def check_time_zone(name: str) -> None:
    """Refuse a name that the IANA database does not have."""
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise ValidationError(
            _("“%(name)s” is not a time zone; write one like Asia/Shanghai."), params={"name": name}
        ) from error


class Company(models.Model):
    """The manufacturer. One row; what every business date and every amount refers to."""

    name = models.CharField(_("name"), max_length=200, default="")
    time_zone = models.CharField(_("time zone"), max_length=64, default="UTC", validators=[check_time_zone])
    currency = models.CharField(_("reporting currency"), max_length=3, default="USD", help_text=_("ISO 4217 code"))
    fiscal_year_start = models.PositiveSmallIntegerField(
        _("first month of the fiscal year"),
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(12)],
    )
    # Weights of the profile completeness, by field key; what is not named here weighs as dealers.completeness says.
    completeness_weights = models.JSONField(_("weights of the profile completeness"), default=dict, blank=True)
    completeness_required = models.PositiveSmallIntegerField(
        _("completeness that a file should reach (%)"), default=80, validators=[MaxValueValidator(100)]
    )

    # What this process was last told, and until when (time.monotonic) it believes it.
    _kept: ClassVar[tuple[Company, float] | None] = None

    class Meta:
        verbose_name = _("company")
        verbose_name_plural = _("company")
        constraints = [
            models.CheckConstraint(condition=models.Q(pk=1), name="company_is_one_row"),
            models.CheckConstraint(
                condition=models.Q(fiscal_year_start__range=(1, 12)), name="company_fiscal_year_start_is_a_month"
            ),
        ]

    def __str__(self) -> str:
        return self.name or str(_("Company"))

    def save(self, *args, **kwargs) -> None:
        self.pk = 1
        before = Company.objects.filter(pk=1).values_list("time_zone", flat=True).first()
        super().save(*args, **kwargs)
        Company.forget()
        # Meanwhile another process may have read and cached what was there before.
        transaction.on_commit(Company.forget)
        if before and before != self.time_zone:
            follow_time_zone(before, self.time_zone)

    @classmethod
    def get(cls) -> Company:
        """Return the company, made with defaults the first time. Cached for a minute, in the process for seconds.

        Everybody gets the same object: who changes it saves it.
        """
        now = time.monotonic()
        if Company._kept is not None and now < Company._kept[1]:
            return Company._kept[0]
        company = cache.get(_COMPANY_CACHE_KEY)
        if company is None:
            company, _created = cls.objects.get_or_create(pk=1)
            cache.set(_COMPANY_CACHE_KEY, company, 60)
        Company._kept = (company, now + _KEPT_S)
        return company

    @staticmethod
    def forget() -> None:
        """Read the company anew the next time it is asked for."""
        Company._kept = None
        cache.delete(_COMPANY_CACHE_KEY)

    @property
    def tz(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    def today(self, *, at: dt.datetime | None = None) -> dt.date:
        """The business date at the moment `at` (now, when it is None) in the company's time zone."""
        return (at or timezone.now()).astimezone(self.tz).date()


class JobRun(models.Model):
    """One run of a background job for one business date: what it did, how far it is, how long it took."""

    job = models.CharField(_("job"), max_length=64)
    on = models.DateField(_("for the date"))
    state = models.CharField(_("state"), max_length=16, choices=JobState, default=JobState.STARTED)
    started_at = models.DateTimeField(_("started"), default=timezone.now)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    rows = models.BigIntegerField(_("rows"), default=0)
    milliseconds = models.PositiveIntegerField(_("milliseconds"), null=True, blank=True)
    progress = models.FloatField(_("progress"), default=0.0, help_text=_("0 to 1"))
    step = models.CharField(_("step"), max_length=200, blank=True, default="")
    error = models.TextField(_("error"), blank=True, default="")
    figures = models.JSONField(_("figures"), default=dict, blank=True)
    requested_by = models.CharField(_("requested by"), max_length=200, blank=True, default="")

    class Meta:
        verbose_name = _("job run")
        verbose_name_plural = _("job runs")
        ordering = ["-started_at", "-pk"]
        indexes = [
            # The page of job runs, and "when did this job last finish".
            models.Index(fields=["job", "-on", "-started_at"], name="jobrun_by_job"),
            models.Index(fields=["-started_at"], name="jobrun_latest"),
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(progress__range=(0.0, 1.0)), name="jobrun_progress_is_a_share"),
            models.CheckConstraint(
                condition=models.Q(state=JobState.STARTED) | models.Q(finished_at__isnull=False),
                name="jobrun_ended_has_an_end",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.job} {self.on:%Y-%m-%d} {self.state}"


class ChangeMark(models.Model):
    """Numbers that together tell whether rows of a topic have changed; see crm.base.marks. Few rows, written by triggers."""

    topic = models.CharField(max_length=20)
    mark = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.topic} {self.mark}"
