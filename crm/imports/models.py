"""A run of an import, from the file to the rows, and the mapping profiles that people save."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.scope import scope_of
from crm.imports.choices import BUSY, ImportState

if TYPE_CHECKING:
    from accounts.models import User
    from crm.imports.importer import Importer


class ImportRunQuerySet(models.QuerySet["ImportRun"]):
    def visible_to(self, user: User) -> Self:
        """One's own runs: a file may name dealers of every territory. All runs for who sees every territory."""
        return self if scope_of(user).everything else self.filter(uploaded_by=user)


def stored_as(run: ImportRun, filename: str) -> str:
    """A name of our own for an uploaded file: nothing of the user's, nothing to guess."""
    return f"imports/{timezone.now():%Y-%m}/{secrets.token_hex(16)}"


class ImportProfile(models.Model):
    """A mapping of columns that somebody saved to use again. Those that we ship are files: see crm.imports.profiles."""

    importer = models.CharField(_("kind of sheet"), max_length=40)
    name = models.CharField(_("name"), max_length=120)
    mapping = models.JSONField(_("mapping"), default=dict)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("saved by")
    )
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        verbose_name = _("import profile")
        verbose_name_plural = _("import profiles")
        ordering = ["importer", "name"]
        constraints = [
            models.UniqueConstraint("importer", Lower("name"), name="importprofile_name_once_a_kind"),
        ]

    def __str__(self) -> str:
        return self.name


class ImportRun(models.Model):
    """One file on its way in. Its rows stand in two tables of their own (crm.imports.staging) until it is forgotten."""

    importer = models.CharField(_("kind of sheet"), max_length=40)
    state = models.CharField(_("state"), max_length=10, choices=ImportState, default=ImportState.UPLOADED)
    file = models.FileField(_("file"), upload_to=stored_as, max_length=200)
    file_name = models.CharField(_("file name"), max_length=200)
    file_size = models.PositiveBigIntegerField(_("size (bytes)"), default=0)
    # How the file is read: {"format": "CSV" | "XLSX", "encoding", "delimiter", "gzip", "sheet"}.
    reading = models.JSONField(_("read as"), default=dict, blank=True)
    headers = models.JSONField(_("column titles"), default=list, blank=True)
    # The first rows, to see beside the mapping.
    sample = models.JSONField(default=list, blank=True, editable=False)
    mapping = models.JSONField(_("mapping"), default=dict, blank=True)
    profile_name = models.CharField(_("profile"), max_length=120, blank=True, default="")
    # Cells mended in place, by row, then by column number (from 1): kept to be put back when the file is read anew.
    edits = models.JSONField(_("mended cells"), default=dict, blank=True)

    rows = models.BigIntegerField(_("rows"), default=0)
    rows_new = models.BigIntegerField(pgettext_lazy("import rows", "new"), default=0)
    rows_changed = models.BigIntegerField(pgettext_lazy("import rows", "changed"), default=0)
    rows_same = models.BigIntegerField(pgettext_lazy("import rows", "same"), default=0)
    rows_refused = models.BigIntegerField(pgettext_lazy("import rows", "refused"), default=0)
    rows_kept = models.BigIntegerField(
        _("not undone"), default=0, help_text=_("Changed or used since they were loaded")
    )

    # What went wrong, as a code with parameters: {"code": ..., ...}; put into words by crm.imports.messages.
    problem = models.JSONField(_("problem"), default=dict, blank=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("by")
    )
    uploaded_at = models.DateTimeField(_("uploaded"), default=timezone.now)
    # Start of the step that is under way.
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    checked_at = models.DateTimeField(_("checked"), null=True, blank=True)
    finished_at = models.DateTimeField(_("loaded"), null=True, blank=True)
    milliseconds = models.PositiveIntegerField(_("milliseconds"), null=True, blank=True)
    undone_at = models.DateTimeField(_("undone"), null=True, blank=True)

    objects = ImportRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-uploaded_at", "-pk"]
        indexes = [
            # The page of imports: everybody's, and one's own.
            models.Index(fields=["-uploaded_at"], name="importrun_latest"),
            models.Index(fields=["uploaded_by", "-uploaded_at"], name="importrun_by_user"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(state=ImportState.DONE) | models.Q(finished_at__isnull=False),
                name="importrun_loaded_has_an_end",
            ),
        ]

    def __str__(self) -> str:
        return self.file_name

    def get_absolute_url(self) -> str:
        return reverse("imports:detail", args=[self.pk])

    @property
    def is_busy(self) -> bool:
        return self.state in BUSY

    @property
    def definition(self) -> Importer | None:
        """The importer; None when no app registers it any more."""
        from crm.imports import registry

        try:
            return registry.importer(self.importer)
        except KeyError:
            return None

    def fail(self, state: ImportState, problem: dict[str, Any]) -> None:
        """Say what went wrong and go (back) to `state`."""
        self.state, self.problem = state, problem
        self.save(update_fields=["state", "problem"])
