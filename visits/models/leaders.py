"""What a responsible leader brought back from a visit: barriers between company and dealer, decisions on the spot (H-10)."""

from __future__ import annotations

import pghistory
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from dealers.querysets import DealerChildQuerySet
from visits.models.plans import Visit


class LeaderReportQuerySet(DealerChildQuerySet):
    territory_path = "visit__dealer__territory"

    def visible_to(self, user, *, on=None, rights=()):
        return self.filter(visit__in=Visit.objects.visible_to(user, on=on, rights=rights))


@pghistory.track()
class LeaderReport(models.Model):
    """One a visit. What was promised stands with the visit's promises."""

    visit = models.OneToOneField(
        Visit, models.CASCADE, primary_key=True, related_name="leader_report", verbose_name=_("visit")
    )
    barriers = models.TextField(
        _("barriers raised"), max_length=4000, blank=True, default="",
        help_text=_("What stands between the company and the dealer, in the dealer's own words"),
    )  # fmt: skip
    decisions = models.TextField(
        _("decisions on the spot"), max_length=4000, blank=True, default="",
        help_text=_("What was decided there and then, without asking anybody back"),
    )  # fmt: skip
    written_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name=_("by"))
    written_at = models.DateTimeField(_("written"))

    objects = LeaderReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("report of a leader's visit")
        verbose_name_plural = _("reports of leaders' visits")
        ordering = ["-written_at"]
        constraints = [
            models.CheckConstraint(condition=~Q(barriers="") | ~Q(decisions=""), name="leaderreport_says_something"),
        ]

    def __str__(self) -> str:
        return str(self.visit)
