"""The back office of what managers read: retention of positions, cover, leaders' reports, exports."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from crm.base.admin import OfficeAdmin, ReadOnlyAdmin
from visits.models import (
    Cover,
    GrowthPlan,
    LeaderReport,
    OpenedTerritory,
    PositionRule,
    RoleProfile,
    VisitExport,
    VisitRequest,
)


@admin.register(PositionRule)
class PositionRuleAdmin(OfficeAdmin):
    list_display = ("__str__", "kept_days")

    def has_add_permission(self, request: HttpRequest) -> bool:
        # There is one row.
        return super().has_add_permission(request) and not PositionRule.objects.exists()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(RoleProfile)
class RoleProfileAdmin(OfficeAdmin):
    list_display = ("user", "title", "written_by", "written_at")
    search_fields = ("user__name", "user__email", "title")
    autocomplete_fields = ("user", "written_by")


@admin.register(GrowthPlan)
class GrowthPlanAdmin(ReadOnlyAdmin):
    """Written on the dealer's page, with its steps."""

    list_display = ("dealer", "place", "starts_on", "baseline", "target_1", "written_by")
    search_fields = ("dealer__code", "dealer__name", "place")


@admin.register(VisitRequest)
class VisitRequestAdmin(ReadOnlyAdmin):
    """Asked for and ended on the dealer's page, which tells the planner."""

    list_display = ("dealer", "kind", "latest_on", "urgent", "asked_by", "asked_at", "ended_at")
    list_filter = ("kind", "urgent")
    search_fields = ("dealer__code", "dealer__name", "text")


@admin.register(LeaderReport)
class LeaderReportAdmin(OfficeAdmin):
    list_display = ("visit", "written_by", "written_at")
    search_fields = ("visit__dealer__name", "barriers", "decisions")
    raw_id_fields = ("visit",)
    autocomplete_fields = ("written_by",)


@admin.register(Cover)
class CoverAdmin(ReadOnlyAdmin):
    list_display = ("helper", "absent", "territory", "period", "leave")
    search_fields = ("helper__name", "absent__name")


@admin.register(OpenedTerritory)
class OpenedTerritoryAdmin(ReadOnlyAdmin):
    list_display = ("assignment",)


@admin.register(VisitExport)
class VisitExportAdmin(ReadOnlyAdmin):
    list_display = ("user", "exported_at", "format", "rows", "title")
    search_fields = ("user__name", "title")
    date_hierarchy = "exported_at"
