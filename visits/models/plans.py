"""The plan of a representative or leader for a year, a quarter or a month, and the visits themselves."""

from __future__ import annotations

import uuid
from typing import ClassVar

import pghistory
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dealers.querysets import DealerChildQuerySet
from visits.choices import (
    Audience,
    CheckInOutcome,
    Horizon,
    Means,
    PlanState,
    Purpose,
    Result,
    SkipReason,
    VisitKind,
    VisitState,
    Why,
)
from visits.querysets import OfUserQuerySet, VisitQuerySet


class VisitPlan(models.Model):
    """What the call cycles ask of one person in one period, broken down from the year: the quarters' targets add up to
    the year's, the months' to the quarter's. A month's plan holds visits; weeks and days are its parts by date."""

    user = models.ForeignKey(
        "accounts.User", models.CASCADE, related_name="visit_plans", verbose_name=_("user"), db_index=False
    )
    audience = models.CharField(_("visits of"), max_length=16, choices=Audience, default=Audience.REPRESENTATIVE)
    horizon = models.CharField(_("plan for a"), max_length=8, choices=Horizon)
    starts_on = models.DateField(_("from"))
    # The first day that no longer belongs to it.
    ends_on = models.DateField(_("until"))
    parent = models.ForeignKey("self", models.CASCADE, null=True, blank=True, related_name="parts")
    state = models.CharField(_("state"), max_length=12, choices=PlanState, default=PlanState.DRAFT)
    # Visits that the cycles ask for, and the same by tier: {"A": 12, "B": 8, "C": 20, "": 0}.
    target = models.PositiveIntegerField(_("visits asked for"), default=0)
    target_by_tier = models.JSONField(default=dict, blank=True)
    # Whole kilometres and minutes of the way, as planned, and of the same stops by the order they had before.
    km = models.FloatField(_("kilometres"), null=True, blank=True)
    travel_minutes = models.PositiveIntegerField(_("minutes on the way"), null=True, blank=True)
    km_before = models.FloatField(null=True, blank=True)
    travel_minutes_before = models.PositiveIntegerField(null=True, blank=True)
    # Working minutes there are, and that the targets ask for.
    capacity_minutes = models.PositiveIntegerField(_("minutes there are"), default=0)
    load_minutes = models.PositiveIntegerField(_("minutes asked for"), default=0)
    # What could not be placed and what would give: visits.months.report.Report as plain data.
    report = models.JSONField(default=dict, blank=True)
    seed = models.PositiveIntegerField(default=1, editable=False)
    planned_at = models.DateTimeField(_("planned"), null=True, blank=True)
    planned_by = models.ForeignKey(
        "accounts.User", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("by")
    )

    objects = OfUserQuerySet.as_manager()

    class Meta:
        verbose_name = _("visit plan")
        verbose_name_plural = _("visit plans")
        ordering = ["-starts_on", "user"]
        constraints = [
            models.UniqueConstraint(fields=["user", "audience", "horizon", "starts_on"], name="visitplan_once"),
            models.CheckConstraint(condition=Q(starts_on__lt=F("ends_on")), name="visitplan_starts_before_it_ends"),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.get_horizon_display()} {self.starts_on:%Y-%m-%d}"


