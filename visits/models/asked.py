"""Visits that other parts ask for beside the call cycle, days that suit a dealer, and how months plan themselves."""

from __future__ import annotations

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from dealers.querysets import DealerChildQuerySet
from visits.choices import Priority


class ExtraVisit(models.Model):
    """A visit that a source of visits.extra asks for. It is open until a visit was made or the cause has ended; the
    nightly job keeps it in line with its source."""

    # The key of visits.extra.Source, and what the source calls the cause: "case:12".
    source = models.CharField(_("asked for by"), max_length=32)
    cause = models.CharField(max_length=64)
    dealer = models.ForeignKey(
        "dealers.Dealer", models.CASCADE, related_name="extra_visits", verbose_name=_("dealer"), db_index=False
    )
    priority = models.PositiveSmallIntegerField(_("priority"), choices=Priority, default=Priority.NORMAL)
    asked_on = models.DateField(_("asked for on"))
    # Not before, when it matters; and the last day.
    earliest_on = models.DateField(_("not before"), null=True, blank=True)
    latest_on = models.DateField(_("by"))
    # What the source's sentence is made from, as plain data.
    figures = models.JSONField(default=dict, blank=True)
    # The visit in the plan that serves it; None while none does.
    visit = models.ForeignKey(
        "visits.Visit", models.SET_NULL, null=True, blank=True, related_name="extras", verbose_name=_("visit")
    )
    # A visit was made on that day; or: the cause had ended by then.
    met_on = models.DateField(_("visited"), null=True, blank=True)
    withdrawn_on = models.DateField(_("withdrawn"), null=True, blank=True)

    objects = DealerChildQuerySet.as_manager()

    class Meta:
        verbose_name = _("extra visit asked for")
        verbose_name_plural = _("extra visits asked for")
        ordering = ["latest_on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["source", "cause", "dealer"], name="extravisit_once_for_a_cause"),
            models.CheckConstraint(
                condition=Q(earliest_on=None) | Q(earliest_on__lte=F("latest_on")), name="extravisit_days_possible"
            ),
        ]
        indexes = [
            # The planner and the pages: what is still wanted at a dealer's.
            models.Index(
                fields=["dealer", "latest_on"], name="extravisit_open", condition=Q(met_on=None, withdrawn_on=None)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.dealer_id} {self.latest_on:%Y-%m-%d}"


@pghistory.track()
class PreferredDays(models.Model):
    """Weekdays that suit a dealer, for the visits of representatives and of leaders, whatever cycle counts."""

    dealer = models.OneToOneField(
        "dealers.Dealer", models.CASCADE, primary_key=True, related_name="preferred_days", verbose_name=_("dealer")
    )
    # ISO weekdays, 1 is Monday.
    weekdays = ArrayField(
        models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(7)]),
        verbose_name=_("preferred weekdays"),
    )

    objects = DealerChildQuerySet.as_manager()

    class Meta:
        verbose_name = _("preferred weekdays")
        verbose_name_plural = _("preferred weekdays")
        constraints = [
            models.CheckConstraint(
                condition=Q(weekdays__contained_by=[1, 2, 3, 4, 5, 6, 7]), name="preferreddays_are_days"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dealer_id}: {self.weekdays}"


@pghistory.track()
class PlanningRules(models.Model):
    """How months plan themselves at night; one row for the company."""

    # A month is planned when it begins within so many days; 0: only when somebody asks for it.
    days_ahead = models.PositiveSmallIntegerField(
        _("plan a month so many days before it begins"), default=10, validators=[MaxValueValidator(92)],
        help_text=_("0: months are planned only when somebody asks for it."),
    )  # fmt: skip
    release = models.BooleanField(
        _("what the night plans counts at once"), default=True,
        help_text=_("Otherwise it is a proposal until somebody who plans releases it."),
    )  # fmt: skip
    replan = models.BooleanField(
        _("replan at night what fell out"), default=True,
        help_text=_("Missed and skipped visits, new dealers, extra visits: from that day on, nothing locked moves."),
    )  # fmt: skip
    new_dealer_days = models.PositiveSmallIntegerField(
        _("days to the first visit of a new dealer"), default=14,
        validators=[MinValueValidator(1), MaxValueValidator(90)],
    )  # fmt: skip

    leaders = models.BooleanField(
        _("plan leaders' months, too"), default=False, db_default=False,
        help_text=_("Executive visits by the leaders' call cycles: each dealer is asked for by the leader next above it."),
    )  # fmt: skip
    joint_a_month = models.PositiveSmallIntegerField(
        _("joint visits with each representative a month"), default=0, db_default=0, validators=[MaxValueValidator(20)],
        help_text=_("The night asks the leader along where a dealer has waited longest for one. 0: joint visits are planned by hand."),
    )  # fmt: skip

    class Meta:
        verbose_name = _("rule of planning")
        verbose_name_plural = _("rules of planning")
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="planningrules_is_one"),
            models.CheckConstraint(condition=Q(days_ahead__lte=92), name="planningrules_days_possible"),
            models.CheckConstraint(condition=Q(joint_a_month__lte=20), name="planningrules_joint_possible"),
            models.CheckConstraint(
                condition=Q(new_dealer_days__range=(1, 90)), name="planningrules_first_visit_possible"
            ),
        ]

    def __str__(self) -> str:
        return str(self._meta.verbose_name)

    @classmethod
    def now(cls) -> PlanningRules:
        """The row; the defaults, not saved, where nobody has set anything."""
        return cls.objects.first() or cls(pk=1)
