"""The back office of the dealer file. Personal fields are not opened here: showing them is recorded on the dealer page."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from crm.base.models import Company
from dealers import completeness
from dealers.actions.dealers import bin_dealer, restore_dealer
from dealers.actions.refreshing import refresh
from dealers.models import (
    Agreement,
    BasicInfo,
    BrandShare,
    BusinessField,
    BusinessStatus,
    Connection,
    Consent,
    Contact,
    CreditProfile,
    Dealer,
    DealerDocument,
    DealerExport,
    Interaction,
    PersonalDataErasure,
    PersonalDataView,
    SavedView,
    SpecialDate,
    StatusChange,
    TraitObservation,
    Traits,
)
from dealers.models.dealer import FIGURES


class FileAdmin(admin.ModelAdmin):
    """Rows of a dealer's file: found by the dealer, without counting a million of them."""

    autocomplete_fields: ClassVar[Any] = ("dealer",)
    list_select_related: ClassVar[Any] = ("dealer",)
    search_fields: ClassVar[Any] = ("=dealer__code", "dealer__name__contains")
    show_full_result_count = False
    list_per_page = 50
    # Names, places or telephones that the search knows.
    searchable = False

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        refresh([self._dealer_id(form.instance)], searchable=self.searchable)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        dealer_id = self._dealer_id(obj)
        super().delete_model(request, obj)
        refresh([dealer_id], searchable=self.searchable)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        dealer_ids = {self._dealer_id(row) for row in queryset}
        super().delete_queryset(request, queryset)
        refresh(dealer_ids, searchable=self.searchable)

    def _dealer_id(self, row: Any) -> int:
        return int(row.dealer_id)


