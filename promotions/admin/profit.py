"""What profitability is counted with, in the back office; the night's sums are read-only and stand on the pages."""

from __future__ import annotations

from django.contrib import admin

from promotions.models import ProfitTerms


@admin.register(ProfitTerms)
class TermsAdmin(admin.ModelAdmin):
    list_display = ("active_from", "active_until", "visit_cost", "capital_rate")
