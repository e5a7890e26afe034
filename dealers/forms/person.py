"""Parts one and two of the file: basic information with its consent, traits and observations."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.base.models import Company
from dealers import personal
from dealers.forms.layout import DayInput, PlainForm, TagsField
from dealers.forms.merging import MergingForm
from dealers.forms.people import COMMAS
from dealers.management_level import from_checks
from dealers.models import BasicInfo, Consent, TraitObservation, Traits


class BasicInfoForm(MergingForm):
    """`may_view_personal=False` leaves only what is not personal."""

    groups = (
        ("", ("owner_name",)),
        (
            gettext_lazy("Background"),
            (
                "family_background",
                ("occupation", "education_level"),
                "career_history",
                ("personality", "preferences"),
                ("annual_income_band", "personal_funds_band"),
            ),
        ),
    )
    preferences = TagsField(label=gettext_lazy("preferences"), required=False, help_text=COMMAS)

    class Meta:
        model = BasicInfo
        fields = (
            "owner_name", "family_background", "occupation", "career_history", "personality", "preferences",
            "annual_income_band", "personal_funds_band", "education_level",
        )  # fmt: skip
        widgets = {
            "family_background": forms.Textarea(attrs={"rows": 3}),
            "career_history": forms.Textarea(attrs={"rows": 3}),
        }

    def __init__(self, *args: Any, may_view_personal: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_view_personal:
            for name in BasicInfo.PERSONAL:
                del self.fields[name]

    @property
    def enters_personal(self) -> bool:
        """Whether saving would keep personal data."""
        return any(self.cleaned_data.get(name) for name in BasicInfo.PERSONAL)


class ConsentForm(PlainForm, forms.ModelForm):
    groups = (("", ("purpose", "given_by", ("decided_on", "keep_until"))),)

    class Meta:
        model = Consent
        fields = ("purpose", "given_by", "decided_on", "keep_until")
        widgets = {"decided_on": DayInput, "keep_until": DayInput}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = Company.get().today()
        self.fields["given_by"].required = True
        self.fields["given_by"].help_text = _("The person whose data it is")
        self.fields["purpose"].help_text = _("For example: to prepare visits and to remember special days")
        self.fields["decided_on"].initial = today
        self.fields["keep_until"].initial = personal.default_keep_until(today)
        self.fields["keep_until"].help_text = _("Erased on this day. 24 months unless agreed otherwise.")

    def clean_decided_on(self) -> Any:
        day = self.cleaned_data["decided_on"]
        if day > Company.get().today():
            raise ValidationError(_("A consent cannot be given in the future."))
        return day

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        until = cleaned.get("keep_until")
        if until and until <= Company.get().today():
            self.add_error("keep_until", _("That day has passed: the data could not be kept."))
        elif until and cleaned.get("decided_on") and until < cleaned["decided_on"]:
            self.add_error("keep_until", _("Not before the day of the consent."))
        return cleaned


class WithdrawForm(PlainForm, forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("reason"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Optional. No personal data here."),
    )


class TraitsForm(MergingForm):
    groups = (
        ("", ("character_notes", ("integrity", "working_style"))),
        (
            gettext_lazy("Level of business management"),
            ("management_checks", ("override_level", "management_level_reason")),
        ),
    )
    working_style = TagsField(
        label=gettext_lazy("way of doing things"),
        required=False,
        help_text=gettext_lazy("Separated by commas, for example: cautious, decides alone, pays in cash"),
    )
    management_checks = forms.MultipleChoiceField(
        label=gettext_lazy("checklist"),
        choices=Traits.MANAGEMENT_CHECKS,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("The level follows: one check is 1, two 2, four 3, six 4, all eight 5."),
    )
    override_level = forms.TypedChoiceField(
        label=gettext_lazy("level, when it is another"),
        coerce=int,
        empty_value=None,
        required=False,
        choices=[("", gettext_lazy("as the checklist gives")), *((level, str(level)) for level in range(1, 6))],
    )

    class Meta:
        model = Traits
        fields = ("character_notes", "integrity", "working_style", "management_checks", "management_level_reason")
        widgets = {"character_notes": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, may_view_personal: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.management_level_reason:
            self.initial["override_level"] = self.instance.management_level
        if not may_view_personal:
            for name in Traits.PERSONAL:
                del self.fields[name]

    @property
    def enters_personal(self) -> bool:
        return any(self.cleaned_data.get(name) for name in Traits.PERSONAL)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        derived = from_checks(cleaned.get("management_checks", []), dict(Traits.MANAGEMENT_CHECKS))
        override, reason = cleaned.get("override_level"), (cleaned.get("management_level_reason") or "").strip()
        if override is None or override == derived:
            cleaned["management_level_reason"] = ""
            self.level = derived
        else:
            if not reason:
                self.add_error(
                    "management_level_reason",
                    _("The checklist gives %(derived)s. Say why it is %(level)s.")
                    % {"derived": derived or "–", "level": override},
                )
            self.level = override
        return cleaned

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        self.instance.management_level = getattr(self, "level", self.instance.management_level)


class ObservationForm(PlainForm, forms.ModelForm):
    groups = (("", ("observed_on", "text")),)

    class Meta:
        model = TraitObservation
        fields = ("observed_on", "text")
        widgets = {"observed_on": DayInput, "text": forms.Textarea(attrs={"rows": 4})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["observed_on"].initial = Company.get().today()
        self.fields["text"].help_text = _("What was done or said, not what is thought of it. No health, no religion.")

    def clean_observed_on(self) -> Any:
        day = self.cleaned_data["observed_on"]
        if day > Company.get().today():
            raise ValidationError(_("That day is still to come."))
        return day
