"""Documents and agreements in the dealer file: superseded, never deleted."""

from __future__ import annotations

import uuid

import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _

from dealers.choices import AgreementKind, DocumentKind
from dealers.models.dealer import Dealer
from dealers.querysets import DealerChildQuerySet


def document_path(document: DealerDocument, filename: str) -> str:
    """Generated, so that nothing a user names reaches the disk."""
    return f"dealers/{document.dealer_id}/{uuid.uuid4().hex}"


@pghistory.track()
class DealerDocument(models.Model):
    """One version of a document. A new version points at the one it supersedes."""

    dealer = models.ForeignKey(Dealer, models.PROTECT, related_name="documents")
    kind = models.CharField(_("kind"), max_length=16, choices=DocumentKind)
    title = models.CharField(_("title"), max_length=200)
    file = models.FileField(_("file"), upload_to=document_path)
    filename = models.CharField(_("file name"), max_length=255)
    content_type = models.CharField(max_length=100)
    bytes = models.PositiveBigIntegerField(_("size"))
    sha256 = models.CharField(max_length=64)
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    supersedes = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="superseded_by", verbose_name=_("supersedes")
    )
    uploaded_at = models.DateTimeField(_("filed"))
    uploaded_by = models.ForeignKey("accounts.User", models.SET_NULL, null=True, related_name="+", verbose_name=_("by"))

    objects = DealerChildQuerySet.as_manager()

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        ordering = ["-uploaded_at", "-pk"]

    def __str__(self) -> str:
        return self.title


@pghistory.track()
class Agreement(models.Model):
    """A contract with the dealer and its term: from `starts_on`, before `ends_on`."""

    dealer = models.ForeignKey(Dealer, models.CASCADE, related_name="agreements")
    kind = models.CharField(_("kind"), max_length=16, choices=AgreementKind)
    number = models.CharField(_("number"), max_length=60, blank=True, default="")
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, blank=True)
    signed_on = models.DateField(_("signed"), null=True, blank=True)
    document = models.ForeignKey(
        DealerDocument, models.PROTECT, null=True, blank=True, related_name="agreements", verbose_name=_("document")
    )
    note = models.CharField(_("note"), max_length=300, blank=True, default="")

    objects = DealerChildQuerySet.as_manager()

    class Meta:
        verbose_name = _("agreement")
        verbose_name_plural = _("agreements")
        ordering = ["ends_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on__isnull=True) | models.Q(ends_on__gt=models.F("starts_on")),
                name="agreement_has_a_term",
            ),
        ]
        indexes = [
            # What expires soon: the dealer page, the manager's home and, later, the warning.
            models.Index(fields=["ends_on"], name="agreement_by_end"),
        ]

    def __str__(self) -> str:
        return self.number or self.get_kind_display()
