"""Contact persons; what we talked about; the owner's network."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from dealers.forms.layout import DayInput, MomentInput, TagsField
from dealers.forms.merging import MergingForm
from dealers.models import Connection, Contact, Dealer, Interaction

COMMAS = gettext_lazy("Separated by commas")


class ContactForm(MergingForm):
    groups = (
        (
            "",
            (("name", "name_kana"), ("position", "role"), ("mobile", "phone"), ("messenger", "email"), "is_primary"),
        ),
        (gettext_lazy("How she stands to us"), (("attitude", "influence"), "interests")),
        (
            gettext_lazy("How she likes to be contacted"),
            (("preferred_channel", "preferred_every_days", "preferred_time"), "note"),
        ),
    )
    interests = TagsField(label=gettext_lazy("interests"), required=False, help_text=COMMAS)

    class Meta:
        model = Contact
        fields = (
            "name", "name_kana", "position", "role", "influence", "attitude", "phone", "mobile", "email", "messenger",
            "interests", "preferred_channel", "preferred_every_days", "preferred_time", "is_primary", "note",
        )  # fmt: skip

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"].strip()
        if not name:
            raise ValidationError(_("Write the person's name."))
        return name


class InteractionForm(MergingForm):
    groups = (
        ("", (("channel", "contact"), "happened_at", "summary", "two_way")),
        (gettext_lazy("What comes next"), (("next_step", "next_step_on"),)),
    )

    together = (("next_step", "next_step_on"),)

    class Meta:
        model = Interaction
        fields = ("channel", "contact", "happened_at", "summary", "two_way", "next_step", "next_step_on")
        widgets = {
            "happened_at": MomentInput,
            "next_step_on": DayInput,
            "summary": forms.Textarea(attrs={"rows": 3, "maxlength": 500}),
        }

    def __init__(self, *args: Any, dealer: Dealer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # With whom it was stays, though she has left.
        self.fields["contact"].queryset = Contact.objects.filter(  # type: ignore[attr-defined]
            Q(active=True) | Q(pk=self.instance.contact_id), dealer=dealer
        )
        self.fields["happened_at"].initial = timezone.now

    def values(self) -> dict[str, Any]:
        """What was written, by field."""
        return {name: self.cleaned_data[name] for name in self._meta.fields or ()}

    def clean_happened_at(self) -> Any:
        moment = self.cleaned_data["happened_at"]
        # A minute for clocks that differ.
        if moment > timezone.now() + dt.timedelta(minutes=1):
            raise ValidationError(_("That lies in the future. What is planned belongs under “next step”."))
        return moment

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("next_step_on") and not cleaned.get("next_step"):
            self.add_error("next_step", _("Write what is to be done by that day."))
        return cleaned


class ConnectionForm(MergingForm):
    groups = (("", (("person", "relation"), ("influence", "other_code"), "note")),)
    other_code = forms.CharField(
        label=gettext_lazy("a dealer of ours"),
        required=False,
        help_text=gettext_lazy("Its code, when the person is one"),
    )

    class Meta:
        model = Connection
        fields = ("person", "relation", "influence", "note")

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        other = self.instance.other_dealer
        self._hidden = bool(other and not Dealer.objects.visible_to(user).filter(pk=other.pk).exists())
        if other and not self._hidden:
            self.initial["other_code"] = other.code

    def clean_other_code(self) -> str:
        code: str = self.cleaned_data["other_code"].strip()
        if not code:
            self.instance.other_dealer_id = self.instance.other_dealer_id if self._hidden else None
            return code
        found = Dealer.objects.visible_to(self.user).filter(code=code).first()
        if found is None:
            raise ValidationError(_("No dealer with the code “%(code)s” in your territories."), params={"code": code})
        self.instance.other_dealer_id = found.pk
        return code
