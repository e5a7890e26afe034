"""What every page of the back office has in common."""

from __future__ import annotations

from typing import Any

import pghistory
from django.contrib import admin
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

admin.site.site_header = _("Dealer CRM: back office")
admin.site.site_title = _("Back office")
admin.site.index_title = _("Everything, row by row")
admin.site.empty_value_display = "–"


class OfficeAdmin(admin.ModelAdmin):
    """Lists fetch what they show in one query, count nothing they need not, and history says why.

    `kept` is for business keys: their rows are closed on their own pages and never deleted here.
    """

    kept = False
    list_per_page = 50
    show_full_result_count = False

    def get_list_select_related(self, request: HttpRequest) -> Any:
        """The foreign keys among the columns, unless the class names others."""
        if self.list_select_related:
            return self.list_select_related
        found = [name for name in self.get_list_display(request) if isinstance(name, str) and self._is_key(name)]
        return found or False

    def _is_key(self, name: str) -> bool:
        try:
            return isinstance(self.model._meta.get_field(name), models.ForeignKey)
        except FieldDoesNotExist:
            return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return not self.kept and super().has_delete_permission(request, obj)

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Changes made here say so in the history."""
        pghistory.context(reason=str(_("in the back office")))
        return super().changeform_view(request, *args, **kwargs)


class ReadOnlyAdmin(OfficeAdmin):
    """Rows that programs write: to be looked at."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


# Django looks for this module only; the schedule's own needs the classes above.
from crm.base import admin_schedule  # noqa: E402, F401
