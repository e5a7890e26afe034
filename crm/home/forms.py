from __future__ import annotations

from zoneinfo import available_timezones

from django import forms
from django.utils.dates import MONTHS
from django.utils.translation import gettext_lazy as _

from crm.base.models import Company


class CompanyForm(forms.ModelForm):
    """What every business date and every amount refers to."""

    fiscal_year_start = forms.TypedChoiceField(
        label=_("First month of the fiscal year"),
        coerce=int,
        choices=[(number, name) for number, name in MONTHS.items()],
    )

    class Meta:
        model = Company
        fields = ["name", "time_zone", "currency", "fiscal_year_start"]
        labels = {"name": _("Name"), "time_zone": _("Time zone"), "currency": _("Reporting currency")}

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].required = True
        self.fields["time_zone"].widget.attrs["list"] = "time-zones"
        self.time_zones = sorted(name for name in available_timezones() if "/" in name and not name.startswith("Etc/"))

    def clean_currency(self) -> str:
        currency = self.cleaned_data["currency"].strip().upper()
        if len(currency) != 3 or not currency.isalpha() or not currency.isascii():
            raise forms.ValidationError(
                _("“%(value)s” is not a currency code; write three letters such as CNY, JPY, KRW or USD."),
                params={"value": currency},
            )
        return currency
