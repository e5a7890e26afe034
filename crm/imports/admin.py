"""Imports and profiles in the back office."""

from __future__ import annotations

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from crm.base.admin import OfficeAdmin, ReadOnlyAdmin
from crm.imports import actions, tasks
from crm.imports.choices import BUSY
from crm.imports.models import ImportProfile, ImportRun


@admin.register(ImportRun)
class ImportRunAdmin(ReadOnlyAdmin):
    list_display = (
        "file_name", "importer", "state", "rows", "rows_new", "rows_changed", "rows_refused", "uploaded_by", "uploaded_at",
    )  # fmt: skip
    list_filter = ("state", "importer")
    search_fields = ("file_name", "uploaded_by__name", "uploaded_by__email")
    date_hierarchy = "uploaded_at"
    actions = ("resume", "forget_rows")

    @admin.action(description=_("Start the interrupted step again"))
    def resume(self, request: HttpRequest, queryset: QuerySet[ImportRun]) -> None:
        runs = list(queryset.filter(state__in=BUSY))
        for run in runs:
            tasks.enqueue(run)
        messages.info(
            request,
            ngettext("%(count)d import was sent for.", "%(count)d imports were sent for.", len(runs))
            % {"count": len(runs)},
        )

    @admin.action(description=_("Let go of the rows and the file (no undo afterwards)"))
    def forget_rows(self, request: HttpRequest, queryset: QuerySet[ImportRun]) -> None:
        runs = list(queryset.exclude(state__in=BUSY))
        for run in runs:
            actions.forget_rows(run)
        messages.info(
            request,
            ngettext("The rows of %(count)d import are gone.", "The rows of %(count)d imports are gone.", len(runs))
            % {"count": len(runs)},
        )


@admin.register(ImportProfile)
class ImportProfileAdmin(OfficeAdmin):
    list_display = ("name", "importer", "created_by", "updated_at")
    list_filter = ("importer",)
    search_fields = ("name",)
    readonly_fields = ("created_by",)
