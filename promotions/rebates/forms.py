"""Words into programmes, points and answers."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.utils.translation import gettext, gettext_lazy

from accounts.models import Territory, User
from accounts.rights import Right
from accounts.scope import scope_of
from crm.base.periods import add_months
from dealers.choices import DealerKind
from dealers.forms.layout import NearDayField, PercentField, PlainForm
from promotions.models import RebateBand, RebateProgramme
from promotions.rebates.choices import Basis
from sales.models import Product

BANDS = 6
_SCALE = {
    Basis.AMOUNT: Decimal(100),
    Basis.GROWTH: Decimal(100),
    Basis.POINTS: Decimal(100),
    Basis.QUANTITY: Decimal(1),
}


class ProgrammeForm(PlainForm, forms.ModelForm):
    """A draft and its bands. Rates of amounts and starts of growth are typed in per cent.

    `speeds` is typed as "15: 100, 30: 80, 45: 50": paid within days, so many per cent count.
    """

    groups = (
        ("", ("name", ("basis", "territory"), ("starts_on", "last_month"), "dealer_kinds", "brand", "products")),
        (gettext_lazy("Steps"), tuple((f"start-{number}", f"rate-{number}") for number in range(BANDS))),
        (gettext_lazy("Conditions"), (("gate_share", "speeds"), ("cap_amount", "cap_share"))),
        (gettext_lazy("What the trade keeps"), (("agent_margin", "sub_dealer_margin"), "note")),
    )

    starts_on = NearDayField(label=gettext_lazy("from"), help_text=gettext_lazy("The first day of a month"))
    last_month = forms.IntegerField(label=gettext_lazy("months"), min_value=1, max_value=24, initial=12)
    dealer_kinds = forms.MultipleChoiceField(
        label=gettext_lazy("kinds of dealers"), choices=DealerKind.choices, required=False,
        widget=forms.CheckboxSelectMultiple, help_text=gettext_lazy("None: all of them"),
    )  # fmt: skip
    gate_share = PercentField(
        label=gettext_lazy("gate: per cent of the target"), required=False,
        help_text=gettext_lazy("Below it nothing is paid. Empty: no gate"),
    )  # fmt: skip
    speeds = forms.CharField(
        label=gettext_lazy("speed of payment"), required=False, max_length=80,
        help_text=gettext_lazy("Days and per cent, like 15: 100, 30: 80, 45: 50. Later counts nothing. Empty: not asked"),
    )  # fmt: skip
    cap_share = PercentField(label=gettext_lazy("at most, in per cent of the amount bought"), required=False)
    agent_margin = PercentField(
        label=gettext_lazy("margin of the agent (%)"), required=False,
        help_text=gettext_lazy("What the price list leaves it. Needed to publish; no condition of the rebate"),
    )  # fmt: skip
    sub_dealer_margin = PercentField(
        label=gettext_lazy("margin of the sub-dealer (%)"), required=False,
        help_text=gettext_lazy("What the price list leaves it. Needed to publish; no condition of the rebate"),
    )  # fmt: skip

    class Meta:
        model = RebateProgramme
        fields = (
            "name", "basis", "territory", "starts_on", "dealer_kinds", "brand", "products", "gate_share", "cap_amount", "cap_share",
            "agent_margin", "sub_dealer_margin", "note",
        )  # fmt: skip
        widgets = {"note": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Only who writes policies everywhere may leave it open.
        self.fields["territory"].required = not scope_of(user).where(Right.EDIT_POLICY).everything
        self.fields["territory"].queryset = Territory.objects.open().visible_to(user, rights=(Right.EDIT_POLICY,))  # type: ignore[attr-defined]
        self.fields["products"].queryset = Product.objects.filter(active=True)  # type: ignore[attr-defined]
        programme = self.instance
        bands = list(programme.bands.all()) if programme.pk else []
        scale = _start_scale(programme.basis)
        for number in range(BANDS):
            band = bands[number] if number < len(bands) else None
            self.fields[f"start-{number}"] = _number(gettext_lazy("from"), band and band.starts_at * scale)
            self.fields[f"rate-{number}"] = _number(
                gettext_lazy("rate"), band and band.rate * _SCALE[Basis(programme.basis)]
            )
        if programme.pk:
            self.initial["last_month"] = _months(programme)
            pairs = zip(programme.speed_days, programme.speed_percents, strict=True)
            self.initial["speeds"] = ", ".join(f"{days}: {share}" for days, share in pairs)
        self.bands: list[tuple[Decimal, Decimal]] = []

    @property
    def band_rows(self) -> list[tuple[Any, Any]]:
        return [(self[f"start-{number}"], self[f"rate-{number}"]) for number in range(BANDS)]

    def clean_starts_on(self) -> dt.date:
        day: dt.date = self.cleaned_data["starts_on"]
        if day.day != 1:
            raise forms.ValidationError(gettext("A programme begins on the first day of a month."))
        return day

    def clean_speeds(self) -> list[tuple[int, int]]:
        pairs = []
        for text in filter(None, (part.strip() for part in self.cleaned_data["speeds"].replace("，", ",").split(","))):
            days, _colon, share = text.replace("：", ":").partition(":")
            if not (days.strip().isdecimal() and share.strip().isdecimal() and int(share) <= 100 and int(days) <= 1000):
                raise forms.ValidationError(gettext("“%(text)s” is not written like 15: 100.") % {"text": text})
            pairs.append((int(days), int(share)))
        if len({days for days, _share in pairs}) < len(pairs):
            raise forms.ValidationError(gettext("A number of days stands there twice."))
        return sorted(pairs)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        brand, products = cleaned.get("brand"), cleaned.get("products")
        if brand and products and products.exclude(brand=brand).exists():
            self.add_error("products", gettext("A product is chosen that is not of this brand."))
        basis = Basis(cleaned.get("basis") or Basis.AMOUNT)
        for number in range(BANDS):
            start, rate = cleaned.get(f"start-{number}"), cleaned.get(f"rate-{number}")
            if (start is None) != (rate is None):
                self.add_error(f"start-{number}", gettext("A step has a beginning and a rate."))
            elif start is not None and rate is not None:
                self.bands.append((start / _start_scale(basis), rate / _SCALE[basis]))
        if not self.bands:
            self.add_error("start-0", gettext("Write at least one step."))
        if len({start for start, _rate in self.bands}) < len(self.bands):
            self.add_error("start-0", gettext("Two steps begin at the same figure."))
        if basis != Basis.QUANTITY and any(rate > 1 for _start, rate in self.bands):
            self.add_error("rate-0", gettext("A rate is at most 100 per cent."))
        return cleaned

    def save(self, commit: bool = True) -> RebateProgramme:
        """Write the programme, and its bands anew."""
        programme = self.instance
        programme.ends_on = add_months(programme.starts_on, self.cleaned_data["last_month"])
        speeds = self.cleaned_data["speeds"]
        programme.speed_days, programme.speed_percents = [d for d, _s in speeds], [s for _d, s in speeds]
        super().save()
        programme.bands.all().delete()
        RebateBand.objects.bulk_create(
            RebateBand(programme=programme, starts_at=start, rate=rate) for start, rate in sorted(self.bands)
        )
        return programme

    def _post_clean(self) -> None:
        # The checks of the model need the end, which the form has as a number of months.
        cleaned = self.cleaned_data
        if cleaned.get("starts_on") and cleaned.get("last_month"):
            self.instance.ends_on = add_months(cleaned["starts_on"], cleaned["last_month"])
        super()._post_clean()  # type: ignore[misc]


class PointsForm(forms.Form):
    points = forms.IntegerField(label=gettext_lazy("points (0 to 100)"), min_value=0, max_value=100)
    note = forms.CharField(label=gettext_lazy("what it rests on"), max_length=500)


class DecisionForm(forms.Form):
    decision = forms.ChoiceField(choices=[("approve", ""), ("refuse", "")])
    reason = forms.CharField(max_length=500, required=False)


def _start_scale(basis: str) -> Decimal:
    return Decimal(100) if basis == Basis.GROWTH else Decimal(1)


def _number(label: Any, initial: Decimal | None) -> forms.DecimalField:
    try:
        shown = None if initial is None else format(initial.normalize(), "f")
    except InvalidOperation:
        shown = None
    return forms.DecimalField(
        label=label, min_value=0, max_digits=16, decimal_places=4, required=False, initial=shown,
        widget=forms.NumberInput(attrs={"class": "form-control", "step": "any"}),
    )  # fmt: skip


def _months(programme: RebateProgramme) -> int:
    start, end = programme.starts_on, programme.ends_on
    return (end.year - start.year) * 12 + end.month - start.month
