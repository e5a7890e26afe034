"""Paid claims that were drawn at random: somebody goes there and looks for what was paid for."""

from __future__ import annotations

import pghistory
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from promotions.choices import FAILED, AuditResult
from promotions.models.claims import Claim
from promotions.querysets import OfClaimQuerySet


@pghistory.track()
class ClaimAudit(models.Model):
    """A visit is asked for until `due_on`; who went there writes down what she found, with photos among the evidence."""

    claim = models.OneToOneField(Claim, models.PROTECT, related_name="audit", verbose_name=pgettext_lazy("for money", "claim"))  # fmt: skip
    drawn_on = models.DateField(pgettext_lazy("audit", "drawn"))
    due_on = models.DateField(pgettext_lazy("audit", "by"))
    result = models.CharField(_("result"), max_length=12, choices=AuditResult, blank=True, default="")
    note = models.CharField(_("what was found"), max_length=500, blank=True, default="")
    visit = models.ForeignKey(
        "visits.Visit", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("visit")
    )
    found_by = models.ForeignKey(
        "accounts.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=pgettext_lazy("audit", "found by")
    )  # fmt: skip
    found_at = models.DateTimeField(pgettext_lazy("audit", "found"), null=True, blank=True)

    objects = OfClaimQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("of a claim", "audit")
        verbose_name_plural = pgettext_lazy("of claims", "audits")
        ordering = ["due_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(result="") | Q(found_by__isnull=False, found_at__isnull=False), name="claimaudit_found_by_somebody"
            ),
            models.CheckConstraint(condition=Q(result__in=["", "AS_CLAIMED"]) | ~Q(note=""), name="claimaudit_failed_says_what"),
        ]  # fmt: skip
        indexes = [
            # The night asks for visits to what is open.
            models.Index(fields=["due_on"], name="claimaudit_open", condition=Q(result="")),
        ]

    def __str__(self) -> str:
        return f"{self.claim}"

    @property
    def failed(self) -> bool:
        return self.result in FAILED

    @property
    def by_claimant(self) -> bool:
        """Who asked for the money looked herself: to be told with the result."""
        return self.found_by_id is not None and self.found_by_id == self.claim.submitted_by_id
