"""Terms, rates, the ladder and who stands in; the rest to be looked at."""

from __future__ import annotations

from django.contrib import admin

from crm.base.admin import OfficeAdmin, ReadOnlyAdmin
from promotions.models import (
    Account,
    Approval,
    ApprovalRule,
    Budget,
    BudgetTransfer,
    Claim,
    ClaimAudit,
    Delegation,
    Evaluation,
    ExchangeRate,
    Posting,
    Promotion,
    PromotionTerms,
)


@admin.register(ApprovalRule)
class ApprovalRuleAdmin(OfficeAdmin):
    list_display = ("role", "above", "territory", "mechanic", "active_from", "active_until")
    list_filter = ("role", "mechanic")


@admin.register(Delegation)
class DelegationAdmin(OfficeAdmin):
    list_display = ("giver", "taker", "period", "reason")
    autocomplete_fields = ("giver", "taker")


@admin.register(ExchangeRate)
class ExchangeRateAdmin(OfficeAdmin):
    list_display = ("currency", "into", "rate", "valid_from")
    list_filter = ("currency", "into")


@admin.register(PromotionTerms)
class PromotionTermsAdmin(OfficeAdmin):
    list_display = (
        "active_from", "active_until", "submit_days", "claim_days", "roi_wanted", "roi_poor", "warn_share", "audit_share",
    )  # fmt: skip


@admin.register(Promotion)
class PromotionAdmin(ReadOnlyAdmin):
    list_display = ("title", "mechanic", "territory", "starts_on", "ends_on", "state", "owner")
    list_filter = ("state", "mechanic")
    search_fields = ("title",)


@admin.register(Budget)
class BudgetAdmin(ReadOnlyAdmin):
    list_display = ("code", "name", "territory", "purpose", "starts_on", "ends_on", "currency", "parent")
    search_fields = ("code", "name")


@admin.register(BudgetTransfer)
class BudgetTransferAdmin(ReadOnlyAdmin):
    list_display = ("source", "budget", "amount", "state", "requested_by", "decided_by")


@admin.register(Claim)
class ClaimAdmin(ReadOnlyAdmin):
    list_display = ("dealer", "promotion", "amount", "approved_amount", "state", "submitted_at")
    list_filter = ("state",)


@admin.register(ClaimAudit)
class ClaimAuditAdmin(ReadOnlyAdmin):
    list_display = ("claim", "drawn_on", "due_on", "result", "found_by")
    list_filter = ("result",)


@admin.register(Evaluation)
class EvaluationAdmin(ReadOnlyAdmin):
    list_display = ("promotion", "estimate", "net", "spend", "roi", "poor", "consequence")


@admin.register(Approval)
class ApprovalAdmin(ReadOnlyAdmin):
    list_display = ("promotion", "decision", "role", "by", "instead_of", "at")


@admin.register(Posting)
class PostingAdmin(ReadOnlyAdmin):
    list_display = ("key", "kind", "budget", "amount", "currency", "on", "by")
    list_filter = ("kind",)
    search_fields = ("key",)


@admin.register(Account)
class AccountAdmin(ReadOnlyAdmin):
    list_display = ("kind", "budget", "earmark", "balance", "currency")
    list_filter = ("kind",)
