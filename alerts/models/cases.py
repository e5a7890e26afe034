"""A warning as a case: who owns it, what caused it, what is done about it, and whether the figure recovered."""

from __future__ import annotations

import pghistory
import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from alerts.choices import (
    ENDED,
    RUNNING,
    UNSOLVED,
    CaseState,
    Did,
    LossReason,
    MajorEventKind,
    ReviewState,
    Severity,
    TaskKind,
    TaskState,
)
from alerts.querysets import CaseChildQuerySet, CaseQuerySet
from crm.base.text import StrPromise
from dealers.querysets import DealerChildQuerySet


def _user(label: StrPromise, *, db_index: bool = True) -> models.ForeignKey:
    return models.ForeignKey(
        "accounts.User", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=label, db_index=db_index
    )


@pghistory.track()
class Cause(models.Model):
    """The catalogue of causes. Those that the program brings along have no name of their own: alerts.causes names them in
    the reader's language."""

    code = models.CharField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=120, blank=True, default="")
    # Kinds of warnings that it is offered for; empty: all.
    kinds = ArrayField(
        models.CharField(max_length=32), verbose_name=_("kinds of warnings"), default=list, blank=True,
        help_text=_("Empty: all"),
    )  # fmt: skip
    active = models.BooleanField(_("offered"), default=True)

    class Meta:
        verbose_name = _("cause")
        verbose_name_plural = _("causes")
        ordering = ["code"]

    def __str__(self) -> str:
        from alerts.causes import label_of

        return self.name or label_of(self.code)


