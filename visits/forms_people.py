"""Forms about people's work and what they ask for."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext

from dealers.forms.layout import DayInput, PlainForm
from visits.forms import day_to_come
from visits.models import RoleProfile, VisitRequest

# Nobody plans further than this.
LATEST = dt.date(2100, 12, 31)


class RoleProfileForm(PlainForm, forms.ModelForm):
    groups = (("", ("title", "duties", "powers", "asks")),)

    class Meta:
        model = RoleProfile
        fields = ("title", "duties", "powers", "asks")
        widgets = {
            "duties": forms.Textarea({"rows": 8}), "powers": forms.Textarea({"rows": 4}), "asks": forms.Textarea({"rows": 4}),
        }  # fmt: skip


class VisitRequestForm(PlainForm, forms.ModelForm):
    """By a day that is not over."""

    groups = (("", ("kind", "text", ("latest_on", "urgent"))),)

    latest_on = forms.DateField(label=VisitRequest._meta.get_field("latest_on").verbose_name, widget=DayInput())

    class Meta:
        model = VisitRequest
        fields = ("kind", "text", "latest_on", "urgent")

    def __init__(self, *args: Any, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._today = today

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"].strip()
        if not text:
            raise forms.ValidationError(gettext("Say in words what happened."))
        return text

    def clean_latest_on(self) -> dt.date:
        day = day_to_come(self.cleaned_data["latest_on"], self._today)
        if day > LATEST:
            raise forms.ValidationError(gettext("This is no date."))
        return day
