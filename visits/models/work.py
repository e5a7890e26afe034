"""The working day beside the visits: tasks, the day's log, use of time, expenses."""

from __future__ import annotations

import uuid

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from visits.choices import ExpenseCategory, ExpenseState, TaskState, TimeCategory, TimeRobber, TimeSource
from visits.querysets import OfUserQuerySet, TaskQuerySet


@pghistory.track()
class Task(models.Model):
    """Something to do. Important ones are the stones, urgent but unimportant ones the sand: stones go in first."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    title = models.CharField(_("task"), max_length=200)
    note = models.CharField(_("note"), max_length=1000, blank=True, default="")
    owner = models.ForeignKey(
        "accounts.User",
        models.CASCADE,
        related_name="tasks",
        verbose_name=pgettext_lazy("of work", "owner"),
        db_index=False,
    )
    dealer = models.ForeignKey(
        "dealers.Dealer", models.CASCADE, null=True, blank=True, related_name="tasks", verbose_name=_("dealer")
    )
    visit = models.ForeignKey("visits.Visit", models.SET_NULL, null=True, blank=True, related_name="tasks")
    # The issue it is to solve, and the coaching in which it was agreed.
    finding = models.ForeignKey("visits.Finding", models.SET_NULL, null=True, blank=True, related_name="tasks")
    coaching = models.ForeignKey("visits.Coaching", models.SET_NULL, null=True, blank=True, related_name="tasks")
    important = models.BooleanField(_("important"), default=False)
    urgent = models.BooleanField(_("urgent"), default=False)
    due_on = models.DateField(pgettext_lazy("deadline", "by"), null=True, blank=True)
    minutes = models.PositiveSmallIntegerField(_("minutes"), null=True, blank=True)
    # Place in the owner's order of the day.
    sequence = models.PositiveSmallIntegerField(null=True, blank=True, editable=False)
    state = models.CharField(_("state"), max_length=8, choices=TaskState, default=TaskState.OPEN)
    done_at = models.DateTimeField(_("done"), null=True, blank=True)
    created_at = models.DateTimeField(_("written"))
    created_by = models.ForeignKey("accounts.User", models.SET_NULL, null=True, related_name="+", verbose_name=_("by"))

    objects = TaskQuerySet.as_manager()

    class Meta:
        verbose_name = _("task")
        verbose_name_plural = _("tasks")
        ordering = ["due_on", "pk"]
        indexes = [
            models.Index(fields=["owner", "due_on"], name="task_open", condition=Q(state="OPEN")),
            # What somebody has ended of late, for the task board.
            models.Index(fields=["owner", "-done_at"], name="task_ended", condition=~Q(state="OPEN")),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state="OPEN") | Q(done_at__isnull=False), name="task_ended_has_a_time"),
        ]

    def __str__(self) -> str:
        return self.title


@pghistory.track()
class DayLog(models.Model):
    """A representative's day as she sums it up: the questions of the time survey. Empty where check-ins tell it."""

    user = models.ForeignKey("accounts.User", models.CASCADE, related_name="day_logs", verbose_name=_("user"))
    on = models.DateField(_("day"))
    started = models.TimeField(_("start of work"), null=True, blank=True)
    first_departure = models.TimeField(_("left for the first customer"), null=True, blank=True)
    last_leave = models.TimeField(_("left the last customer"), null=True, blank=True)
    meal_minutes = models.PositiveSmallIntegerField(_("meals (minutes)"), null=True, blank=True)
    paperwork_minutes = models.PositiveSmallIntegerField(_("paperwork (minutes)"), null=True, blank=True)
    travel_minutes = models.PositiveSmallIntegerField(_("on the way (minutes)"), null=True, blank=True)
    meeting_minutes = models.PositiveSmallIntegerField(_("meetings (minutes)"), null=True, blank=True)
    robbers = ArrayField(
        models.CharField(max_length=2, choices=TimeRobber), verbose_name=_("what cost time"), default=list, blank=True
    )
    note = models.CharField(_("note"), max_length=1000, blank=True, default="")
    changed_at = models.DateTimeField(_("changed"), auto_now=True)

    objects = OfUserQuerySet.as_manager()

    class Meta:
        verbose_name = _("day log")
        verbose_name_plural = _("day logs")
        ordering = ["-on", "user"]
        constraints = [models.UniqueConstraint(fields=["user", "on"], name="daylog_once_a_day")]

    def __str__(self) -> str:
        return f"{self.user} {self.on:%Y-%m-%d}"


