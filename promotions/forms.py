"""Words into typed values: plans, budgets, claims."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.models import Territory, User
from accounts.rights import Right
from crm.base.models import Company
from dealers.forms.layout import DayInput, NearDayField, PercentField, PlainForm
from dealers.models import Dealer
from promotions.choices import AuditResult, CostKind, EvidenceKind
from promotions.models import Budget, Promotion, PromotionLine, Provision
from sales.models import Brand, Product


def money_field(label: Any, **options: Any) -> forms.DecimalField:
    return forms.DecimalField(label=label, max_digits=16, decimal_places=3, min_value=Decimal("0.001"), **options)


def currencies() -> list[tuple[str, str]]:
    """The company's, and those that have a rate into it."""
    from promotions.models import ExchangeRate

    own = Company.get().currency
    rows = ExchangeRate.objects.filter(into=own).values_list("currency", flat=True).distinct()
    return [(code, code) for code in dict.fromkeys([own, *sorted(rows)])]


class PlanForm(PlainForm, forms.ModelForm):
    """The plan without dealers and money, which are added one by one."""

    discount_share = PercentField(label=gettext_lazy("material discount (%)"), required=False)
    margin_share = PercentField(label=gettext_lazy("gross margin of the goods (%)"), required=False)
    dealer_margin_share = PercentField(label=gettext_lazy("dealer's margin on the goods (%)"), required=False)
    currency = forms.ChoiceField(label=gettext_lazy("currency"))

    groups = (
        ("", ("title", "mechanic", "goal")),
        (gettext_lazy("Where and when"), ("territory", "place", ("starts_on", "ends_on"))),
        (gettext_lazy("What and who"), ("products", "how", "people", "owner")),
        (
            gettext_lazy("What it costs and brings"),
            ("currency", ("discount_share", "margin_share", "dealer_margin_share"), "low_return_reason"),
        ),
        (gettext_lazy("Only where stock is loaded ahead"), ("digestion_plan", "sell_out_by", "outlet_plan")),
    )

    class Meta:
        model = Promotion
        fields = (
            "title", "mechanic", "goal", "territory", "place", "starts_on", "ends_on", "products", "how", "people", "owner",
            "currency", "discount_share", "margin_share", "dealer_margin_share", "low_return_reason", "digestion_plan",
            "sell_out_by", "outlet_plan",
        )  # fmt: skip
        field_classes = dict.fromkeys(("starts_on", "ends_on", "sell_out_by"), NearDayField)
        widgets = {
            "how": forms.Textarea(attrs={"rows": 3}), "digestion_plan": forms.Textarea(attrs={"rows": 2}),
        }  # fmt: skip

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["currency"].choices = currencies()  # type: ignore[attr-defined]
        seen = Territory.objects.visible_to(user, rights=(Right.PLAN_PROMOTIONS,)).open()
        self.fields["territory"].queryset = seen  # type: ignore[attr-defined]
        self.fields["owner"].queryset = User.objects.active().visible_to(user)  # type: ignore[attr-defined]
        self.fields["products"].queryset = Product.objects.filter(active=True)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        start, end = values.get("starts_on"), values.get("ends_on")
        if start and end and end <= start:
            self.add_error("ends_on", _("The end has to come after the start."))
        values["discount_share"] = values.get("discount_share") or Decimal(0)
        return values

    def plan(self) -> tuple[dict[str, Any], Any]:
        """The fields, and the products."""
        values = {name: self.cleaned_data[name] for name in self.Meta.fields if name != "products"}
        return values, self.cleaned_data["products"]


class LineForm(PlainForm, forms.Form):
    kind = forms.ChoiceField(label=gettext_lazy("kind of cost"), choices=CostKind)
    budget = forms.ModelChoiceField(label=gettext_lazy("budget"), queryset=Budget.objects.none())
    amount = money_field(gettext_lazy("amount"))
    dealer = forms.ModelChoiceField(
        label=gettext_lazy("dealer"), queryset=Dealer.objects.none(), required=False,
        empty_label=gettext_lazy("any that takes part"),
    )  # fmt: skip
    note = forms.CharField(label=gettext_lazy("note"), max_length=200, required=False)

    def __init__(self, *args: Any, promotion: Promotion, budgets: list[Budget], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["budget"].queryset = Budget.objects.filter(pk__in=[each.pk for each in budgets])  # type: ignore[attr-defined]
        taking_part = promotion.participants.values("dealer")
        self.fields["dealer"].queryset = Dealer.objects.filter(pk__in=taking_part)  # type: ignore[attr-defined]


class ProvisionForm(PlainForm, forms.ModelForm):
    class Meta:
        model = Provision
        fields = ("side", "item", "quantity", "unit", "value")


class BudgetForm(PlainForm, forms.ModelForm):
    accrual_share = PercentField(
        label=gettext_lazy("share of purchases that is added (%)"), required=False,
        help_text=gettext_lazy("Empty: money is granted by hand"),
    )  # fmt: skip

    class Meta:
        model = Budget
        fields = (
            "code", "name", "parent", "territory", "brand", "purpose", "starts_on", "ends_on", "currency", "accrual_share",
            "expires_on", "owner",
        )  # fmt: skip
        field_classes = dict.fromkeys(("starts_on", "ends_on", "expires_on"), NearDayField)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        seen = Territory.objects.visible_to(user, rights=(Right.MANAGE_BUDGETS,)).open()
        self.fields["territory"].queryset = seen  # type: ignore[attr-defined]
        self.fields["parent"].queryset = Budget.objects.visible_to(user)  # type: ignore[attr-defined]
        self.fields["owner"].queryset = User.objects.active().visible_to(user)  # type: ignore[attr-defined]
        self.fields["brand"].queryset = Brand.objects.filter(ours=True)  # type: ignore[attr-defined]
        self.fields["currency"].initial = Company.get().currency

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        start, end, expires = (values.get(name) for name in ("starts_on", "ends_on", "expires_on"))
        if start and end and end <= start:
            self.add_error("ends_on", _("The end has to come after the start."))
        if end and expires and expires < end:
            self.add_error("expires_on", _("Money does not expire before the period is over."))
        return values


class GrantForm(PlainForm, forms.Form):
    """`key` comes from the page that shows the form: sent twice, it grants once."""

    amount = money_field(gettext_lazy("amount"))
    note = forms.CharField(label=gettext_lazy("note"), max_length=200, required=False)
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)


