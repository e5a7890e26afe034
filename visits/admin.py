from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from crm.base.admin import OfficeAdmin, ReadOnlyAdmin
from visits import admin_results  # noqa: F401
from visits.models import (
    Advice,
    CalendarDay,
    CalendarFeed,
    CallCycle,
    Coaching,
    CoachingItem,
    Collection,
    Commitment,
    ContactLimit,
    DayLog,
    DealerCycle,
    Expense,
    ExtraVisit,
    Finding,
    Leave,
    LocationConsent,
    OpeningHours,
    OrderedDay,
    PlanningPart,
    PlanningRules,
    PlanningRun,
    PreferredDays,
    StockSeen,
    Submission,
    Task,
    TimeEntry,
    Visit,
    VisitDue,
    VisitForm,
    VisitPhoto,
    VisitPlan,
    WorkingTime,
)

_DEALER = ("dealer__code", "dealer__name")
_USER = ("user__name", "user__email")


@admin.register(CallCycle)
class CallCycleAdmin(OfficeAdmin):
    list_display = ("audience", "kind", "tier", "times", "per", "max_gap_days", "minutes", "active_from")
    list_filter = ("audience", "tier", "kind")
    search_fields = ("tier", "kind")


@admin.register(DealerCycle)
class DealerCycleAdmin(OfficeAdmin):
    list_display = ("dealer", "times", "per", "max_gap_days", "minutes", "reason")
    search_fields = (*_DEALER, "reason")
    autocomplete_fields = ("dealer",)


@admin.register(PreferredDays)
class PreferredDaysAdmin(OfficeAdmin):
    list_display = ("dealer", "weekdays")
    search_fields = _DEALER
    autocomplete_fields = ("dealer",)


@admin.register(PlanningRules)
class PlanningRuleAdmin(OfficeAdmin):
    list_display = ("days_ahead", "release", "replan", "new_dealer_days", "leaders", "joint_a_month")


@admin.register(ExtraVisit)
class ExtraVisitAdmin(ReadOnlyAdmin):
    """Kept by the night: visits.extra."""

    list_display = ("dealer", "source", "priority", "asked_on", "latest_on", "met_on", "withdrawn_on")
    list_filter = ("source", "priority")
    search_fields = (*_DEALER, "cause")


@admin.register(OpeningHours)
class OpeningHoursAdmin(OfficeAdmin):
    list_display = ("dealer", "weekday", "opens", "closes")
    list_filter = ("weekday",)
    search_fields = _DEALER
    autocomplete_fields = ("dealer",)


@admin.register(WorkingTime)
class WorkingTimeAdmin(OfficeAdmin):
    list_display = ("user", "active_from", "starts", "ends", "max_stops", "visiting_share")
    search_fields = _USER
    autocomplete_fields = ("user",)


@admin.register(Leave)
class LeaveAdmin(ReadOnlyAdmin):
    """Entered, shortened and taken out on the page of leave, which opens and closes what cover opened."""

    list_display = ("user", "kind", "period", "note")
    list_filter = ("kind",)
    search_fields = (*_USER, "note")
    autocomplete_fields = ("user",)


@admin.register(CalendarDay)
class CalendarDayAdmin(OfficeAdmin):
    list_display = ("on", "country", "works", "label")
    list_filter = ("country", "works")
    search_fields = ("label", "country")
    date_hierarchy = "on"


@admin.register(VisitPlan)
class VisitPlanAdmin(ReadOnlyAdmin):
    """Written by the planner; planned anew on the team's page."""

    list_display = (
        "user", "audience", "horizon", "starts_on", "target", "load_minutes", "capacity_minutes", "planned_at",
    )  # fmt: skip
    list_filter = ("horizon", "audience", "state")
    search_fields = _USER
    date_hierarchy = "starts_on"


@admin.register(Visit)
class VisitAdmin(ReadOnlyAdmin):
    """Changed on its own page and on the phone, where the rules are."""

    list_display = ("on", "dealer", "user", "kind", "means", "why", "state")
    list_filter = ("state", "kind", "means", "why")
    search_fields = (*_DEALER, *_USER, "objective")
    date_hierarchy = "on"


@admin.register(VisitDue)
class VisitDueAdmin(ReadOnlyAdmin):
    list_display = ("dealer", "user", "last_visit_on", "next_visit_on", "due_on", "own")
    list_filter = ("own",)
    search_fields = _DEALER


@admin.register(PlanningRun)
class PlanningRunAdmin(ReadOnlyAdmin):
    list_display = ("month", "audience", "requested_by", "requested_at")
    search_fields = ("requested_by__name", "requested_by__email")


@admin.register(OrderedDay)
class OrderedDayAdmin(ReadOnlyAdmin):
    list_display = ("user", "on", "km_before", "travel_minutes_before")
    search_fields = _USER


