"""Words into support requests, decisions and results."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext, gettext_lazy

from dealers.forms.layout import NearDayField, PercentField, PlainForm
from promotions.models import SupportRequest
from promotions.support.choices import ResourceKind


class RequestForm(PlainForm, forms.ModelForm):
    groups = (
        ("", (("kind", "staff_kind"), "why_this_kind", "purpose", ("starts_on", "ends_on"))),
        (gettext_lazy("What it costs"), (("cost_people", "cost_travel", "cost_wear"), "company_share", ("consent_by", "consent_on"))),
        (gettext_lazy("What the dealer promises"), (("buys_amount", "buys_by"), ("pays_amount", "pays_by"))),
    )  # fmt: skip

    company_share = PercentField(
        label=gettext_lazy("share of the company (%)"), initial="50",
        help_text=gettext_lazy("The dealer bears the rest, and has agreed to it."),
    )  # fmt: skip

    class Meta:
        model = SupportRequest
        fields = (
            "kind", "staff_kind", "why_this_kind", "purpose", "starts_on", "ends_on", "cost_people", "cost_travel", "cost_wear",
            "company_share", "consent_by", "consent_on", "buys_amount", "buys_by", "pays_amount", "pays_by",
        )  # fmt: skip
        field_classes = dict.fromkeys(("starts_on", "ends_on", "consent_on", "buys_by", "pays_by"), NearDayField)

    def __init__(self, *args: Any, on: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.on = on

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        starts, ends, kind = cleaned.get("starts_on"), cleaned.get("ends_on"), cleaned.get("kind")
        if starts and starts < self.on:
            self.add_error("starts_on", gettext("Support is not asked for after the fact."))
        if starts and ends and ends <= starts:
            self.add_error("ends_on", gettext("The end must come after the beginning."))
        if starts and cleaned.get("buys_by") and cleaned["buys_by"] < starts:
            self.add_error("buys_by", gettext("The dealer buys from the first day of the support on."))
        self._promise(cleaned)
        if cleaned.get("consent_on") and cleaned["consent_on"] > self.on:
            self.add_error("consent_on", gettext("The dealer has to agree before it is asked for."))
        if kind == ResourceKind.PERSON:
            for name in ("staff_kind", "why_this_kind"):
                if not cleaned.get(name):
                    self.add_error(name, gettext("Say who is to be sent, and why."))
        elif kind == ResourceKind.VEHICLE:
            cleaned["staff_kind"] = ""
            if not (cleaned.get("cost_travel") or cleaned.get("cost_people") or cleaned.get("cost_wear")):
                self.add_error("cost_travel", gettext("A vehicle is not sent without an estimate of what it costs."))
        return cleaned

    def _promise(self, cleaned: dict[str, Any]) -> None:
        """To buy, to pay, or both: each with an amount and a day."""
        for amount, day in (("buys_amount", "buys_by"), ("pays_amount", "pays_by")):
            if self.errors.keys() & {amount, day}:
                return
            if (cleaned.get(amount) is None) != (cleaned.get(day) is None):
                self.add_error(day, gettext("A promise has an amount and a day."))
        if cleaned.get("buys_amount") is None and cleaned.get("pays_amount") is None:
            self.add_error("buys_amount", gettext("Say what the dealer will buy or pay, and until when."))
        if cleaned.get("pays_by") and cleaned["pays_by"] < self.on:
            self.add_error("pays_by", gettext("The day lies in the past."))


class ReturnForm(forms.Form):
    result = forms.CharField(max_length=2000)
    actual_cost = forms.DecimalField(min_value=0, max_digits=14, decimal_places=2, required=False)
