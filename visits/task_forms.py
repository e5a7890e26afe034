"""Words into tasks."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.models import User
from dealers.forms.layout import NearDayField, PlainForm
from dealers.models import Dealer
from visits.forms import PersonChoice
from visits.models import Finding, Task


class TaskForm(PlainForm, forms.ModelForm):
    """One thing to do. `people` are those to whom the writer may give it; dealer and issue are ones that she sees."""

    groups = (("", ("title", ("owner", "due_on", "minutes"), ("important", "urgent"), "note", "dealer", "finding")),)

    owner = PersonChoice(label=pgettext_lazy("of work", "Owner"), queryset=User.objects.none(), empty_label=None)
    dealer = forms.ModelChoiceField(queryset=Dealer.objects.none(), required=False, widget=forms.HiddenInput)
    finding = forms.ModelChoiceField(queryset=Finding.objects.none(), required=False, widget=forms.HiddenInput)

    class Meta:
        model = Task
        fields = ("title", "owner", "due_on", "minutes", "important", "urgent", "note", "dealer", "finding")
        field_classes = {"due_on": NearDayField}
        widgets = {"note": forms.Textarea(attrs={"rows": 3})}
        help_texts = {
            "important": gettext_lazy("A stone: it moves a dealer or a target, even if nobody presses for it."),
            "urgent": gettext_lazy("Somebody presses for it. Urgent and not important is sand."),
            "minutes": gettext_lazy("How long it takes; 30 where nothing is said."),
        }

    def __init__(self, *args: Any, by: User, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = people  # type: ignore[attr-defined]
        self.fields["dealer"].queryset = Dealer.objects.visible_to(by)  # type: ignore[attr-defined]
        self.fields["finding"].queryset = Finding.objects.visible_to(by)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        finding = values.get("finding")
        if finding is not None:
            # An issue is one dealer's; a task of another dealer is none of its.
            values["dealer"] = finding.dealer
        return values

    def values(self) -> dict[str, Any]:
        """What write_task takes beside the owner."""
        values = {name: value for name, value in self.cleaned_data.items() if name != "owner"}
        if values.get("finding") is not None:
            values["visit"] = values["finding"].visit
        return values