class Case(models.Model):
    """One thing that went wrong, from the night that found it to the check that it recovered.

    Of a dealer and a kind one case runs at a time. A case without a dealer is about many at once (`mass`).
    """

    kind = models.CharField(_("kind of warning"), max_length=32)
    dealer = models.ForeignKey(
        "dealers.Dealer", models.PROTECT, null=True, blank=True, related_name="cases", verbose_name=_("dealer"),
        db_index=False,
    )  # fmt: skip
    # The dealer's, which a trigger of migration 0002 keeps; of many dealers, the one that holds them all.
    territory = models.ForeignKey(
        "accounts.Territory", models.PROTECT, related_name="+", verbose_name=_("sales territory"), db_index=False
    )
    mass = models.BooleanField(_("mass event"), default=False)
    dealers_hit = models.PositiveIntegerField(_("dealers hit"), default=1)
    # The terms that opened it; None for a kind whose rule was never written down.
    version = models.ForeignKey(
        "alerts.RuleVersion", models.PROTECT, null=True, related_name="cases", verbose_name=_("rule"), db_index=False
    )
    severity = models.PositiveSmallIntegerField(_("severity"), choices=Severity)
    severity_since = models.DateField(_("severity since"))
    worst = models.PositiveSmallIntegerField(_("worst severity"), choices=Severity)
    state = models.CharField(_("state"), max_length=16, choices=CaseState, default=CaseState.OPEN)
    opened_on = models.DateField(_("opened"))
    opened_at = models.DateTimeField()
    owner = models.ForeignKey(
        "accounts.User", models.SET_NULL, null=True, blank=True, related_name="cases",
        verbose_name=pgettext_lazy("of work", "owner"), db_index=False,
    )  # fmt: skip
    # What the kind measured when the case opened and last night: {"measure": "days", "figure": 21, "limit": 16, ...}.
    evidence = models.JSONField(_("figures at the opening"), default=dict)
    latest = models.JSONField(_("figures now"), default=dict)
    # The figure is back within its limits since.
    recovered_on = models.DateField(_("recovered"), null=True, blank=True)
    acknowledge_by = models.DateTimeField(_("to be acknowledged by"))
    acknowledged_at = models.DateTimeField(_("acknowledged"), null=True, blank=True)
    acknowledged_by = _user(_("acknowledged by"))
    cause_by = models.DateTimeField(_("cause to be found by"))
    cause = models.ForeignKey(
        Cause, models.PROTECT, null=True, blank=True, related_name="cases", verbose_name=_("cause"), db_index=False
    )
    cause_note = models.CharField(_("about the cause"), max_length=1000, blank=True, default="")
    cause_found_at = models.DateTimeField(null=True, blank=True)
    # How many levels up the territory tree it was passed, and when next, unless somebody acts.
    passed_up = models.PositiveSmallIntegerField(_("levels passed up"), default=0)
    pass_up_at = models.DateTimeField(null=True, blank=True)
    resolution = models.CharField(_("what solved it"), max_length=1000, blank=True, default="")
    resolved_at = models.DateTimeField(_("resolved"), null=True, blank=True)
    resolved_by = _user(_("resolved by"))
    verify_on = models.DateField(_("to be verified on"), null=True, blank=True)
    reopened = models.PositiveSmallIntegerField(_("times opened again"), default=0)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    dismissed_because = models.CharField(_("dismissed because"), max_length=500, blank=True, default="")
    # Of a mass event: what was found was real, so that each dealer is to be warned of after all.
    found_real = models.BooleanField(default=False)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="merged", verbose_name=_("merged into")
    )
    # What losing the dealer would cost, in the company's currency: alerts.loss. None where it cannot be told.
    loss_cost = models.DecimalField(_("cost of losing it"), max_digits=18, decimal_places=2, null=True, blank=True)

    objects = CaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("warning case")
        verbose_name_plural = _("warning cases")
        ordering = ["-severity", "opened_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["dealer", "kind"], name="case_one_runs", condition=Q(state__in=RUNNING, dealer__isnull=False)
            ),
            models.UniqueConstraint(
                fields=["kind"], name="case_one_mass_runs", condition=Q(state__in=RUNNING, mass=True)
            ),
            models.CheckConstraint(condition=Q(mass=True) | Q(dealer__isnull=False), name="case_is_about_somebody"),
            models.CheckConstraint(condition=Q(severity__range=(1, 3)), name="case_severity_is_one"),
            models.CheckConstraint(condition=Q(worst__gte=F("severity"), worst__lte=3), name="case_worst_is_the_worst"),
            models.CheckConstraint(
                condition=Q(state="OPEN") | Q(state__in=ENDED) | Q(acknowledged_at__isnull=False)
                | Q(state="RESOLVED", recovered_on__isnull=False),
                name="case_taken_up_by_somebody",
            ),
            # The cause is known before something is done about it. What recovered by itself needs none.
            models.CheckConstraint(
                condition=~Q(state="ACTION") | Q(cause__isnull=False), name="case_action_has_a_cause"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["RESOLVED", "VERIFIED"]) | Q(resolved_at__isnull=False, verify_on__isnull=False),
                name="case_resolved_is_verified_some_day",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["RESOLVED", "VERIFIED"]) | Q(cause__isnull=False) | Q(recovered_on__isnull=False),
                name="case_resolved_has_a_cause",
            ),
            models.CheckConstraint(
                condition=~Q(state="DISMISSED") | ~Q(dismissed_because=""), name="case_dismissed_has_a_reason"
            ),
            models.CheckConstraint(
                condition=Q(state="MERGED", merged_into__isnull=False) | (~Q(state="MERGED") & Q(merged_into=None)),
                name="case_merged_into_another",
            ),
            models.CheckConstraint(condition=~Q(merged_into=F("pk")), name="case_not_merged_into_itself"),
            models.CheckConstraint(
                condition=Q(state__in=ENDED, ended_at__isnull=False) | (~Q(state__in=ENDED) & Q(ended_at=None)),
                name="case_end_has_a_moment",
            ),
        ]  # fmt: skip
        indexes = [
            # The board and the list: a territory's running cases, the worst and oldest first.
            models.Index(
                fields=["territory", "-severity", "opened_on", "id"], name="case_by_territory",
                condition=Q(state__in=RUNNING),
            ),
            # The same of somebody who sees everything.
            models.Index(fields=["-severity", "opened_on", "id"], name="case_by_severity", condition=Q(state__in=RUNNING)),
            # The columns of the board, empty ones too.
            models.Index(
                fields=["state", "-severity", "opened_on", "id"], name="case_by_state", condition=Q(state__in=RUNNING)
            ),
            # Mine.
            models.Index(fields=["owner", "-severity", "opened_on", "id"], name="case_by_owner", condition=Q(state__in=RUNNING)),
            # The dealer page, its past cases too.
            models.Index(fields=["dealer", "-opened_on"], name="case_by_dealer"),
            # The night: deadlines that passed, and figures to be checked again.
            models.Index(fields=["pass_up_at"], name="case_by_deadline", condition=Q(state__in=UNSOLVED)),
            models.Index(fields=["verify_on"], name="case_to_verify", condition=Q(state="RESOLVED")),
            # What became of a kind's cases.
            models.Index(fields=["kind", "-opened_on"], name="case_by_kind"),
        ]  # fmt: skip

    def __str__(self) -> str:
        from alerts.kinds import label_of

        return f"{label_of(self.kind)}: {self.dealer or self.territory}"

    @property
    def is_running(self) -> bool:
        return self.state in RUNNING

    @property
    def is_unsolved(self) -> bool:
        return self.state in UNSOLVED