class LookOnly:
    """What nobody writes by hand."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


class BinFilter(admin.SimpleListFilter):
    title = _("bin")
    parameter_name = "bin"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("in the bin"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Dealer]) -> QuerySet[Dealer]:
        return queryset.filter(deleted_at__isnull=self.value() != "yes")


@admin.register(Dealer)
class DealerAdmin(admin.ModelAdmin):
    """Status moves on the dealer page, where its guards are; here it is only seen. Nothing is deleted for good."""

    list_display = ("name", "code", "kind", "status", "tier", "territory", "city", "completeness")
    list_filter = (BinFilter, "kind", "status", "tier", "country")
    list_select_related = ("territory",)
    search_fields = ("=code", "name__contains", "name_romanised__icontains")
    autocomplete_fields = ("territory", "parent")
    filter_horizontal = ("business_scope",)
    readonly_fields = ("status", *(name for name in FIGURES if name != "search_text"), "created_at", "deleted_at")
    ordering = ("name", "pk")
    show_full_result_count = False
    list_per_page = 50
    actions = ("move_to_bin", "bring_back", "compute_completeness")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Dealer]:
        return Dealer.with_bin.all()

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        found, duplicates = super().get_search_results(request, queryset, search_term)
        # Choices elsewhere never offer what lies in the bin.
        return (found.filter(deleted_at__isnull=True) if "/autocomplete/" in request.path else found), duplicates

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: object = None) -> tuple[str, ...]:
        fields = tuple(self.readonly_fields)
        return fields if obj else tuple(name for name in fields if name != "status")

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        refresh([form.instance.pk], searchable=True)

    @admin.action(description=_("Move to the bin"))
    def move_to_bin(self, request: HttpRequest, queryset: QuerySet[Dealer]) -> None:
        ids = list(queryset.filter(deleted_at__isnull=True).values_list("pk", flat=True))
        for pk in ids:
            bin_dealer(dealer_id=pk, by=request.user, at=timezone.now())  # type: ignore[arg-type]
        self._say(
            request,
            ngettext("%(count)s dealer moved to the bin.", "%(count)s dealers moved to the bin.", len(ids)),
            ids,
        )

    @admin.action(description=_("Bring back from the bin"))
    def bring_back(self, request: HttpRequest, queryset: QuerySet[Dealer]) -> None:
        ids = list(queryset.filter(deleted_at__isnull=False).values_list("pk", flat=True))
        for pk in ids:
            restore_dealer(dealer_id=pk)
        self._say(request, ngettext("%(count)s dealer brought back.", "%(count)s dealers brought back.", len(ids)), ids)

    @admin.action(description=_("Compute the completeness anew"))
    def compute_completeness(self, request: HttpRequest, queryset: QuerySet[Dealer]) -> None:
        ids = list(queryset.values_list("pk", flat=True))
        completeness.refresh(on=Company.get().today(), dealer_ids=ids)
        self._say(request, ngettext("%(count)s dealer computed.", "%(count)s dealers computed.", len(ids)), ids)

    def _say(self, request: HttpRequest, text: str, ids: list[int]) -> None:
        self.message_user(request, text % {"count": len(ids)}, messages.SUCCESS)


@admin.register(BusinessField)
class BusinessFieldAdmin(admin.ModelAdmin):
    list_display = ("name", "name_zh_hans", "name_ja", "name_ko", "code")
    search_fields = ("name", "name_zh_hans", "name_ja", "name_ko", "=code")


@admin.register(StatusChange)
class StatusChangeAdmin(LookOnly, FileAdmin):
    list_display = ("dealer", "from_status", "to_status", "changed_at", "changed_by", "reason")
    list_filter = ("to_status",)
    list_select_related = ("dealer", "changed_by")
    date_hierarchy = "changed_at"


@admin.register(BusinessStatus)
class BusinessStatusAdmin(FileAdmin):
    list_display = ("dealer", "on", "capital_strength", "annual_sales_all_brands", "recorded_by")
    list_select_related = ("dealer", "recorded_by")
    raw_id_fields = ("recorded_by",)


@admin.register(BrandShare)
class BrandShareAdmin(FileAdmin):
    list_display = ("dealer", "on", "brand", "ours", "sales_share", "fund_share", "planned_investment")
    list_filter = ("ours", "positioning")
    search_fields = (*FileAdmin.search_fields, "brand")


@admin.register(CreditProfile)
class CreditProfileAdmin(FileAdmin):
    list_display = ("dealer", "rating", "credit_limit", "credit_term_days", "on_hold", "review_on")
    list_filter = ("rating", "on_hold")


class SpecialDateInline(admin.TabularInline):
    model = SpecialDate
    extra = 0


@admin.register(Contact)
class ContactAdmin(FileAdmin):
    list_display = ("name", "dealer", "position", "role", "attitude", "mobile", "is_primary", "active")
    list_filter = ("role", "attitude", "active")
    search_fields = (*FileAdmin.search_fields, "name", "mobile", "phone")
    inlines = (SpecialDateInline,)
    searchable = True


@admin.register(SpecialDate)
class SpecialDateAdmin(FileAdmin):
    list_display = ("contact", "kind", "label", "lunar", "month", "day", "remind_days_before")
    list_filter = ("kind", "lunar")
    list_select_related = ("contact",)
    search_fields = ("contact__name", "label")
    autocomplete_fields = ("contact",)

    def _dealer_id(self, row: Any) -> int:
        return int(row.contact.dealer_id)


@admin.register(Interaction)
class InteractionAdmin(FileAdmin):
    list_display = ("dealer", "channel", "happened_at", "contact", "by", "summary")
    list_filter = ("channel", "two_way")
    list_select_related = ("dealer", "contact", "by")
    autocomplete_fields = ("dealer", "contact")
    raw_id_fields = ("by",)
    date_hierarchy = "happened_at"


@admin.register(DealerDocument)
class DealerDocumentAdmin(LookOnly, FileAdmin):
    """Filed and superseded on the dealer page; never changed, never deleted."""

    list_display = ("title", "dealer", "kind", "version", "filename", "uploaded_at", "uploaded_by")
    list_filter = ("kind",)
    list_select_related = ("dealer", "uploaded_by")
    search_fields = (*FileAdmin.search_fields, "title")
    exclude = ("file",)


@admin.register(Agreement)
class AgreementAdmin(FileAdmin):
    list_display = ("dealer", "kind", "number", "starts_on", "ends_on")
    list_filter = ("kind",)
    search_fields = (*FileAdmin.search_fields, "number")
    raw_id_fields = ("document",)


@admin.register(BasicInfo)
class BasicInfoAdmin(FileAdmin):
    list_display = ("dealer", "owner_name", "updated_at")
    search_fields = (*FileAdmin.search_fields, "owner_name")
    exclude = BasicInfo.PERSONAL


@admin.register(Connection)
class ConnectionAdmin(LookOnly, FileAdmin):
    """That there is a network, not who is in it."""

    list_display = ("pk", "dealer", "influence")
    fields = ("dealer", "influence")


@admin.register(Traits)
class TraitsAdmin(FileAdmin):
    list_display = ("dealer", "management_level", "integrity", "updated_at")
    list_filter = ("management_level",)
    exclude = Traits.PERSONAL


@admin.register(TraitObservation)
class TraitObservationAdmin(FileAdmin):
    list_display = ("dealer", "observed_on", "observed_by")
    list_select_related = ("dealer", "observed_by")
    raw_id_fields = ("observed_by",)


@admin.register(Consent)
class ConsentAdmin(LookOnly, FileAdmin):
    """Given and withdrawn on the dealer page, where withdrawing erases."""

    list_display = ("dealer", "state", "purpose", "given_by", "decided_on", "keep_until", "recorded_by")
    list_filter = ("state",)
    list_select_related = ("dealer", "recorded_by")


@admin.register(PersonalDataView)
class PersonalDataViewAdmin(LookOnly, FileAdmin):
    list_display = ("dealer", "viewer", "viewed_at", "fields_shown")
    list_select_related = ("dealer", "viewer")
    search_fields = (*FileAdmin.search_fields, "viewer__name", "viewer__email")
    date_hierarchy = "viewed_at"
    fields = ("dealer", "viewer", "viewed_at", "fields_shown")

    @admin.display(description=_("fields"))
    def fields_shown(self, row: PersonalDataView) -> str:
        return ", ".join(row.fields)


@admin.register(PersonalDataErasure)
class PersonalDataErasureAdmin(LookOnly, FileAdmin):
    list_display = ("dealer", "erased_at", "cause", "erased_by", "history_rows")
    list_filter = ("cause",)
    list_select_related = ("dealer", "erased_by")


@admin.register(SavedView)
class SavedViewAdmin(admin.ModelAdmin):
    list_display = ("name", "user")
    list_select_related = ("user",)
    search_fields = ("name", "user__name", "user__email")
    raw_id_fields = ("user",)


@admin.register(DealerExport)
class DealerExportAdmin(LookOnly, admin.ModelAdmin):
    list_display = ("user", "exported_at", "format", "rows", "filters", "finished_at")
    list_select_related = ("user",)
    search_fields = ("user__name", "user__email")
    date_hierarchy = "exported_at"
