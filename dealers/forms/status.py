"""Moving a dealer along its life cycle."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from dealers import lifecycle
from dealers.choices import DealerStatus
from dealers.forms.layout import PlainForm
from dealers.models import Dealer


class StatusForm(PlainForm, forms.Form):
    to_status = forms.ChoiceField(label=gettext_lazy("new status"), widget=forms.RadioSelect)
    reason = forms.CharField(
        label=gettext_lazy("reason"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, dealer: Dealer, is_manager: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        steps = lifecycle.offered(dealer.status, is_manager=is_manager)
        self.fields["to_status"].choices = [(step.to.value, DealerStatus(step.to).label) for step in steps]  # type: ignore[attr-defined]
