"""Words into offers and orders that are weighed; nothing of them is kept."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from dealers.forms.layout import PlainForm
from sales.income import Offer

_USUAL_YEARS, _USUAL_LOST = 3, 10


@dataclass(frozen=True, slots=True)
class Answers:
    """`growth` a year, as a share."""

    years: int
    growth: Decimal
    offer: Offer


class OfferForm(PlainForm, forms.Form):
    """Percentages as typed; `usual` is what is taken where nothing was asked."""

    groups = (("", (("years", "growth"), ("first_year", "later"), ("lost", "cost"))),)

    years = forms.IntegerField(label=gettext_lazy("years"), min_value=1, max_value=10, initial=_USUAL_YEARS)
    growth = forms.DecimalField(
        label=gettext_lazy("growth with us a year (%)"), min_value=-50, max_value=100, decimal_places=1,
        help_text=gettext_lazy("Measured over the last two years, and never carried on beyond 20 %."),
    )  # fmt: skip
    first_year = forms.DecimalField(
        label=gettext_lazy("the other brand brings more in the first year (%)"), min_value=-100, max_value=500,
        decimal_places=1, initial=20,
    )  # fmt: skip
    later = forms.DecimalField(
        label=gettext_lazy("and in the years after (%)"), min_value=-100, max_value=500, decimal_places=1, initial=0,
        help_text=gettext_lazy("High margins and rebates of the first year are seldom kept up."),
    )  # fmt: skip
    lost = forms.DecimalField(
        label=gettext_lazy("business lost by the change (%)"), min_value=0, max_value=100, decimal_places=1,
        initial=_USUAL_LOST,
    )  # fmt: skip
    cost = forms.DecimalField(
        label=gettext_lazy("cost of changing"), min_value=0, max_digits=16, decimal_places=2, initial=0,
        help_text=gettext_lazy("Shop fittings, stock sold off below cost, training: once, in the company's currency"),
    )  # fmt: skip

    def __init__(self, *args: Any, usual: dict[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = {name: field.initial for name, field in self.fields.items()} | usual

    @property
    def answers(self) -> Answers:
        """What was typed, once it is valid, or what is usual."""
        said = self.cleaned_data if self.is_bound else self.initial

        def share(name: str) -> Decimal:
            return Decimal(str(said[name])) / 100

        offer = Offer(share("first_year"), share("later"), share("lost"), Decimal(str(said["cost"])))
        return Answers(int(said["years"]), share("growth"), offer)


class OrderForm(PlainForm, forms.Form):
    days = forms.IntegerField(label=gettext_lazy("days that the stock should last"), min_value=1, max_value=365)
