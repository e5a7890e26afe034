"""Who took which figures of visits out as a file. R-01: limited and logged like the dealer list."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dealers.choices import ExportFormat
from dealers.querysets import ExportQuerySet


class VisitExport(models.Model):
    """One file with results of visits."""

    user = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name=_("by"), db_index=False)
    exported_at = models.DateTimeField(_("when"), default=timezone.now)
    format = models.CharField(_("format"), max_length=4, choices=ExportFormat)
    # What the page was called, and its address with all that was asked.
    title = models.CharField(_("page"), max_length=300)
    query = models.CharField(max_length=2000, blank=True, default="")
    rows = models.PositiveIntegerField(_("rows"), default=0)

    objects = ExportQuerySet.as_manager()

    class Meta:
        verbose_name = _("export of visits")
        verbose_name_plural = _("exports of visits")
        ordering = ["-exported_at", "-pk"]
        indexes = [
            # How much a user has exported today.
            models.Index(fields=["user", "-exported_at"], name="visitexport_by_user"),
        ]

    def __str__(self) -> str:
        return self.title
