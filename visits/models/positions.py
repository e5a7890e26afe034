"""How long the places of check-ins are kept."""

from __future__ import annotations

import pghistory
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

DEFAULT_DAYS = 180


@pghistory.track()
class PositionRule(models.Model):
    """One row: where a representative was is personal data, kept only as long as a question about a visit may come up.
    Whether the check-in was at the dealer's stays for good."""

    kept_days = models.PositiveSmallIntegerField(
        _("days that places of check-ins are kept"), default=DEFAULT_DAYS,
        validators=[MinValueValidator(1), MaxValueValidator(3650)],
        help_text=_("After that every night erases coordinates, distance and accuracy. The verdict (at the dealer's, away, not verified) stays."),
    )  # fmt: skip

    class Meta:
        verbose_name = _("retention of positions")
        verbose_name_plural = _("retention of positions")
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="positionrule_is_one_row"),
            models.CheckConstraint(condition=Q(kept_days__range=(1, 3650)), name="positionrule_days_possible"),
        ]

    def __str__(self) -> str:
        return str(self._meta.verbose_name)

    def save(self, *args, **kwargs) -> None:
        self.pk = 1
        super().save(*args, **kwargs)

    @classmethod
    def days(cls) -> int:
        """The days that count now; the default while nobody has set any."""
        kept = cls.objects.values_list("kept_days", flat=True).first()
        return DEFAULT_DAYS if kept is None else kept
