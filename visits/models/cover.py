"""Who stands in for whom where and how long, and the territories that were opened for it."""

from __future__ import annotations

import pghistory
from django.contrib.postgres.fields import DateRangeField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from visits.models.people import Leave


@pghistory.track()
class Cover(models.Model):
    """One reason why `helper` sees a territory of `absent` for a time: a leave, or help in a month that is too full
    (`leave` empty). Several reasons may open the same territory at the same time; it closes with the last of them."""

    helper = models.ForeignKey("accounts.User", models.CASCADE, related_name="+", verbose_name=_("who helps"))
    absent = models.ForeignKey(
        "accounts.User", models.CASCADE, related_name="covers", verbose_name=_("covers for"), db_index=False
    )
    territory = models.ForeignKey(
        "accounts.Territory", models.CASCADE, related_name="+", verbose_name=_("sales territory")
    )
    period = DateRangeField(_("from, until"), help_text=_("Until is the first day that no longer counts."))
    leave = models.ForeignKey(
        Leave, models.CASCADE, null=True, blank=True, related_name="covers", verbose_name=_("leave")
    )

    class Meta:
        verbose_name = _("cover of visits")
        verbose_name_plural = _("cover of visits")
        ordering = ["pk"]
        indexes = [
            # All reasons why a helper sees a territory.
            models.Index(fields=["helper", "territory"], name="cover_by_helper"),
            models.Index(fields=["absent"], name="cover_by_absent"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(helper=F("absent")), name="cover_of_somebody_else"),
            models.CheckConstraint(
                condition=Q(period__isempty=False, period__startswith__isnull=False, period__endswith__isnull=False),
                name="cover_has_both_ends",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.helper_id} {self.territory_id}"


class OpenedTerritory(models.Model):
    """An assignment that cover opened, so that cover may close it again; what an administrator entered is left alone."""

    assignment = models.OneToOneField(
        "accounts.TerritoryAssignment", models.CASCADE, primary_key=True, related_name="opened_for_cover"
    )

    class Meta:
        verbose_name = _("territory opened for cover")
        verbose_name_plural = _("territories opened for cover")

    def __str__(self) -> str:
        return str(self.assignment_id)
