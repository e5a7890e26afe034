"""Who took settled claims out as a file: limited and written down like every export (R-01)."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dealers.choices import ExportFormat
from dealers.querysets import ExportQuerySet


class ClaimExport(models.Model):
    """One file, with what was asked for."""

    user = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name=_("by"), db_index=False)
    exported_at = models.DateTimeField(_("when"), default=timezone.now)
    format = models.CharField(_("format"), max_length=4, choices=ExportFormat)
    # What the file was called, and the period or filter that was asked for.
    title = models.CharField(_("page"), max_length=300)
    query = models.CharField(max_length=2000, blank=True, default="")
    rows = models.PositiveIntegerField(_("rows"), default=0)

    objects = ExportQuerySet.as_manager()

    class Meta:
        verbose_name = _("export of claims")
        verbose_name_plural = _("exports of claims")
        ordering = ["-exported_at", "-pk"]
        indexes = [
            # How much a user has exported today.
            models.Index(fields=["user", "-exported_at"], name="claimexport_by_user"),
        ]

    def __str__(self) -> str:
        return self.title