class CaseEvent(models.Model):
    """A line of a case's timeline. Only added to."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="events", db_index=False)
    did = models.CharField(_("what"), max_length=16, choices=Did)
    at = models.DateTimeField(_("when"))
    # The business date that it counts for; the night's own.
    on = models.DateField(_("for the date"))
    # None: the program.
    by = _user(_("by"), db_index=False)
    # What was before and after: severities, states, owners.
    was = models.CharField(max_length=40, blank=True, default="")
    now = models.CharField(max_length=40, blank=True, default="")
    text = models.CharField(_("text"), max_length=1000, blank=True, default="")
    figures = models.JSONField(_("figures"), default=dict, blank=True)

    objects = CaseChildQuerySet.as_manager()

    class Meta:
        verbose_name = _("line of a timeline")
        verbose_name_plural = _("timelines of cases")
        ordering = ["at", "pk"]
        indexes = [
            # The case page.
            models.Index(fields=["case", "at"], name="caseevent_by_case"),
        ]
        triggers = [pgtrigger.Protect(name="only_added_to", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.case_id} {self.get_did_display()}"


@pghistory.track()
class CaseAction(models.Model):
    """A task of a case: who does what by when. A case with an open one cannot be resolved."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="actions", verbose_name=_("case"))
    kind = models.CharField(_("kind of task"), max_length=16, choices=TaskKind, default=TaskKind.TASK)
    title = models.CharField(_("task"), max_length=200, blank=True, default="")
    owner = models.ForeignKey(
        "accounts.User", models.SET_NULL, null=True, blank=True, related_name="case_actions",
        verbose_name=pgettext_lazy("of work", "owner"), db_index=False,
    )  # fmt: skip
    due_on = models.DateField(pgettext_lazy("deadline", "by"))
    state = models.CharField(_("state"), max_length=8, choices=TaskState, default=TaskState.OPEN)
    result = models.CharField(_("what came of it"), max_length=500, blank=True, default="")
    created_at = models.DateTimeField(_("written"))
    created_by = _user(_("by"))
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    objects = CaseChildQuerySet.as_manager()

    class Meta:
        verbose_name = _("task of a case")
        verbose_name_plural = _("tasks of cases")
        ordering = ["due_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="OPEN", ended_at=None) | (~Q(state="OPEN") & Q(ended_at__isnull=False)),
                name="caseaction_end_has_a_moment",
            ),
            models.CheckConstraint(condition=~Q(kind="TASK") | ~Q(title=""), name="caseaction_says_what"),
        ]
        indexes = [
            # What somebody has to do.
            models.Index(fields=["owner", "due_on"], name="caseaction_open", condition=Q(state="OPEN")),
        ]

    def __str__(self) -> str:
        return self.title or self.get_kind_display()