class TransferForm(PlainForm, forms.Form):
    target = forms.ModelChoiceField(label=gettext_lazy("into"), queryset=Budget.objects.none())
    amount = money_field(gettext_lazy("amount"))
    reason = forms.CharField(label=gettext_lazy("reason"), max_length=500)

    def __init__(self, *args: Any, source: Budget, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = Budget.objects.visible_to(user).filter(currency=source.currency, expired_at=None).exclude(pk=source.pk)
        self.fields["target"].queryset = others  # type: ignore[attr-defined]


class ManyFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Any number of files, as a list."""

    widget = ManyFiles
    most = 12

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        files = [file for file in (data if isinstance(data, list | tuple) else [data]) if file]
        if len(files) > self.most:
            raise ValidationError(_("At most %(count)s files at a time.") % {"count": self.most})
        if not files and self.required:
            raise ValidationError(self.error_messages["required"])
        return [super(FilesField, self).clean(file, initial) for file in files]


class EvidenceForm(PlainForm, forms.Form):
    """Files that prove something; photos with the place."""

    photos = FilesField(label=gettext_lazy("photos"), required=False)
    place = forms.CharField(label=gettext_lazy("where the photos were taken"), max_length=200, required=False)
    invoice = FilesField(label=EvidenceKind.INVOICE.label, required=False)
    contract = FilesField(label=EvidenceKind.CONTRACT.label, required=False)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("photos") and not values.get("place", "").strip():
            self.add_error("place", _("Say where the photos were taken."))
        return values

    def filed(self) -> list[tuple[str, Any]]:
        """Each with its kind."""
        kinds = ((EvidenceKind.PHOTO, "photos"), (EvidenceKind.INVOICE, "invoice"), (EvidenceKind.CONTRACT, "contract"))
        return [(kind.value, file) for kind, name in kinds for file in self.cleaned_data.get(name) or ()]


class AuditForm(PlainForm, forms.Form):
    """What was found of a paid claim; photos with the place."""

    result = forms.ChoiceField(label=gettext_lazy("result"), choices=AuditResult, widget=forms.RadioSelect)
    note = forms.CharField(
        label=gettext_lazy("what was found"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    photos = FilesField(label=gettext_lazy("photos"))
    place = forms.CharField(label=gettext_lazy("where the photos were taken"), max_length=200)


class ClaimForm(EvidenceForm):
    dealer = forms.ModelChoiceField(label=gettext_lazy("dealer"), queryset=Dealer.objects.none())
    line = forms.ModelChoiceField(label=gettext_lazy("budget line"), queryset=PromotionLine.objects.none())
    amount = money_field(gettext_lazy("amount"))
    done_on = NearDayField(label=gettext_lazy("carried out on"))
    invoice_number = forms.CharField(label=gettext_lazy("invoice number"), max_length=80, required=False)
    note = forms.CharField(
        label=gettext_lazy("what was done"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    field_order = ("dealer", "line", "amount", "done_on", "invoice_number", "note", "photos", "place", "invoice", "contract", "key")  # fmt: skip

    def __init__(self, *args: Any, promotion: Promotion, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dealers = Dealer.objects.visible_to(user).filter(pk__in=promotion.participants.values("dealer"))
        self.fields["dealer"].queryset = dealers  # type: ignore[attr-defined]
        self.fields["line"].queryset = promotion.lines.select_related("dealer")  # type: ignore[attr-defined]


class ChangeForm(PlainForm, forms.Form):
    """More money, a later end, or both."""

    line = forms.ModelChoiceField(
        label=gettext_lazy("budget line"), queryset=PromotionLine.objects.none(), required=False
    )
    extra = money_field(gettext_lazy("more money"), required=False)
    new_end = NearDayField(label=gettext_lazy("new end"), required=False)
    reason = forms.CharField(label=gettext_lazy("reason"), max_length=500)

    def __init__(self, *args: Any, promotion: Promotion, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["line"].queryset = promotion.lines.all()  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        return {**self.cleaned_data, "extra": self.cleaned_data["extra"] or Decimal(0)}


class DealersForm(PlainForm, forms.Form):
    """Which of the dealers that the filter finds take part."""

    uplift = PercentField(label=gettext_lazy("expected in addition, of usual sales (%)"))


class SettlementFilter(forms.Form):
    since = forms.DateField(label=pgettext_lazy("period", "from"), widget=DayInput, required=False)
    until = forms.DateField(label=pgettext_lazy("period", "until"), widget=DayInput, required=False)
