"""Who took which credit notes out as a file. R-01: limited and logged like the dealer list."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dealers.querysets import ExportQuerySet


class RebateExport(models.Model):
    """One file of a settlement's credit notes."""

    user = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name=_("by"), db_index=False)
    exported_at = models.DateTimeField(_("when"), default=timezone.now)
    settlement = models.ForeignKey(
        "promotions.RebateSettlement", models.PROTECT, related_name="exports", verbose_name=_("settlement of a rebate")
    )
    rows = models.PositiveIntegerField(_("rows"), default=0)

    objects = ExportQuerySet.as_manager()

    class Meta:
        verbose_name = _("export of rebates")
        verbose_name_plural = _("exports of rebates")
        ordering = ["-exported_at", "-pk"]
        indexes = [
            # How much a user has exported today.
            models.Index(fields=["user", "-exported_at"], name="rebateexport_by_user"),
        ]

    def __str__(self) -> str:
        return f"{self.settlement_id} {self.exported_at:%Y-%m-%d %H:%M}"
