"""The back office of sales. Records come from imports and are corrected by imports, so that sums and records agree."""

from __future__ import annotations

from typing import Any, ClassVar, cast

from django.contrib import admin
from django.core.paginator import Paginator
from django.db import connection
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from sales import figures
from sales.models import (
    Brand,
    DealerFigures,
    FiguresState,
    Product,
    Receivable,
    SalesRecord,
    SalesTarget,
    StockCount,
    Unit,
)

# More than anybody pages through; counting millions would take longer than reading.
COUNTED = 10_000


class ShortPaginator(Paginator):
    """Counts no further than a person turns pages."""

    @cached_property
    def count(self) -> int:
        rows = cast("QuerySet[Any]", self.object_list)
        return rows[: COUNTED + 1].count()


class LargeTable(admin.ModelAdmin):
    """A table that may hold millions of rows."""

    paginator = ShortPaginator
    show_full_result_count = False
    list_per_page = 50


class ReadOnly(LargeTable):
    """Rows that the program writes."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class FiguresFollow(LargeTable):
    """Rows that a dealer's figures are made of: a change here reaches them at once."""

    autocomplete_fields: ClassVar[Any] = ("dealer",)
    list_select_related: ClassVar[Any] = ("dealer",)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        before = form.initial.get("dealer") if change else None
        super().save_model(request, obj, form, change)
        self._follow([obj.dealer_id, before])

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        super().delete_model(request, obj)
        self._follow([obj.dealer_id])

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet) -> None:
        dealers = list(queryset.values_list("dealer_id", flat=True))
        super().delete_queryset(request, queryset)
        self._follow(dealers)

    @staticmethod
    def _follow(dealers: list[int | None]) -> None:
        """The admin's views work in a transaction."""
        with connection.cursor() as cursor:
            figures.lock(cursor)
            figures.touch(cursor, [dealer for dealer in dealers if dealer is not None])
            figures.refresh_touched(cursor)


@admin.register(Brand)
class BrandAdmin(admin.ModelAdmin):
    list_display = ("code", "name", "ours")
    list_filter = ("ours",)
    search_fields = ("code", "name")


@admin.register(Unit)
class UnitAdmin(admin.ModelAdmin):
    list_display = ("code", "name")
    search_fields = ("code", "name")


@admin.register(Product)
class ProductAdmin(LargeTable):
    list_display = ("code", "name", "brand", "category", "subcategory", "unit", "list_price", "unit_cost", "active")
    list_select_related = ("brand", "unit")
    list_filter = ("active", "brand")
    search_fields = ("code", "name", "category", "subcategory")
    autocomplete_fields = ("brand", "unit")


@admin.register(SalesRecord)
class SalesRecordAdmin(ReadOnly):
    list_display = ("on", "dealer", "product", "kind", "quantity", "amount", "reference", "sold_by")
    list_select_related = ("dealer", "product", "sold_by")
    # The dealer's code or an order number, whole: a part of it would read every month.
    search_fields = ("=dealer__code", "=reference")
    search_help_text = _("A dealer's code, or an order and line as they stand in the record")
    # Newest month first: the database then reads one partition, not all.
    ordering = ("-on", "-pk")


@admin.register(Receivable)
class ReceivableAdmin(FiguresFollow):
    list_display = ("number", "dealer", "kind", "issued_on", "due_on", "amount", "open_amount")
    list_filter = ("kind",)
    search_fields = ("=number", "=dealer__code")
    date_hierarchy = None


@admin.register(StockCount)
class StockCountAdmin(FiguresFollow):
    list_display = ("on", "dealer", "product", "quantity", "aged_quantity", "oldest_batch_on")
    list_select_related = ("dealer", "product")
    autocomplete_fields = ("dealer", "product")
    search_fields = ("=dealer__code", "=product__code")


@admin.register(SalesTarget)
class SalesTargetAdmin(LargeTable):
    list_display = ("period_start", "period_end", "dealer", "territory", "user", "kind", "amount", "quantity")
    list_select_related = ("dealer", "territory", "user")
    list_filter = ("kind",)
    search_fields = ("=dealer__code", "=territory__code", "=user__email", "=user__staff_code")
    autocomplete_fields = ("dealer", "territory", "user")


@admin.register(DealerFigures)
class DealerFiguresAdmin(ReadOnly):
    list_display = (
        "dealer",
        "year",
        "quantity_e3",
        "amount_e4",
        "sales_12m_e4",
        "balance_e4",
        "overdue_e4",
        "last_order_on",
    )
    list_select_related = ("dealer",)
    search_fields = ("=dealer__code",)
    ordering = ("pk",)


@admin.register(FiguresState)
class FiguresStateAdmin(ReadOnly):
    list_display = ("on", "year", "first_month", "stale")