class CaseWatcher(models.Model):
    """Somebody who is told what happens with a case, beside its owner."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="watchers", verbose_name=_("case"), db_index=False)
    user = models.ForeignKey("accounts.User", models.CASCADE, related_name="watched_cases", verbose_name=_("user"))
    since = models.DateTimeField(_("since"))

    objects = CaseChildQuerySet.as_manager()

    class Meta:
        verbose_name = _("watcher of a case")
        verbose_name_plural = _("watchers of cases")
        constraints = [models.UniqueConstraint(fields=["case", "user"], name="casewatcher_once")]

    def __str__(self) -> str:
        return f"{self.user_id}"


@pghistory.track()
class MajorEvent(models.Model):
    """Something serious that happened at a dealer's, as somebody of ours told it. It is never deleted: the case says
    what came of it."""

    dealer = models.ForeignKey(
        "dealers.Dealer", models.PROTECT, related_name="major_events", verbose_name=_("dealer"), db_index=False
    )
    kind = models.CharField(_("what happened"), max_length=20, choices=MajorEventKind)
    happened_on = models.DateField(_("on"))
    note = models.CharField(_("what is known"), max_length=1000, blank=True, default="")
    visit = models.ForeignKey(
        "visits.Visit", models.SET_NULL, null=True, blank=True, related_name="major_events", verbose_name=_("visit")
    )
    case = models.ForeignKey(Case, models.PROTECT, related_name="major_events", verbose_name=_("case"))
    entered_at = models.DateTimeField(_("entered"))
    entered_by = _user(_("entered by"))

    objects = DealerChildQuerySet.as_manager()

    class Meta:
        verbose_name = _("major event")
        verbose_name_plural = _("major events")
        ordering = ["-entered_at", "-pk"]
        indexes = [models.Index(fields=["dealer", "-happened_on"], name="majorevent_by_dealer")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}"


@pghistory.track()
class LossReview(models.Model):
    """Why a dealer was lost and what is learned from it: due when a dealer ends, with a task to win it back."""

    dealer = models.ForeignKey("dealers.Dealer", models.PROTECT, related_name="loss_reviews", verbose_name=_("dealer"))
    # The step of the life cycle that ended it.
    change = models.OneToOneField("dealers.StatusChange", models.PROTECT, related_name="+", verbose_name=_("end"))
    state = models.CharField(_("state"), max_length=8, choices=ReviewState, default=ReviewState.DUE)
    due_on = models.DateField(pgettext_lazy("deadline", "by"))
    owner = models.ForeignKey(
        "accounts.User", models.SET_NULL, null=True, blank=True, related_name="loss_reviews",
        verbose_name=pgettext_lazy("of work", "owner"),
    )  # fmt: skip
    reason = models.CharField(_("why it was lost"), max_length=20, choices=LossReason, blank=True, default="")
    competitor = models.CharField(_("to which competitor"), max_length=120, blank=True, default="")
    what_happened = models.TextField(_("what happened"), blank=True, default="")
    first_sign = models.CharField(_("the first sign, and who saw it"), max_length=500, blank=True, default="")
    lesson = models.TextField(_("what we do differently"), blank=True, default="")
    # Shared with the other tasks of the working day.
    win_back = models.ForeignKey(
        "visits.Task", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("task to win it back")
    )
    written_at = models.DateTimeField(_("written"), null=True, blank=True)
    written_by = _user(_("written by"))

    objects = DealerChildQuerySet.as_manager()

    class Meta:
        verbose_name = _("loss review")
        verbose_name_plural = _("loss reviews")
        ordering = ["state", "due_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="DUE") | (~Q(reason="") & ~Q(what_happened="") & ~Q(lesson="")),
                name="lossreview_written_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dealer}"