class TimeEntry(models.Model):
    """So many minutes of a day for one activity; of a visit when it is part of one."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(
        "accounts.User", models.CASCADE, related_name="time_entries", verbose_name=_("user"), db_index=False
    )
    on = models.DateField(_("day"))
    category = models.CharField(_("activity"), max_length=12, choices=TimeCategory)
    minutes = models.PositiveSmallIntegerField(_("minutes"), validators=[MinValueValidator(1), MaxValueValidator(1440)])
    source = models.CharField(
        _("told by"), max_length=9, choices=TimeSource, default=TimeSource.SAID, db_default=TimeSource.SAID
    )
    visit = models.ForeignKey("visits.Visit", models.CASCADE, null=True, blank=True, related_name="time_entries")
    note = models.CharField(_("note"), max_length=200, blank=True, default="")

    objects = OfUserQuerySet.as_manager()

    class Meta:
        verbose_name = _("time entry")
        verbose_name_plural = _("time entries")
        ordering = ["-on", "pk"]
        indexes = [models.Index(fields=["user", "on"], name="timeentry_by_day")]
        constraints = [
            models.CheckConstraint(condition=Q(minutes__range=(1, 1440)), name="timeentry_within_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.on:%Y-%m-%d} {self.category} {self.minutes}"


def receipt_path(expense: Expense, _name: str) -> str:
    return f"receipts/{expense.key.hex[:2]}/{expense.key.hex}.jpg"


@pghistory.track()
class Expense(models.Model):
    """Money a representative spent: submitted with the receipt, approved by somebody else."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(
        "accounts.User", models.PROTECT, related_name="expenses", verbose_name=_("user"), db_index=False
    )
    on = models.DateField(_("day"))
    category = models.CharField(_("category"), max_length=16, choices=ExpenseCategory)
    amount = models.DecimalField(_("amount"), max_digits=14, decimal_places=2)
    currency = models.CharField(_("currency"), max_length=3, help_text=_("ISO 4217 code"))
    dealer = models.ForeignKey(
        "dealers.Dealer", models.SET_NULL, null=True, blank=True, related_name="expenses", verbose_name=_("dealer")
    )
    visit = models.ForeignKey("visits.Visit", models.SET_NULL, null=True, blank=True, related_name="expenses")
    guests = models.PositiveSmallIntegerField(_("guests"), null=True, blank=True)
    purpose = models.CharField(_("what for"), max_length=200, blank=True, default="")
    receipt = models.ImageField(_("receipt"), upload_to=receipt_path, blank=True)
    state = models.CharField(_("state"), max_length=12, choices=ExpenseState, default=ExpenseState.SUBMITTED)
    decided_by = models.ForeignKey("accounts.User", models.SET_NULL, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    decision_note = models.CharField(_("reason"), max_length=300, blank=True, default="")
    created_at = models.DateTimeField(_("written"))

    objects = OfUserQuerySet.as_manager()

    class Meta:
        verbose_name = _("expense")
        verbose_name_plural = _("expenses")
        ordering = ["-on", "-pk"]
        indexes = [models.Index(fields=["user", "-on"], name="expense_by_user")]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="expense_is_something"),
            models.CheckConstraint(
                condition=Q(state="SUBMITTED") | Q(decided_at__isnull=False), name="expense_decided_has_a_time"
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("user")), name="expense_not_decided_by_oneself"
            ),
            models.CheckConstraint(
                condition=~Q(state="REFUSED") | ~Q(decision_note=""), name="expense_refused_says_why"
            ),
            models.CheckConstraint(
                condition=~Q(category__in=["ENTERTAINMENT", "GIFT"]) | ~Q(purpose=""),
                name="expense_entertainment_says_what_for",
            ),
        ]

    @property
    def as_shown(self) -> str:
        """Amount and currency, as a page of approval carries them."""
        return f"{self.amount.normalize():f} {self.currency}"

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"

    def get_receipt_url(self) -> str:
        """Where the picture is, for those who may see it."""
        return reverse("visits:receipt", args=[self.pk])
