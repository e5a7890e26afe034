"""Words of a leader about a visit."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext

from dealers.forms.layout import PlainForm
from visits.models import LeaderReport


class LeaderReportForm(PlainForm, forms.ModelForm):
    groups = (("", ("barriers", "decisions")),)

    class Meta:
        model = LeaderReport
        fields = ("barriers", "decisions")
        widgets = {"barriers": forms.Textarea({"rows": 5}), "decisions": forms.Textarea({"rows": 5})}

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if not values.get("barriers") and not values.get("decisions"):
            raise forms.ValidationError(gettext("Write down what was raised, or what was decided."))
        return values
