"""Words into policies, weights, judgements and overrides."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext, gettext_lazy

from crm.base.periods import add_months
from crm.base.text import joined, labelled
from dealers.choices import DealerKind, Tier
from dealers.forms.layout import DayInput, PercentField, PlainForm
from tiering.choices import Component, Score
from tiering.models import ScoreWeights, TierPolicy, TierRun
from tiering.models.runs import OVERRIDE_MONTHS
from tiering.models.scores import check_weights


class _NewVersion(forms.ModelForm):
    """A version counts from a day that no run has been made for yet: what was decided stays explained."""

    def __init__(self, *args: Any, on: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        latest = TierRun.objects.values_list("on", flat=True).first()
        self.earliest = max(on, latest + dt.timedelta(days=1)) if latest else dt.date(2000, 1, 1)

    def clean_active_from(self) -> dt.date:
        day: dt.date = self.cleaned_data["active_from"]
        if day < self.earliest:
            raise forms.ValidationError(
                gettext("The tiers up to then are decided already. The first possible day is %(day)s.")
                % {"day": self.earliest}
            )
        return day

    def validate_unique(self) -> None:
        # A version from the same day that no run used yet is replaced.
        return


class PolicyForm(_NewVersion):
    a_top_share = PercentField(label=gettext_lazy("share that is A (%)"))
    b_growth = PercentField(label=gettext_lazy("growth asked for B (%)"))
    kinds_always_a = forms.MultipleChoiceField(
        label=gettext_lazy("always A"), choices=DealerKind.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    kinds_ranked = forms.MultipleChoiceField(
        label=gettext_lazy("ranked"), choices=DealerKind.choices, required=False, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = TierPolicy
        fields = (
            "active_from", "a_top_share", "basis", "rounding", "kinds_always_a", "kinds_ranked", "b_growth", "b_years",
            "b_min_cooperation", "b_min_loyalty", "min_months", "min_completeness", "damping", "note",
        )  # fmt: skip
        widgets = {
            "active_from": DayInput(),
            "b_years": forms.Select(choices=[(1, "1"), (2, "2")]),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            if isinstance(field.widget, forms.CheckboxSelectMultiple | forms.CheckboxInput):
                continue
            css = "form-select form-select-sm" if isinstance(field.widget, forms.Select) else "form-control"
            invalid = " is-invalid" if self.is_bound and name in self.errors else ""
            field.widget.attrs.update({"class": f"{css} policy-{name}{invalid}", "aria-label": str(field.label)})

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        both = set(cleaned.get("kinds_always_a", ())) & set(cleaned.get("kinds_ranked", ()))
        if both:
            names = joined(DealerKind(kind).label for kind in sorted(both))
            self.add_error("kinds_ranked", gettext("What is always A is not ranked: %(kinds)s.") % {"kinds": names})
        return cleaned


class WeightsForm(PlainForm, _NewVersion):
    """One number for each score and component; each score's add up to 100."""

    class Meta:
        model = ScoreWeights
        fields = ("active_from", "judgement_months", "note")
        widgets = {"active_from": DayInput()}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs["class"] = "form-control"
        for score in Score:
            for component in Component:
                self.fields[self.name_of(score, component)] = forms.IntegerField(
                    label=labelled(score.label, component.label), min_value=0, max_value=100, required=False,
                    initial=self.instance.weights[score.value].get(component.value) or None,
                    widget=forms.NumberInput(attrs={"class": "form-control", "aria-label": labelled(score.label, component.label)}),
                )  # fmt: skip

    @staticmethod
    def name_of(score: str, component: str) -> str:
        return f"{score}-{component}"

    @property
    def rows(self) -> list[tuple[str, list[Any]]]:
        """Each component's label and its fields, in the order of the scores."""
        return [(str(c.label), [self[self.name_of(s, c)] for s in Score]) for c in Component]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        weights: dict[str, dict[str, int]] = {
            score.value: {
                component.value: weight
                for component in Component
                if (weight := cleaned.get(self.name_of(score, component)))
            }
            for score in Score
        }
        try:
            check_weights(weights)
        except forms.ValidationError as error:
            self.add_error(None, error)
        self.instance.weights = weights
        return cleaned


class JudgementForm(PlainForm, forms.Form):
    component = forms.ChoiceField(label=gettext_lazy("what is judged"))
    value = forms.IntegerField(
        label=gettext_lazy("value (0 to 100)"), min_value=0, max_value=100,
        help_text=gettext_lazy("0 is as bad as it gets, 50 is ordinary, 100 could not be better."),
    )  # fmt: skip
    note = forms.CharField(
        label=gettext_lazy("what it rests on"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("What you saw or heard, so that a colleague would judge alike."),
    )  # fmt: skip

    def __init__(self, *args: Any, measured: set[str], **kwargs: Any) -> None:
        """`measured` are components that have data: judging them would change nothing."""
        super().__init__(*args, **kwargs)
        choices = [(value, label) for value, label in Component.choices if value not in measured]
        self.fields["component"].choices = choices  # type: ignore[attr-defined]


class OverrideForm(PlainForm, forms.Form):
    groups = (("", ("tier", ("starts_on", "expires_on"), "reason")),)

    tier = forms.ChoiceField(label=gettext_lazy("tier"), choices=Tier.choices)
    starts_on = forms.DateField(label=gettext_lazy("from"), widget=DayInput())
    expires_on = forms.DateField(
        label=gettext_lazy("until"), widget=DayInput(),
        help_text=gettext_lazy("The first day that no longer counts; twelve months at most."),
    )  # fmt: skip
    reason = forms.CharField(
        label=gettext_lazy("reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("It stands on the dealer's page as long as the tier does."),
    )  # fmt: skip

    def __init__(self, *args: Any, on: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.on = on

    def clean_starts_on(self) -> dt.date:
        day: dt.date = self.cleaned_data["starts_on"]
        if day < self.on:
            raise forms.ValidationError(gettext("A tier is not set by hand for the past."))
        return day

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        starts_on, expires_on = cleaned.get("starts_on"), cleaned.get("expires_on")
        if starts_on and expires_on:
            if expires_on <= starts_on:
                self.add_error("expires_on", gettext("The end must come after the beginning."))
            elif expires_on > add_months(starts_on, OVERRIDE_MONTHS):
                self.add_error("expires_on", gettext("A tier is set by hand for twelve months at most."))
        return cleaned


class AnswerForm(forms.Form):
    """Approve or refuse a request; a refusal says why."""

    decision = forms.ChoiceField(choices=[("approve", ""), ("refuse", "")])
    answer = forms.CharField(max_length=500, required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("decision") == "refuse" and not cleaned.get("answer"):
            self.add_error("answer", gettext("Say why it is refused."))
        return cleaned
