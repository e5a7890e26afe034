"""What a day's order was before the router put it in order."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from visits.querysets import OfUserQuerySet


class OrderedDay(models.Model):
    """The way of the order that stood before the router's last change of it; counts as long as the stops are the same."""

    user = models.ForeignKey(
        "accounts.User", models.CASCADE, related_name="+", verbose_name=_("user"), db_index=False
    )  # fmt: skip
    on = models.DateField(_("day"))
    # The visits' numbers, rising.
    stops = ArrayField(models.BigIntegerField(), verbose_name=_("stops"))
    km_before = models.FloatField(_("kilometres"))
    travel_minutes_before = models.PositiveIntegerField(_("minutes on the way"))

    objects = OfUserQuerySet.as_manager()

    class Meta:
        verbose_name = _("day put in order")
        verbose_name_plural = _("days put in order")
        constraints = [models.UniqueConstraint(fields=["user", "on"], name="orderedday_once_a_day")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.on:%Y-%m-%d}"
