"""Part three of the file: snapshots of the business, the brand portfolio of a day, credit."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.base.models import Company
from crm.base.text import joined
from dealers import brands
from dealers.forms.layout import DayInput, PercentField, PlainForm
from dealers.forms.merging import BaseField, MergingForm
from dealers.models import BrandShare, BusinessStatus, CreditProfile, Dealer

_SALT = "dealers.forms.brands"


class BusinessStatusForm(MergingForm):
    groups = (
        ("", ("on",)),
        (gettext_lazy("Capital strength"), (("registered_capital", "working_capital", "capital_strength"),)),
        (gettext_lazy("Cost budget and control"), (("cost_budget", "cost_actual", "cost_control"),)),
        (
            gettext_lazy("Sales and cost recovery"),
            ("annual_sales_all_brands", ("gross_profit_with_us", "investment_in_us")),
        ),
        (gettext_lazy("Credit and stock"), ("credit_remark", "stock_remark")),
        (gettext_lazy("Business scope and means"), ("scope_remark", ("warehouse_m2", "vehicles", "sales_staff"))),
    )

    class Meta:
        model = BusinessStatus
        fields = (
            "on", "registered_capital", "working_capital", "capital_strength", "cost_budget", "cost_actual",
            "cost_control", "annual_sales_all_brands", "gross_profit_with_us", "investment_in_us", "credit_remark",
            "stock_remark", "scope_remark", "warehouse_m2", "vehicles", "sales_staff",
        )  # fmt: skip
        widgets = {"on": DayInput}

    def __init__(self, *args: Any, dealer: Dealer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.dealer = dealer
        if self.instance._state.adding:
            self.fields["on"].initial = Company.get().today()

    def clean_on(self) -> Any:
        day = self.cleaned_data["on"]
        if day > Company.get().today():
            raise ValidationError(_("That day is still to come."))
        if BusinessStatus.objects.filter(dealer=self.dealer, on=day).exclude(pk=self.instance.pk).exists():
            raise ValidationError(_("There is a snapshot of that day already. Open it to change it."))
        return day


class BrandDayForm(PlainForm, forms.Form):
    """The day of a portfolio. What was stored of the day that the form showed travels with it, signed: brands that
    somebody else wrote meanwhile, or that stand on another day chosen here, are not replaced unseen."""

    on = forms.DateField(label=gettext_lazy("as of"), widget=DayInput)
    base = BaseField(required=False)

    def __init__(self, *args: Any, dealer: Dealer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.dealer = dealer
        if not self.is_bound:
            self.initial["base"] = self._signed(self.initial["on"])

    def _stored(self, day: dt.date) -> list[list[str]]:
        """The brands of the day, as texts."""
        rows = BrandShare.objects.filter(dealer=self.dealer, on=day).order_by("brand", "category")
        names = ("brand", "category", "ours", "positioning", "sales_share", "fund_share", "planned_investment")
        return [[str(value) for value in row] for row in rows.values_list(*names)]

    def _signed(self, day: dt.date) -> str:
        return signing.dumps({"on": day.isoformat(), "rows": self._stored(day)}, salt=_SALT)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        day = cleaned.get("on")
        if day is None:
            return cleaned
        try:
            base = signing.loads(cleaned.get("base") or "", salt=_SALT)
        except signing.BadSignature:
            base = {}
        stored = self._stored(day)
        if stored != (base.get("rows", []) if base.get("on") == day.isoformat() else []):
            again: Any = self.data.copy()  # type: ignore[attr-defined]
            again["base"] = self._signed(day)
            self.data = again
            raise ValidationError(
                _(
                    "On %(day)s these brands are stored, which this form did not show: %(brands)s. Save again to put yours"
                    " in their place."
                ),
                code="conflict",
                params={"day": date_format(day), "brands": joined(row[0] for row in stored) or "–"},
            )
        return cleaned

    def clean_on(self) -> Any:
        day = self.cleaned_data["on"]
        if day > Company.get().today():
            raise ValidationError(_("That day is still to come."))
        return day


class BrandForm(forms.ModelForm):
    sales_share = PercentField(label=gettext_lazy("share of sales (%)"), required=False)
    fund_share = PercentField(label=gettext_lazy("share of funds (%)"), required=False)

    class Meta:
        model = BrandShare
        fields = ("brand", "ours", "category", "positioning", "sales_share", "fund_share", "planned_investment")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            match field.widget:
                case forms.CheckboxInput():
                    css = "form-check-input"
                case forms.Select():
                    css = "form-select"
                case _:
                    css = "form-control"
            field.widget.attrs["class"] = css


class BaseBrandFormSet(forms.BaseFormSet):
    """All brands of one day. Their shares may not add up to more than the whole."""

    def add_fields(self, form: forms.Form, index: int | None) -> None:
        super().add_fields(form, index)
        form.fields["DELETE"].widget.attrs["class"] = "form-check-input"

    def rows(self) -> list[dict[str, Any]]:
        """The brands that stay, as typed values."""
        return [
            form.cleaned_data
            for form in self.forms
            if form.cleaned_data and not form.cleaned_data.get("DELETE") and form.cleaned_data.get("brand")
        ]

    def clean(self) -> None:
        if any(self.errors):
            return
        rows = self.rows()
        seen: set[tuple[str, str]] = set()
        for row in rows:
            key = (row["brand"].casefold(), row["category"].casefold())
            if key in seen:
                raise ValidationError(_("“%(brand)s” stands there twice."), params={"brand": row["brand"]})
            seen.add(key)
        total = brands.totals(
            brands.Share(row["brand"], row["ours"], row["sales_share"], row["fund_share"]) for row in rows
        )
        problems = []
        if total.sales > brands.WHOLE:
            problems.append(
                _("The shares of sales add up to %(sum)s %%: %(parts)s. More than 100 %% cannot be.")
                % {"sum": _percent(total.sales), "parts": _parts(rows, "sales_share")}
            )
        if total.funds > brands.WHOLE:
            problems.append(
                _("The shares of funds add up to %(sum)s %%: %(parts)s. More than 100 %% cannot be.")
                % {"sum": _percent(total.funds), "parts": _parts(rows, "fund_share")}
            )
        if problems:
            raise ValidationError(problems)


BrandFormSet = forms.formset_factory(BrandForm, formset=BaseBrandFormSet, extra=2, can_delete=True, max_num=60)


class CreditForm(MergingForm):
    groups = (
        ("", (("credit_limit", "credit_term_days"), ("rating", "deposit"), "review_on")),
        (gettext_lazy("Hold"), ("on_hold", "hold_reason")),
    )

    class Meta:
        model = CreditProfile
        fields = ("credit_limit", "credit_term_days", "rating", "deposit", "review_on", "on_hold", "hold_reason")
        widgets = {"review_on": DayInput}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for name in ("credit_limit", "deposit"):
            if (value := cleaned.get(name)) is not None and value < 0:
                self.add_error(name, _("Not below zero."))
        if cleaned.get("on_hold") and not (cleaned.get("hold_reason") or "").strip():
            self.add_error("hold_reason", _("A hold needs a reason that the dealer can be told."))
        return cleaned


def _percent(share: Decimal) -> str:
    return number_format((share * 100).normalize(), use_l10n=True)


def _parts(rows: list[dict[str, Any]], name: str) -> str:
    return " + ".join(f"{row['brand']} {_percent(row[name])}" for row in rows if row[name])
