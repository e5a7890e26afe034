"""The back office: rules with their versions, the catalogue of causes, quiet periods; the rest to be looked at."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.postgres.forms import SimpleArrayField
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.choices import Role
from alerts import kinds
from alerts.models import (
    AlertRule,
    Case,
    CaseAction,
    CaseEvent,
    CaseWatcher,
    Cause,
    ChurnCard,
    KindNight,
    LimitExcess,
    LossReview,
    LossTerms,
    MajorEvent,
    QuietPeriod,
    RuleTrial,
    RuleVersion,
)
from alerts.publishing import RuleRefused, check_version, publish
from crm.base.admin import OfficeAdmin, ReadOnlyAdmin
from crm.base.models import Company
from dealers.choices import DealerKind, Tier


def _kind_choices() -> list[tuple[str, str]]:
    return [(kind.code, str(kind.label)) for kind in kinds.registered()]


class RuleForm(forms.ModelForm):
    """The scope is given once: afterwards the database refuses to change it."""

    kind = forms.ChoiceField(label=_("kind of warning"), choices=_kind_choices)
    countries = SimpleArrayField(
        forms.CharField(max_length=2), label=_("countries"), required=False,
        help_text=_("ISO 3166 codes, with commas between them; empty: all"),
    )  # fmt: skip
    dealer_kinds = forms.MultipleChoiceField(
        label=_("kinds of dealers"), choices=DealerKind, required=False, widget=forms.CheckboxSelectMultiple
    )
    tiers = forms.MultipleChoiceField(
        label=_("tiers"), choices=[*Tier.choices, ("-", _("without a tier"))], required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip

    class Meta:
        model = AlertRule
        fields = ("kind", "territory", "countries", "dealer_kinds", "tiers")

    def clean_countries(self) -> list[str]:
        return sorted({country.strip().upper() for country in self.cleaned_data["countries"]})

    def clean_dealer_kinds(self) -> list[str]:
        return sorted(self.cleaned_data["dealer_kinds"])

    def clean_tiers(self) -> list[str]:
        return sorted("" if tier == "-" else tier for tier in self.cleaned_data["tiers"])


class QuietPeriodInline(admin.TabularInline):
    model = QuietPeriod
    extra = 0


@admin.register(AlertRule)
class AlertRuleAdmin(OfficeAdmin):
    """Made here; versions are written and published beside it."""

    kept = True
    form = RuleForm
    list_display = ("__str__", "territory", "counts_now", "created_at", "created_by")
    list_filter = ("kind",)
    inlines = (QuietPeriodInline,)
    raw_id_fields = ("territory",)

    @admin.display(description=_("switched on"), boolean=True)
    def counts_now(self, rule: AlertRule) -> bool | None:
        version = RuleVersion.objects.on(Company.get().today()).filter(rule=rule).first()
        return version.on if version else None

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("kind", "territory", "countries", "dealer_kinds", "tiers") if obj else ()

    def save_model(self, request: HttpRequest, obj: AlertRule, form: forms.ModelForm, change: bool) -> None:
        if not change:
            obj.created_by = request.user  # type: ignore[assignment]
            super().save_model(request, obj, form, change)


class VersionForm(forms.ModelForm):
    watchers = SimpleArrayField(
        forms.ChoiceField(choices=Role), label=_("watched by"), required=False,
        help_text=_("Roles, with commas between them: MANAGER, FINANCE"),
    )  # fmt: skip
    publish_now = forms.BooleanField(
        label=_("publish"), required=False, help_text=_("Counts from its day on, and cannot be changed any more.")
    )

    class Meta:
        model = RuleVersion
        fields = (
            "rule", "active_from", "on", "thresholds", "parameters", "owned_by", "watchers", "margin",
            "acknowledge_hours_yellow", "acknowledge_hours_orange", "acknowledge_hours_red", "cause_days", "yellow_days",
            "red_days", "recovery_days", "note",
        )  # fmt: skip

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if self.instance.rule_id or (cleaned and cleaned.get("rule")):
            for name in ("rule", "thresholds", "parameters", "margin"):
                if cleaned and name in cleaned:
                    setattr(self.instance, name, cleaned[name])
            try:
                check_version(self.instance)
            except RuleRefused as error:
                raise ValidationError(str(error)) from error
            starts = cleaned.get("active_from") if cleaned and cleaned.get("publish_now") else None
            if starts is not None and starts < Company.get().today():
                raise ValidationError({"active_from": _("A version counts from today or from a later day.")})
        return cleaned


@admin.register(RuleVersion)
class RuleVersionAdmin(OfficeAdmin):
    """Drafts are written and published here; what is published stays as it is."""

    form = VersionForm
    list_display = ("rule", "active_from", "on", "owned_by", "published_at", "published_by")
    list_filter = ("rule__kind", "on")
    list_select_related = ("rule__territory", "published_by")
    date_hierarchy = "active_from"

    def has_change_permission(self, request: HttpRequest, obj: RuleVersion | None = None) -> bool:
        return (obj is None or obj.published_at is None) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: RuleVersion | None = None) -> bool:
        return obj is not None and obj.published_at is None and super().has_delete_permission(request, obj)

    def save_model(self, request: HttpRequest, obj: RuleVersion, form: forms.ModelForm, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if form.cleaned_data.get("publish_now"):
            try:
                publish(version=obj, by=request.user, at=timezone.now(), on=Company.get().today())  # type: ignore[arg-type]
            except RuleRefused as error:
                self.message_user(request, str(error), "ERROR")


@admin.register(Cause)
class CauseAdmin(OfficeAdmin):
    kept = True
    list_display = ("code", "__str__", "active")
    list_filter = ("active",)


@admin.register(LossTerms)
class LossTermsAdmin(OfficeAdmin):
    kept = True
    list_display = ("gross_margin", "keeping_share", "multiple")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return not LossTerms.objects.exists()


class EventInline(admin.TabularInline):
    model = CaseEvent
    extra = 0
    can_delete = False
    fields = readonly_fields = ("at", "did", "by", "was", "now", "text")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ActionInline(admin.TabularInline):
    model = CaseAction
    extra = 0
    can_delete = False
    fields = readonly_fields = ("due_on", "kind", "title", "owner", "state", "result")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class WatcherInline(admin.TabularInline):
    model = CaseWatcher
    extra = 0
    can_delete = False
    fields = readonly_fields = ("user", "since")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Case)
class CaseAdmin(ReadOnlyAdmin):
    """Worked on by actions, which keep its timeline."""

    list_display = ("dealer", "kind", "severity", "state", "owner", "opened_on", "territory")
    list_filter = ("kind", "severity", "state", "mass")
    search_fields = ("dealer__code", "dealer__name")
    date_hierarchy = "opened_on"
    inlines = (ActionInline, WatcherInline, EventInline)


@admin.register(MajorEvent)
class MajorEventAdmin(ReadOnlyAdmin):
    list_display = ("dealer", "kind", "happened_on", "entered_by", "entered_at")
    list_filter = ("kind",)
    search_fields = ("dealer__code", "dealer__name")


@admin.register(LossReview)
class LossReviewAdmin(ReadOnlyAdmin):
    list_display = ("dealer", "state", "reason", "due_on", "owner", "written_by")
    list_filter = ("state", "reason")
    search_fields = ("dealer__code", "dealer__name")


@admin.register(KindNight)
class KindNightAdmin(ReadOnlyAdmin):
    list_display = ("on", "kind", "looked_at", "rose", "opened", "mass", "error")
    list_filter = ("kind", "mass")
    date_hierarchy = "on"


@admin.register(LimitExcess)
class LimitExcessAdmin(ReadOnlyAdmin):
    list_display = ("dealer", "began_on", "ended_on")
    search_fields = ("dealer__code", "dealer__name")


@admin.register(ChurnCard)
class ChurnCardAdmin(ReadOnlyAdmin):
    """Fitted by `manage.py fit_churn`; which one counts is chosen here."""

    list_display = ("fitted_at", "in_use", "auc", "shipped_auc", "precision", "shipped_precision")
    list_filter = ("in_use",)
    actions = ("use", "use_the_shipped")

    @admin.action(description=_("Score by this card"), permissions=["choose"])
    def use(self, request: HttpRequest, queryset: QuerySet[ChurnCard]) -> None:
        if queryset.count() != 1:
            self.message_user(request, gettext("Choose one card."), "ERROR")
            return
        with transaction.atomic():
            ChurnCard.objects.filter(in_use=True).update(in_use=False)
            queryset.update(in_use=True)
        self.message_user(request, gettext("The next night scores every dealer by it."))

    @admin.action(description=_("Score by the card of the product"), permissions=["choose"])
    def use_the_shipped(self, request: HttpRequest, queryset: QuerySet[ChurnCard]) -> None:
        ChurnCard.objects.filter(in_use=True).update(in_use=False)
        self.message_user(request, gettext("The next night scores every dealer by it."))

    def has_choose_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("alerts.change_churncard")


@admin.register(RuleTrial)
class RuleTrialAdmin(ReadOnlyAdmin):
    list_display = ("rule", "asked_at", "asked_by", "state", "milliseconds")
    list_filter = ("state", "rule__kind")
    list_select_related = ("rule__territory", "asked_by")
    date_hierarchy = "asked_at"