@pghistory.track(
    pghistory.InsertEvent(),
    # Where it stands in the day's order is the router's business, not a change that anybody asks about.
    pghistory.UpdateEvent(
        condition=pghistory.AnyChange(exclude=["sequence", "by_hand", "starts_at", "travel_minutes", "km"])
    ),
    pghistory.DeleteEvent(),
)
class Visit(models.Model):
    """One visit: planned, made, or both. `key` is made where the visit is first written, on the server or on a phone."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    dealer = models.ForeignKey(
        "dealers.Dealer", models.CASCADE, related_name="visits", verbose_name=_("dealer"), db_index=False
    )
    user = models.ForeignKey(
        "accounts.User", models.PROTECT, related_name="visits", verbose_name=_("visited by"), db_index=False
    )
    # On a joint visit: who goes along.
    companion = models.ForeignKey(
        "accounts.User", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("together with")
    )
    # Somebody else's visit that this user took over: it goes back to her when the cover ends.
    covers_for = models.ForeignKey(
        "accounts.User", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("covers for"),
        db_index=False,
    )  # fmt: skip
    plan = models.ForeignKey(
        VisitPlan, models.SET_NULL, null=True, blank=True, related_name="visits", verbose_name=_("visit plan")
    )
    kind = models.CharField(_("kind of visit"), max_length=12, choices=VisitKind, default=VisitKind.REGULAR)
    means = models.CharField(_("how"), max_length=12, choices=Means, default=Means.IN_PERSON)
    why = models.CharField(_("why now"), max_length=16, choices=Why, default=Why.CYCLE)
    why_note = models.CharField(_("why, in words"), max_length=200, blank=True, default="")
    state = models.CharField(_("state"), max_length=12, choices=VisitState, default=VisitState.PLANNED)

    # --- the plan ---
    on = models.DateField(_("day"))
    # The day first planned; a visit that was moved shows both.
    first_on = models.DateField(_("first planned for"), null=True, blank=True)
    # Agreed with the dealer: never moved by the planner.
    fixed_at = models.TimeField(_("appointment at"), null=True, blank=True)
    locked = models.BooleanField(_("locked"), default=False, help_text=_("The planner leaves it where it is."))
    # When the day is too short, what must be stays and the others give way by what they are worth.
    must = models.BooleanField(
        _("must be made on its day"), default=False, db_default=False,
        help_text=_("When the day is too short, other visits give way first."),
    )  # fmt: skip
    # Place in the day's order from 1, worked out arrival, and the way to it from the stop before.
    sequence = models.PositiveSmallIntegerField(_("stop"), null=True, blank=True)
    # Somebody put the day's stops in this order herself; the router then only works out the times.
    by_hand = models.BooleanField(_("order by hand"), default=False)
    starts_at = models.TimeField(_("arrives"), null=True, blank=True)
    travel_minutes = models.PositiveSmallIntegerField(_("minutes on the way"), null=True, blank=True)
    km = models.FloatField(_("kilometres"), null=True, blank=True)
    minutes = models.PositiveSmallIntegerField(
        _("minutes"), default=45, validators=[MinValueValidator(5), MaxValueValidator(480)]
    )
    objective = models.CharField(_("objective"), max_length=300, blank=True, default="")
    purpose = models.CharField(_("purpose"), max_length=12, choices=Purpose, blank=True, default="")
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)
    skip_reason = models.CharField(_("why not"), max_length=16, choices=SkipReason, blank=True, default="")
    skip_note = models.CharField(_("why not, in words"), max_length=300, blank=True, default="")

    # --- what happened ---
    started_at = models.DateTimeField(_("checked in"), null=True, blank=True)
    ended_at = models.DateTimeField(_("checked out"), null=True, blank=True)
    check_in = models.CharField(_("place"), max_length=12, choices=CheckInOutcome, blank=True, default="")
    check_in_reason = models.CharField(_("why away from the dealer's"), max_length=200, blank=True, default="")
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    accuracy_m = models.FloatField(_("accuracy (m)"), null=True, blank=True)
    fix_age_s = models.FloatField(_("age of the position (s)"), null=True, blank=True)
    distance_m = models.FloatField(_("from the dealer's (m)"), null=True, blank=True)
    contact = models.ForeignKey(
        "dealers.Contact", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("talked to")
    )
    summary = models.TextField(_("what the dealer said"), blank=True, default="")
    mood = models.SmallIntegerField(
        _("mood"), null=True, blank=True, validators=[MinValueValidator(-2), MaxValueValidator(2)],
        help_text=_("−2 angry to +2 delighted"),
    )  # fmt: skip
    venting = models.BooleanField(_("let off steam"), default=False)
    result = models.CharField(_("objective"), max_length=8, choices=Result, blank=True, default="")
    result_note = models.CharField(_("what came of it"), max_length=500, blank=True, default="")
    order_amount = models.DecimalField(
        _("order taken"), max_digits=18, decimal_places=2, null=True, blank=True,
        help_text=_("Tax excluded, in the company's currency; 0: none"),
    )  # fmt: skip
    order_lines = models.PositiveSmallIntegerField(_("order lines"), null=True, blank=True)
    main_brand = models.CharField(_("brand the dealer pushes most"), max_length=120, blank=True, default="")
    rivals = models.CharField(_("what competitors do"), max_length=1000, blank=True, default="")
    display_score = models.SmallIntegerField(
        _("display (1 to 5)"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    next_step = models.CharField(_("next step"), max_length=300, blank=True, default="")
    next_on = models.DateField(pgettext_lazy("of a visit", "next time"), null=True, blank=True)
    # What was conveyed ({"key": label}), answers to the sections of the dealer kind's form, and why a section could not
    # be filled in ({"stock": "storeroom locked"}).
    conveyed = models.JSONField(_("conveyed"), default=dict, blank=True)
    answers = models.JSONField(_("answers"), default=dict, blank=True)
    not_possible = models.JSONField(_("not possible because"), default=dict, blank=True)
    # The version of the form that it was written with; None for the form that the program brings along.
    form = models.ForeignKey(
        "visits.VisitForm", models.PROTECT, null=True, blank=True, related_name="visits", verbose_name=_("visit form")
    )
    received_at = models.DateTimeField(_("received"), null=True, blank=True)
    # Two records of one visit changed different things at the same time: both were kept, somebody should look.
    parallel = models.BooleanField(_("changed in parallel"), default=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = VisitQuerySet.as_manager()

    MADE: ClassVar[tuple[str, ...]] = (VisitState.DONE,)

    class Meta:
        verbose_name = _("visit")
        verbose_name_plural = _("visits")
        ordering = ["on", "user", "sequence", "pk"]
        indexes = [
            # The day of one person, and her calendar.
            models.Index(fields=["user", "on", "sequence"], name="visit_by_day"),
            # A dealer's last visits, and when the next is planned.
            models.Index(fields=["dealer", "-on"], name="visit_by_dealer"),
            # The night looks for what was planned and not made.
            models.Index(fields=["on"], name="visit_still_planned", condition=Q(state__in=["PLANNED", "UNDER_WAY"])),
            # Coverage of a month.
            models.Index(fields=["on", "dealer"], name="visit_made", condition=Q(state="DONE")),
            # The night erases the places of check-ins that are old enough.
            models.Index(
                fields=["on"],
                name="visit_with_a_place",
                condition=Q(latitude__isnull=False) | Q(distance_m__isnull=False),
            ),
        ]
        constraints = [
            # A plan made twice gives no visit twice.
            models.UniqueConstraint(
                fields=["dealer", "user", "on"], condition=Q(state="PLANNED"), name="visit_planned_once_a_day"
            ),
            models.CheckConstraint(condition=Q(minutes__range=(5, 480)), name="visit_minutes_possible"),
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True) | (~Q(objective="") & ~Q(purpose="")),
                name="visit_confirmed_has_objective",
            ),
            models.CheckConstraint(
                condition=~Q(state="DONE")
                | (Q(started_at__isnull=False, ended_at__isnull=False) & ~Q(purpose="") & ~Q(result="")),
                name="visit_done_is_judged",
            ),
            models.CheckConstraint(
                condition=Q(started_at__isnull=True) | Q(ended_at__isnull=True) | Q(ended_at__gte=F("started_at")),
                name="visit_ends_after_it_starts",
            ),
            models.CheckConstraint(condition=~Q(state="SKIPPED") | ~Q(skip_reason=""), name="visit_skipped_says_why"),
            models.CheckConstraint(condition=Q(mood__isnull=True) | Q(mood__range=(-2, 2)), name="visit_mood_in_range"),
            models.CheckConstraint(
                condition=Q(display_score__isnull=True) | Q(display_score__range=(1, 5)), name="visit_display_1_to_5"
            ),
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(latitude__range=(-90, 90), longitude__range=(-180, 180)),
                name="visit_place_is_on_earth",
            ),
            models.CheckConstraint(
                condition=Q(order_amount__isnull=True) | Q(order_amount__gte=0), name="visit_order_not_negative"
            ),
            models.CheckConstraint(
                condition=~Q(check_in="OUT_OF_RANGE") | ~Q(check_in_reason=""), name="visit_away_says_why"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.on:%Y-%m-%d} {self.dealer_id}"

    def get_absolute_url(self) -> str:
        return reverse("visits:visit", args=[self.pk])


class PlanningRun(models.Model):
    """Months of many people planned by the workers at somebody's request; each person is a part of it."""

    month = models.DateField(_("month"))
    audience = models.CharField(_("visits of"), max_length=16, choices=Audience, default=Audience.REPRESENTATIVE)
    requested_by = models.ForeignKey(
        "accounts.User", models.SET_NULL, null=True, related_name="+", verbose_name=_("requested by")
    )
    requested_at = models.DateTimeField(_("requested"))
    # The night that asked for it; empty: a person did.
    night = models.DateField(_("by the night of"), null=True, blank=True)
    # How far it is, on the page of job runs.
    record = models.OneToOneField(
        "base.JobRun", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("job run")
    )

    class Meta:
        verbose_name = _("planning run")
        verbose_name_plural = _("planning runs")
        ordering = ["-requested_at"]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.requested_at:%Y-%m-%d %H:%M}"


