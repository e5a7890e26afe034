"""Visits that people ask for: a complaint, something that happened at the dealer's, something to be looked at again."""

from __future__ import annotations

import pghistory
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from dealers.querysets import DealerChildQuerySet
from visits.choices import RequestKind


@pghistory.track()
class VisitRequest(models.Model):
    """One cause for a visit, told by a person; visits.asked_by_people hands it to the planner. Open until a visit was made
    or somebody says that none is needed any more."""

    dealer = models.ForeignKey(
        "dealers.Dealer", models.CASCADE, related_name="visit_requests", verbose_name=_("dealer")
    )
    kind = models.CharField(_("what it is about"), max_length=12, choices=RequestKind, default=RequestKind.COMPLAINT)
    text = models.CharField(
        _("in words"), max_length=300, help_text=_("Whoever makes the visit reads it on the phone.")
    )
    latest_on = models.DateField(_("visit by"))
    urgent = models.BooleanField(
        _("urgent"), default=False, help_text=_("When a month is too full, other visits give way first.")
    )
    # Where it came up.
    visit = models.ForeignKey(
        "visits.Visit", models.SET_NULL, null=True, blank=True, related_name="requests", verbose_name=_("came up on")
    )
    asked_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name=_("asked for by"))
    asked_at = models.DateTimeField(_("asked for"))
    ended_by = models.ForeignKey(
        "accounts.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("ended by")
    )
    ended_at = models.DateTimeField(_("no longer needed since"), null=True, blank=True)

    objects = DealerChildQuerySet.as_manager()

    class Meta:
        verbose_name = _("visit asked for by a person")
        verbose_name_plural = _("visits asked for by people")
        ordering = ["latest_on", "pk"]
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="visitrequest_says_why")]
        indexes = [
            # The night: what is still wanted.
            models.Index(fields=["latest_on"], name="visitrequest_open", condition=Q(ended_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.dealer_id} {self.latest_on:%Y-%m-%d}"
