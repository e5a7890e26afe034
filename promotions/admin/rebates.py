"""Rebates in the back office: programmes with their bands, points and settlements. What is owed is the night's, and read-only."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from promotions.models import RebateAccrual, RebateBand, RebatePoints, RebateProgramme, RebateSettlement
from promotions.rebates.choices import ProgrammeState


class BandInline(admin.TabularInline):
    model = RebateBand
    extra = 0

    def has_add_permission(self, request: HttpRequest, obj: RebateProgramme | None = None) -> bool:
        return _is_open(obj) and super().has_add_permission(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: RebateProgramme | None = None) -> bool:
        return _is_open(obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: RebateProgramme | None = None) -> bool:
        return _is_open(obj) and super().has_delete_permission(request, obj)


@admin.register(RebateProgramme)
class ProgrammeAdmin(admin.ModelAdmin):
    """A published programme is a promise: only its note may still be changed."""

    list_display = ("name", "basis", "starts_on", "ends_on", "territory", "state")
    list_filter = ("state", "basis")
    search_fields = ("name",)
    date_hierarchy = "starts_on"
    inlines = (BandInline,)
    autocomplete_fields = ("territory", "products")
    readonly_fields = ("state", "created_by", "published_at", "published_by")

    def get_readonly_fields(self, request: HttpRequest, obj: RebateProgramme | None = None) -> Any:
        if _is_open(obj):
            return self.readonly_fields
        return [field.name for field in RebateProgramme._meta.fields if field.name not in ("id", "note")] + ["products"]

    def has_delete_permission(self, request: HttpRequest, obj: RebateProgramme | None = None) -> bool:
        return _is_open(obj) and super().has_delete_permission(request, obj)


class _ReadOnly(admin.ModelAdmin):
    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(RebateAccrual)
class AccrualAdmin(_ReadOnly):
    list_display = ("programme", "dealer", "bought", "owed", "settled", "changed_on")
    list_filter = ("programme",)
    list_select_related = ("programme", "dealer")
    show_full_result_count = False
    search_fields = ("dealer__code",)


@admin.register(RebatePoints)
class PointsAdmin(_ReadOnly):
    list_display = ("programme", "dealer", "points", "given_by", "given_at")
    list_filter = ("programme",)
    list_select_related = ("programme", "dealer", "given_by")
    search_fields = ("dealer__code",)


@admin.register(RebateSettlement)
class SettlementAdmin(_ReadOnly):
    list_display = ("programme", "territory", "state", "total", "dealers", "proposed_by", "decided_by", "paid_at")
    list_filter = ("state", "programme")
    list_select_related = ("programme", "territory", "proposed_by", "decided_by")


def _is_open(programme: RebateProgramme | None) -> bool:
    return programme is None or programme.state == ProgrammeState.DRAFT
