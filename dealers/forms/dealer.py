"""Creating and editing a dealer: few fields at first, the rest in its own part of the file."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.models import Territory, User
from accounts.rights import Right
from accounts.scope import scope_of
from dealers import hierarchy
from dealers.choices import DealerKind, DealerStatus
from dealers.forms.layout import DayInput, PlainForm
from dealers.forms.merging import MergingForm
from dealers.models import Dealer


def patches_of(user: User, right: Right) -> Any:
    """The territories at the ends of the tree in which the user may do this."""
    scope = scope_of(user)
    patches = Territory.objects.filter(active=True, children__isnull=True)
    if scope.superuser:
        return patches
    return patches.filter(pk__in=[pk for pk in scope.territory_ids if scope.may(right, pk)])


class DealerFields:
    """What creating and editing share: choices within the user's scope, the place, the supplier."""

    user: User
    fields: dict[str, forms.Field]
    instance: Dealer

    def limit_choices(self) -> None:
        patches = patches_of(self.user, Right.EDIT_DEALER)
        if self.instance.pk:
            patches = patches | Territory.objects.filter(pk=self.instance.territory_id)
        territory = self.fields["territory"]
        territory.queryset = patches.distinct()  # type: ignore[attr-defined]
        if not self.instance.pk and len(choices := list(patches[:2])) == 1:
            territory.initial = choices[0].pk


class NewDealerForm(PlainForm, forms.ModelForm):
    """What is needed to begin a file. Starts as a prospect unless it already buys."""

    groups = (
        ("", ("name", ("name_romanised", "name_kana"), ("code", "kind"), ("status", "territory"))),
        (gettext_lazy("Where"), ("address", ("city", "region"), ("postal_code", "country"))),
        (gettext_lazy("Whom to call"), (("contact_name", "phone"),)),
    )
    contact_name = forms.CharField(label=gettext_lazy("first person to call"), max_length=150, required=False)
    # Set by the button that says that the similar dealers are others.
    not_a_duplicate = forms.BooleanField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = Dealer
        fields = (
            "name", "name_romanised", "name_kana", "code", "kind", "status", "territory", "address", "city", "region",
            "postal_code", "country", "phone",
        )  # fmt: skip

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        DealerFields.limit_choices(self)  # type: ignore[arg-type]
        self.fields["status"].choices = [  # type: ignore[attr-defined]
            (status.value, status.label) for status in (DealerStatus.PROSPECT, DealerStatus.TRIAL, DealerStatus.ACTIVE)
        ]
        self.fields["status"].initial = DealerStatus.PROSPECT
        self.fields["kind"].choices = [("", "---------"), *DealerKind.choices]  # type: ignore[attr-defined]
        self.fields["code"].required = False
        self.fields["code"].help_text = _("As in the ERP. Empty: a number is given until it has one there.")
        self.fields["country"].help_text = _("Two letters, like CN, JP, KR, US")

    def clean_country(self) -> str:
        return _country(self.cleaned_data["country"])


class DealerForm(MergingForm):
    """Who the dealer is and where."""

    groups = (
        (
            pgettext_lazy("who the dealer is", "Who"),
            ("name", ("name_romanised", "name_kana"), ("code", "kind"), ("territory", "parent_code"), "business_scope"),
        ),
        (
            gettext_lazy("Where"),
            ("address", ("city", "region"), ("postal_code", "country"), ("latitude", "longitude"), "opening_hours"),
        ),
        (gettext_lazy("How to reach them"), (("phone", "email"), "website")),
        (
            gettext_lazy("About the company"),
            (("founded_year", "employees"), ("customer_since", "lead_source"), "verified_on", "note"),
        ),
    )
    parent_code = forms.CharField(
        label=gettext_lazy("supplied by"),
        required=False,
        help_text=gettext_lazy("Code or full name of the dealer above; empty when we supply directly"),
    )

    class Meta:
        model = Dealer
        fields = (
            "name", "name_romanised", "name_kana", "code", "kind", "territory", "business_scope", "address", "city",
            "region", "postal_code", "country", "latitude", "longitude", "opening_hours", "phone", "email", "website",
            "founded_year", "employees", "customer_since", "lead_source", "verified_on", "note",
        )  # fmt: skip
        widgets = {
            "customer_since": DayInput,
            "verified_on": DayInput,
            "note": forms.Textarea(attrs={"rows": 3}),
            "business_scope": forms.CheckboxSelectMultiple,
        }

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        DealerFields.limit_choices(self)  # type: ignore[arg-type]
        self.fields["website"] = forms.URLField(
            label=self.fields["website"].label, required=False, assume_scheme="https"
        )
        if not scope_of(user).may(Right.IMPORT, self.instance.territory_id):
            # Files of the ERP find their dealer by it: a changed one would make a second dealer with the next import.
            self.fields["code"].disabled = True
            self.fields["code"].help_text = _("The key to the ERP; only who imports may change it.")
        parent = self.instance.parent
        # A supplier in a territory that the user does not see is neither shown nor lost.
        self._hidden_parent = bool(parent and not Dealer.objects.visible_to(user).filter(pk=parent.pk).exists())
        if parent and not self._hidden_parent:
            self.initial["parent_code"] = parent.code
        if self._hidden_parent:
            self.fields["parent_code"].help_text = _("Supplied by a dealer outside your territories.")

    def clean_country(self) -> str:
        return _country(self.cleaned_data["country"])

    def clean_parent_code(self) -> str:
        text = self.cleaned_data["parent_code"].strip()
        if not text:
            self._parent_id = self.instance.parent_id if self._hidden_parent else None
            return text
        seen = Dealer.objects.visible_to(self.user)
        found = list(seen.filter(code=text)[:1]) or list(seen.filter(name=text)[:2])
        if not found:
            raise ValidationError(
                _("No dealer “%(text)s” in your territories. Write its code or its full name."), params={"text": text}
            )
        if len(found) > 1:
            raise ValidationError(
                _("Several dealers are called “%(text)s”. Write the code of the one you mean."), params={"text": text}
            )
        try:
            hierarchy.check_no_cycle(dealer=self.instance, parent=found[0])
        except hierarchy.SuppliesItself as error:
            raise ValidationError(str(error)) from error
        self._parent_id = found[0].pk
        return text

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if (cleaned.get("latitude") is None) != (cleaned.get("longitude") is None):
            missing = "latitude" if cleaned.get("latitude") is None else "longitude"
            self.add_error(missing, _("Latitude and longitude belong together."))
        return cleaned

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        if "parent_code" in self.cleaned_data:
            self.instance.parent_id = self._parent_id


def _country(code: str) -> str:
    code = code.strip().upper()
    if len(code) != 2 or not code.isascii() or not code.isalpha():
        raise ValidationError(_("Two letters, like CN, JP, KR, US"))
    return code
