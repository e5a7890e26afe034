"""Rules tried out on the past, and lists of cases kept under a name."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from alerts.choices import TrialState


class RuleTrial(models.Model):
    """A version on the last months, beside the rule as it is: asked for on a page, worked out by a worker.

    While it is worked out, the worker holds this row's lock; the state says only whether there is an answer.
    """

    rule = models.ForeignKey("alerts.AlertRule", models.CASCADE, related_name="trials", db_index=False)
    version = models.ForeignKey("alerts.RuleVersion", models.CASCADE, related_name="trials")
    # {"thresholds": ..., "parameters": ...} of the version when it was asked for: a draft may change afterwards.
    terms = models.JSONField(default=dict)
    on = models.DateField(_("as of"))
    state = models.CharField(_("state"), max_length=8, choices=TrialState, default=TrialState.WAITING)
    asked_at = models.DateTimeField(_("asked for"))
    asked_by = models.ForeignKey(
        "accounts.User", models.SET_NULL, null=True, related_name="+", verbose_name=_("by"), db_index=False
    )
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    milliseconds = models.PositiveIntegerField(_("milliseconds"), null=True, blank=True)
    # alerts.trials.as_json of both; None until there is an answer, and where no rule counts yet.
    tried = models.JSONField(null=True)
    as_it_is = models.JSONField(null=True)
    error = models.TextField(_("error"), blank=True, default="")

    class Meta:
        verbose_name = _("try-out of a rule")
        verbose_name_plural = _("try-outs of rules")
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="WAITING", finished_at=None) | (~Q(state="WAITING") & Q(finished_at__isnull=False)),
                name="ruletrial_end_has_a_moment",
            ),
            models.CheckConstraint(
                condition=~Q(state="DONE") | Q(tried__isnull=False), name="ruletrial_done_has_an_answer"
            ),
        ]
        indexes = [
            # The page of a rule.
            models.Index(fields=["rule", "-asked_at"], name="ruletrial_by_rule"),
        ]

    def __str__(self) -> str:
        return f"{self.version_id} {self.asked_at:%Y-%m-%d}"


class SavedCaseList(models.Model):
    """A list of cases that somebody comes back to, as its address asks for it. Belongs to one user."""

    user = models.ForeignKey("accounts.User", models.CASCADE, related_name="saved_case_lists", db_index=False)
    name = models.CharField(_("name"), max_length=80)
    # alerts.case_list.AskedCases.query, without a page.
    query = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        verbose_name = _("saved list of warnings")
        verbose_name_plural = _("saved lists of warnings")
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["user", "name"], name="savedcaselist_name_once_a_user")]

    def __str__(self) -> str:
        return self.name