class PlanningPart(models.Model):
    """One person's month in a planning run. `error` says why it could not be planned."""

    run = models.ForeignKey(PlanningRun, models.CASCADE, related_name="parts")
    user = models.ForeignKey("accounts.User", models.CASCADE, related_name="+", verbose_name=_("user"))
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    error = models.CharField(_("error"), max_length=20, blank=True, default="")

    class Meta:
        verbose_name = _("part of a planning run")
        verbose_name_plural = _("parts of planning runs")
        ordering = ["run", "user"]
        constraints = [models.UniqueConstraint(fields=["run", "user"], name="planningpart_once_a_run")]

    def __str__(self) -> str:
        return f"{self.run_id} {self.user_id}"


class VisitDue(models.Model):
    """Where a dealer stands against her call cycle, as of last night. Written by the nightly job, only where it
    changes; lists, the phone and warnings read it."""

    dealer = models.OneToOneField("dealers.Dealer", models.CASCADE, primary_key=True, related_name="visit_due")
    # Who visits: the representative of the patch; None when nobody is assigned.
    user = models.ForeignKey("accounts.User", models.SET_NULL, null=True, related_name="+")
    last_visit_on = models.DateField(_("last visit"), null=True)
    last_in_person_on = models.DateField(null=True)
    next_visit_on = models.DateField(_("next visit"), null=True)
    # The cycle that counts: visits a year (hundredths), largest gap, minutes; own: the dealer's own.
    a_year_e2 = models.PositiveIntegerField(default=0)
    max_gap_days = models.PositiveSmallIntegerField(null=True)
    minutes = models.PositiveSmallIntegerField(default=45)
    phone_every = models.PositiveSmallIntegerField(default=0)
    own = models.BooleanField(default=False)
    # The last day on which the gap is still kept; None: no visits asked for.
    due_on = models.DateField(_("due by"), null=True)
    done_in_month = models.PositiveSmallIntegerField(default=0)
    done_in_year = models.PositiveSmallIntegerField(default=0)

    objects = DealerChildQuerySet.as_manager()

    class Meta:
        verbose_name = _("visit due")
        verbose_name_plural = _("visits due")
        indexes = [
            # Overdue visits of a person, the longest overdue first.
            models.Index(fields=["user", "due_on"], name="visitdue_by_user"),
        ]

    def __str__(self) -> str:
        return f"{self.dealer_id} {self.due_on}"
