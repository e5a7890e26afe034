from __future__ import annotations

from django.contrib import admin

from crm.base.admin import OfficeAdmin, ReadOnlyAdmin
from tiering.models import (
    DealerPlan,
    DealerPlanStep,
    DealerQuadrant,
    DealerScore,
    DealerTier,
    MatrixTerms,
    QuadrantChange,
    ScoreJudgement,
    ScoreWeights,
    TierChange,
    TierOverride,
    TierPolicy,
    TierRun,
)


@admin.register(TierPolicy)
class TierPolicyAdmin(ReadOnlyAdmin):
    """Versions are written on the page of the rule, where their effect is shown first."""

    list_display = (
        "active_from",
        "a_top_share",
        "basis",
        "b_growth",
        "b_min_cooperation",
        "b_min_loyalty",
        "created_by",
    )
    date_hierarchy = "active_from"


@admin.register(ScoreWeights)
class ScoreWeightsAdmin(ReadOnlyAdmin):
    list_display = ("active_from", "judgement_months", "note", "created_by")


@admin.register(TierRun)
class TierRunAdmin(ReadOnlyAdmin):
    list_display = ("on", "policy", "mode", "times", "moved", "count_a", "count_b", "count_c", "ran_at")
    list_filter = ("mode",)
    date_hierarchy = "on"


@admin.register(DealerTier)
class DealerTierAdmin(ReadOnlyAdmin):
    list_display = ("dealer", "tier", "computed", "reason", "since", "decided_on")
    list_filter = ("tier", "reason")
    search_fields = ("dealer__code", "dealer__name")


@admin.register(TierChange)
class TierChangeAdmin(ReadOnlyAdmin):
    list_display = ("on", "dealer", "from_tier", "tier", "reason")
    list_filter = ("tier", "reason")
    search_fields = ("dealer__code", "dealer__name")
    date_hierarchy = "on"


@admin.register(TierOverride)
class TierOverrideAdmin(ReadOnlyAdmin):
    """Asked for, approved and ended on the dealer's page, by two people."""

    list_display = ("dealer", "tier", "starts_on", "expires_on", "state", "requested_by", "decided_by")
    list_filter = ("state", "tier")
    search_fields = ("dealer__code", "dealer__name", "reason")


@admin.register(DealerScore)
class DealerScoreAdmin(ReadOnlyAdmin):
    list_display = ("dealer", "cooperation", "loyalty", "strength", "potential", "on")
    search_fields = ("dealer__code", "dealer__name")


@admin.register(ScoreJudgement)
class ScoreJudgementAdmin(ReadOnlyAdmin):
    list_display = ("dealer", "component", "value", "judged_on", "judged_by")
    list_filter = ("component",)
    search_fields = ("dealer__code", "dealer__name")
    raw_id_fields = ("dealer", "judged_by")


@admin.register(MatrixTerms)
class MatrixTermsAdmin(OfficeAdmin):
    """A version that counts from a day on; the next night goes by it."""

    list_display = ("active_from", "loyalty_cut", "strength_cut", "hysteresis", "note")


@admin.register(DealerQuadrant)
class DealerQuadrantAdmin(ReadOnlyAdmin):
    list_display = ("dealer", "quadrant", "since")
    list_filter = ("quadrant",)
    search_fields = ("dealer__code", "dealer__name")


@admin.register(QuadrantChange)
class QuadrantChangeAdmin(ReadOnlyAdmin):
    list_display = ("on", "dealer", "from_quadrant", "quadrant", "loyalty", "strength")
    list_filter = ("quadrant",)
    search_fields = ("dealer__code", "dealer__name")
    date_hierarchy = "on"


@admin.register(DealerPlan)
class DealerPlanAdmin(ReadOnlyAdmin):
    """Begun, taken step by step and closed on pages of their own."""

    list_display = ("dealer", "quadrant", "aim", "starts_on", "ends_on", "state", "created_by")
    list_filter = ("state", "quadrant")
    search_fields = ("dealer__code", "dealer__name", "aim")


@admin.register(DealerPlanStep)
class DealerPlanStepAdmin(ReadOnlyAdmin):
    list_display = ("plan", "kind", "due_on", "done_on", "done_by")
    list_filter = ("kind",)