@admin.register(PlanningPart)
class PlanningPartAdmin(ReadOnlyAdmin):
    list_display = ("run", "user", "finished_at", "error")
    list_filter = ("error",)
    search_fields = _USER


@admin.register(Finding)
class FindingAdmin(OfficeAdmin):
    list_display = ("text", "dealer", "kind", "area", "state", "owner", "due_on")
    list_filter = ("state", "kind", "area")
    search_fields = (*_DEALER, "text")
    autocomplete_fields = ("dealer", "owner", "visit", "created_by")


@admin.register(Commitment)
class CommitmentAdmin(OfficeAdmin):
    list_display = ("text", "dealer", "side", "kind", "due_on", "state", "owner")
    list_filter = ("state", "side", "kind")
    search_fields = (*_DEALER, "text")
    autocomplete_fields = ("dealer", "owner", "visit", "created_by", "finding", "for_promise")


@admin.register(Advice)
class AdviceAdmin(OfficeAdmin):
    list_display = ("topic", "dealer", "result", "created_at")
    list_filter = ("result",)
    search_fields = (*_DEALER, "topic", "text")
    autocomplete_fields = ("dealer", "visit", "created_by")


@admin.register(StockSeen)
class StockSeenAdmin(ReadOnlyAdmin):
    list_display = ("dealer", "product", "quantity", "oldest_on", "created_at")
    search_fields = (*_DEALER, "product__name")


@admin.register(Collection)
class CollectionAdmin(ReadOnlyAdmin):
    list_display = ("dealer", "amount", "method", "reference", "created_at")
    list_filter = ("method",)
    search_fields = (*_DEALER, "reference")


@admin.register(VisitPhoto)
class VisitPhotoAdmin(ReadOnlyAdmin):
    list_display = ("dealer", "caption", "taken_at", "bytes")
    search_fields = (*_DEALER, "caption")


@admin.register(VisitForm)
class VisitFormAdmin(ReadOnlyAdmin):
    """Composed and published on the pages of the visit forms; a published version never changes."""

    list_display = ("__str__", "version", "published_at", "published_by", "changed_at")
    list_filter = ("kind",)
    search_fields = ("kind", "note")


@admin.register(ContactLimit)
class ContactLimitAdmin(OfficeAdmin):
    list_display = ("__str__", "most", "days", "count_calls", "count_asked_for")
    search_fields = ("kind", "tier")


@admin.register(CoachingItem)
class CoachingItemAdmin(ReadOnlyAdmin):
    """Worded on the page of the checklist, so that scored items keep their words."""

    list_display = ("key", "group", "place", "retired_at")
    list_filter = ("group",)
    search_fields = ("key",)


@admin.register(Coaching)
class CoachingAdmin(ReadOnlyAdmin):
    list_display = ("on", "rep", "coach", "mean", "shared_at", "read_at")
    search_fields = ("rep__name", "coach__name")
    date_hierarchy = "on"


@admin.register(Task)
class TaskAdmin(OfficeAdmin):
    list_display = ("title", "owner", "dealer", "important", "urgent", "due_on", "state")
    list_filter = ("state", "important", "urgent")
    search_fields = (*_DEALER, "title", "owner__name")
    autocomplete_fields = ("owner", "dealer", "visit", "created_by")


@admin.register(DayLog)
class DayLogAdmin(ReadOnlyAdmin):
    list_display = ("on", "user", "started", "travel_minutes", "meeting_minutes")
    search_fields = _USER
    date_hierarchy = "on"


@admin.register(TimeEntry)
class TimeEntryAdmin(ReadOnlyAdmin):
    list_display = ("on", "user", "category", "minutes")
    list_filter = ("category",)
    search_fields = _USER


@admin.register(Expense)
class ExpenseAdmin(ReadOnlyAdmin):
    list_display = ("on", "user", "category", "amount", "currency", "state")
    list_filter = ("state", "category")
    search_fields = (*_USER, "purpose")


@admin.register(Submission)
class SubmissionAdmin(ReadOnlyAdmin):
    list_display = ("received_at", "user", "kind", "key")
    list_filter = ("kind",)
    search_fields = _USER


@admin.register(LocationConsent)
class LocationConsentAdmin(ReadOnlyAdmin):
    list_display = ("user", "given_at", "withdrawn_at")
    search_fields = _USER


@admin.register(CalendarFeed)
class CalendarFeedAdmin(OfficeAdmin):
    """Made by their owners; deleted here when a device is lost. The token itself is kept nowhere."""

    list_display = ("user", "label", "created_at", "last_used_at")
    search_fields = (*_USER, "label")
    readonly_fields = ("user", "created_at", "last_used_at")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
