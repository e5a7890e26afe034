"""What arrives from phones, consent to positions, and feeds for other calendars."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from visits.querysets import OfUserQuerySet


class Submission(models.Model):
    """A message of a phone's outbox that was carried out. The same key with the same body gives the same answer and
    does nothing; with another body it is refused."""

    key = models.UUIDField(primary_key=True)
    user = models.ForeignKey("accounts.User", models.CASCADE, related_name="+")
    kind = models.CharField(max_length=20)
    digest = models.CharField(max_length=64)
    happened_at = models.DateTimeField()
    received_at = models.DateTimeField()
    answer = models.JSONField(default=dict)

    objects = OfUserQuerySet.as_manager()

    class Meta:
        verbose_name = _("message of a phone")
        verbose_name_plural = _("messages of phones")
        indexes = [
            # Kept for a while only.
            models.Index(fields=["received_at"], name="submission_by_age"),
        ]

    def __str__(self) -> str:
        return str(self.key)


class LocationConsent(models.Model):
    """Somebody agreed that check-ins record her position; precise positions are sensitive data."""

    user = models.OneToOneField("accounts.User", models.CASCADE, primary_key=True, related_name="location_consent")
    given_at = models.DateTimeField(pgettext_lazy("moment", "given"))
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)

    class Meta:
        verbose_name = _("consent to positions")
        verbose_name_plural = _("consents to positions")

    def __str__(self) -> str:
        return str(self.user_id)


class CalendarFeed(models.Model):
    """The address under which a calendar program reads somebody's visits; only the token's hash is kept."""

    user = models.ForeignKey("accounts.User", models.CASCADE, related_name="calendar_feeds")
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    label = models.CharField(_("used by"), max_length=60, blank=True, default="")
    created_at = models.DateTimeField(_("made"))
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True)

    objects = OfUserQuerySet.as_manager()

    class Meta:
        verbose_name = _("calendar feed")
        verbose_name_plural = _("calendar feeds")
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.label or str(self.pk)
