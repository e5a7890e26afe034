"""A growth plan as it is typed; its steps one a line."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext, gettext_lazy

from crm.base.periods import month_start
from dealers.forms.layout import DayInput, PlainForm
from visits.growth import Step, StepUnclear, steps_of
from visits.models import GrowthPlan

# A growth plan tells of living memory, and of years that its makers will see.
EARLIEST, LATEST = dt.date(2000, 1, 1), dt.date(2090, 12, 31)


class GrowthPlanForm(PlainForm, forms.ModelForm):
    groups = (
        ("", (("place", "starts_on"), ("baseline", "target_1", "target_2", "target_3"))),
        (gettext_lazy("The way there"), ("thinking", "focus", "steps", "support")),
        (gettext_lazy("Afterwards"), ("result",)),
    )

    starts_on = forms.DateField(
        label=gettext_lazy("From"), widget=DayInput(), help_text=gettext_lazy("The month counts.")
    )
    steps = forms.CharField(
        label=gettext_lazy("Steps"), required=False, max_length=14_000, widget=forms.Textarea({"rows": 8}),
        help_text=gettext_lazy("One in a line, with the months after the start before it: “3 Train two salespeople”."),
    )  # fmt: skip

    class Meta:
        model = GrowthPlan
        fields = (
            "place", "starts_on", "baseline", "target_1", "target_2", "target_3", "thinking", "focus", "support", "result",
        )  # fmt: skip
        widgets = {name: forms.Textarea({"rows": 3}) for name in ("thinking", "focus", "support", "result")}

    def clean_starts_on(self) -> dt.date:
        day = self.cleaned_data["starts_on"]
        if not EARLIEST <= day <= LATEST:
            raise forms.ValidationError(gettext("This is no date."))
        return month_start(day)

    def clean_steps(self) -> list[Step]:
        try:
            return steps_of(self.cleaned_data["steps"])
        except StepUnclear as unclear:
            said = gettext("This step is too long, too late or one too many: %(step)s")
            raise forms.ValidationError(said % {"step": str(unclear)[:80]}) from unclear

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        place, start = values.get("place"), values.get("starts_on")
        if place and start:
            there = GrowthPlan.objects.filter(dealer=self.instance.dealer_id, place=place, starts_on=start)
            if there.exclude(pk=self.instance.pk).exists():
                self.add_error("place", gettext("There is a plan for this place from this month on already."))
        return values
