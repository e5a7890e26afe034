"""Words into plans, steps and results."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext, gettext_lazy, pgettext_lazy

from accounts.models import User
from dealers.forms.layout import DayInput, PercentField, PlainForm
from dealers.models import Dealer
from tiering.choices import Quadrant
from tiering.models import DealerPlan


class DealerPlanForm(PlainForm, forms.ModelForm):
    groups = (
        ("", ("aim", "ends_on")),
        (gettext_lazy("Who gains what"), ("our_gain", "dealer_gain")),
        (gettext_lazy("Not to depend on it"), ("share_limit",)),
    )

    share_limit = PercentField(
        label=gettext_lazy("most of the territory's sales (%)"), required=False,
        help_text=gettext_lazy("The share of its territory's sales that this dealer alone should make at most"),
    )  # fmt: skip

    class Meta:
        model = DealerPlan
        fields = ("aim", "ends_on", "our_gain", "dealer_gain", "share_limit")
        widgets = {
            "ends_on": DayInput(),
            "our_gain": forms.Textarea(attrs={"rows": 2}),
            "dealer_gain": forms.Textarea(attrs={"rows": 2}),
        }

    def __init__(self, *args: Any, quadrant: str, on: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.on = on
        if quadrant == Quadrant.PHASE_OUT:
            del self.fields["our_gain"], self.fields["dealer_gain"]
        if quadrant != Quadrant.NEGOTIATE:
            del self.fields["share_limit"]
        else:
            for name in ("our_gain", "dealer_gain"):
                self.fields[name].required = True

    def clean_ends_on(self) -> dt.date:
        day: dt.date = self.cleaned_data["ends_on"]
        if day <= self.on:
            raise forms.ValidationError(gettext("A plan needs time: choose a day that is still to come."))
        return day


class StepForm(forms.Form):
    """`replacement` is a dealer's code; only dealers that the user sees are found."""

    note = forms.CharField(max_length=500, required=False, label=pgettext_lazy("on a step of a plan", "note"))
    replacement = forms.CharField(
        max_length=40, required=False, label=gettext_lazy("code of the dealer that takes over")
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_replacement(self) -> Dealer | None:
        """None when nothing was typed, or no such dealer is seen."""
        code = self.cleaned_data["replacement"].strip()
        found: Dealer | None = Dealer.objects.visible_to(self.user).filter(code=code).first() if code else None
        return found
