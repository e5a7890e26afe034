"""People and vehicles for support, and what was asked for, in the back office."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from promotions.models import SupportRequest, SupportResource


@admin.register(SupportResource)
class ResourceAdmin(admin.ModelAdmin):
    list_display = ("name", "kind", "staff_kind", "territory", "active")
    list_filter = ("kind", "active")
    list_select_related = ("territory",)
    search_fields = ("name",)
    autocomplete_fields = ("territory",)


@admin.register(SupportRequest)
class RequestAdmin(admin.ModelAdmin):
    """Steps are taken on the pages, where they are checked."""

    list_display = ("dealer", "kind", "starts_on", "ends_on", "state", "commitment")
    list_filter = ("state", "kind", "commitment")
    list_select_related = ("dealer",)
    search_fields = ("=dealer__code",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
