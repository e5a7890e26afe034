"""What somebody's work is, in words: the first of the tools of a plan (D-38)."""

from __future__ import annotations

import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _


@pghistory.track()
class RoleProfile(models.Model):
    """One a person; what it said before stands in its history."""

    user = models.OneToOneField(
        "accounts.User", models.CASCADE, primary_key=True, related_name="role_profile", verbose_name=_("user")
    )
    title = models.CharField(_("position"), max_length=120)
    duties = models.TextField(
        _("responsibilities"),
        max_length=4000,
        help_text=_("What she answers for, one in a line, the weightiest first."),
    )
    powers = models.TextField(
        _("decides alone"), max_length=4000, blank=True, default="",
        help_text=_("What she may promise or decide without asking anybody, and up to which amount."),
    )  # fmt: skip
    asks = models.TextField(
        _("asks before"),
        max_length=4000,
        blank=True,
        default="",
        help_text=_("What needs somebody's consent, and whose."),
    )
    written_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name=_("by"))
    written_at = models.DateTimeField(_("written"))

    class Meta:
        verbose_name = _("job responsibilities")
        verbose_name_plural = _("job responsibilities")
        ordering = ["user"]

    def __str__(self) -> str:
        return self.title
