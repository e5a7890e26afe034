"""Rules that an administrator edits: the form a visit is written on, and how often a dealer may be bothered."""

from __future__ import annotations

import pghistory
import pgtrigger
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from dealers.choices import DealerKind, Tier


@pghistory.track()
class VisitForm(models.Model):
    """One version of what is asked on a visit to a kind of dealer: sections in their order, each hidden, offered or
    compulsory, and questions of one's own. visits.form says what sections there are.

    A kind has at most one draft (no version); what was published never changes, because visits refer to it. A
    published version without sections gives the kind back to the form of all kinds.
    """

    kind = models.CharField(
        _("kind of dealer"), max_length=20, choices=DealerKind, blank=True, default="",
        help_text=_("Empty: all kinds without a form of their own"),
    )  # fmt: skip
    # From 1 on within the kind; None while it is a draft.
    version = models.PositiveIntegerField(_("version"), null=True, blank=True)
    # [{"key": "stated", "use": "REQUIRED"}, {"key": "q:shelf", "use": "OFFERED", "label": {...}, "type": "NUMBER"}]
    sections = models.JSONField(_("sections"), default=list, blank=True)
    note = models.CharField(_("what changed and why"), max_length=300, blank=True, default="")
    published_at = models.DateTimeField(_("published"), null=True, blank=True)
    published_by = models.ForeignKey(
        "accounts.User", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("published by")
    )
    # Counts the times a draft was saved: who saves an older one is told.
    revision = models.PositiveIntegerField(default=1, editable=False)
    changed_at = models.DateTimeField(_("changed"), auto_now=True)
    changed_by = models.ForeignKey(
        "accounts.User", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("changed by")
    )

    class Meta:
        verbose_name = _("visit form")
        verbose_name_plural = _("visit forms")
        ordering = ["kind", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "version"], name="visitform_version_once"),
            models.UniqueConstraint(fields=["kind"], condition=Q(version=None), name="visitform_one_draft"),
            models.CheckConstraint(
                condition=Q(version=None, published_at=None) | Q(version__gte=1, published_at__isnull=False),
                name="visitform_published_has_a_version",
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="published_never_changes",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.published_at IS NOT NULL AND (OLD.kind, OLD.version, OLD.sections, OLD.note, OLD.published_at)"
                    " IS DISTINCT FROM (NEW.kind, NEW.version, NEW.sections, NEW.note, NEW.published_at)"
                ),
            ),
            pgtrigger.Protect(
                name="published_stays",
                operation=pgtrigger.Delete,
                condition=pgtrigger.Q(old__published_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display() or str(_("all kinds"))


@pghistory.track()
class ContactLimit(models.Model):
    """How many contacts within how many days are enough for a dealer; beyond it a planned visit is pointed out, never
    refused. The row that fits best counts: kind and tier, then tier, then kind, then the one for all."""

    kind = models.CharField(_("kind of dealer"), max_length=20, choices=DealerKind, blank=True, default="")
    tier = models.CharField(_("tier"), max_length=1, choices=Tier, blank=True, default="")
    most = models.PositiveSmallIntegerField(
        _("contacts at most"), default=3, validators=[MinValueValidator(1), MaxValueValidator(60)]
    )
    days = models.PositiveSmallIntegerField(
        _("within days"), default=7, validators=[MinValueValidator(1), MaxValueValidator(90)]
    )
    # Visits asked for by a complaint, a warning or the dealer itself are no disturbance.
    count_asked_for = models.BooleanField(
        _("count what the dealer asked for, too"), default=False,
        help_text=_("Complaints, agreed appointments and follow-ups of issues"),
    )  # fmt: skip
    count_calls = models.BooleanField(
        _("count calls, messages and mails, too"), default=True,
        help_text=_("Contacts written down in the dealer's file"),
    )  # fmt: skip
    changed_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        verbose_name = _("limit of contacts")
        verbose_name_plural = _("limits of contacts")
        ordering = ["kind", "tier"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "tier"], name="contactlimit_once"),
            models.CheckConstraint(condition=Q(most__range=(1, 60), days__range=(1, 90)), name="contactlimit_possible"),
        ]

    def __str__(self) -> str:
        return " · ".join(filter(None, [self.get_kind_display(), self.tier])) or str(_("all dealers"))
