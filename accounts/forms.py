"""Words into typed values. Choices offer only what the person who fills in the form may see."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import available_timezones

from crispy_forms.bootstrap import StrictButton
from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Div, Field, Layout, Submit
from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.actions import may_grant
from accounts.choices import Role
from accounts.models import Territory, TerritoryAssignment, User
from accounts.scope import scope_of
from crm.base.models import Company


def _zones() -> list[tuple[str, str]]:
    """Every zone of the database that names a place, and UTC."""
    names = sorted(name for name in available_timezones() if "/" in name and not name.startswith(("Etc/", "posix/")))
    return [("", gettext("The company's (%(zone)s)") % {"zone": Company.get().time_zone}), ("UTC", "UTC")] + [
        (name, name.replace("_", " ")) for name in names
    ]


zone_choices = lazy(_zones, list)


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class TerritoryChoice(forms.ModelChoiceField):
    """The tree, indented by depth."""

    def label_from_instance(self, obj: Territory) -> str:
        return f"{'   ' * obj.depth}{obj.name} ({obj.code})"


class UserChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: User) -> str:
        return f"{obj.name} · {obj.email}"


def _helper(button: str, *fields: Any, guard: str = "") -> FormHelper:
    helper = FormHelper()
    helper.form_method = "post"
    helper.layout = Layout(*fields, Div(Submit("save", button, css_class="btn-primary"), css_class="thumb-bar"))
    if guard:
        helper.attrs = {"data-guard": guard}
    return helper


def _pair(*names: str) -> Div:
    return Div(*(Div(Field(name), css_class="col-sm-6") for name in names), css_class="row")


class ProfileForm(forms.ModelForm):
    """What everybody sets for herself."""

    time_zone = forms.ChoiceField(label=_("Time zone"), choices=zone_choices(), required=False)

    class Meta:
        model = User
        fields = ["name", "phone", "language", "time_zone", "theme"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].choices = [  # type: ignore[attr-defined]
            ("", gettext("The browser's")),
            *User._meta.get_field("language").choices,  # type: ignore[misc]
        ]
        self.fields["language"].help_text = ""
        self.helper = _helper(
            gettext("Save"), _pair("name", "phone"), _pair("language", "time_zone"), Field("theme"), guard="profile"
        )


class UserForm(forms.ModelForm):
    """An account, as an administrator sees it."""

    manager = UserChoice(User.objects.none(), label=_("Reports to"), required=False)
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=zone_choices(), required=False)

    class Meta:
        model = User
        fields = ["email", "name", "staff_code", "phone", "manager", "language", "time_zone", "is_staff"]
        help_texts = {
            "is_staff": _("Administrators of all territories only: without that role the back office stays empty."),
        }

    def __init__(self, *args: Any, actor: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        bosses = User.objects.visible_to(actor).active().exclude(pk=self.instance.pk)
        self.fields["manager"].queryset = bosses  # type: ignore[attr-defined]
        button = gettext("Save") if self.instance.pk else gettext("Create the account")
        self.helper = _helper(
            button,
            _pair("name", "email"),
            _pair("staff_code", "phone"),
            Field("manager"),
            _pair("language", "time_zone"),
            Field("is_staff"),
            guard=f"user-{self.instance.pk or 'new'}",
        )

    def clean_email(self) -> str:
        email = self.cleaned_data["email"].lower()
        if User.objects.filter(email__iexact=email).exclude(pk=self.instance.pk).exists():
            raise ValidationError(_("There is an account with this address already."))
        return email

    def clean_staff_code(self) -> str | None:
        return self.cleaned_data["staff_code"] or None

    def clean_manager(self) -> User | None:
        """Nobody reports to somebody below her."""
        boss = self.cleaned_data["manager"]
        above, steps = boss, 0
        while above is not None and steps < 50:
            if above.pk == self.instance.pk:
                raise ValidationError(_("%(name)s reports to this person already."), params={"name": boss.name})
            above, steps = above.manager, steps + 1
        return boss


class TerritoryForm(forms.ModelForm):
    """Name, code and country; the place in the tree is another form's."""

    parent = TerritoryChoice(Territory.objects.none(), label=_("Part of"), required=False)

    class Meta:
        model = Territory
        fields = ["name", "code", "parent", "country"]

    def __init__(self, *args: Any, actor: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._sees_all = scope_of(actor).everything
        parents = Territory.objects.visible_to(actor).open()
        if self.instance.pk:
            parents = parents.exclude(path__startswith=self.instance.path)
        self.fields["parent"].queryset = parents  # type: ignore[attr-defined]
        # Who does not see the whole tree makes no new root, and does not take her own top out of her sight.
        self.fields["parent"].required = not self._sees_all and (
            not self.instance.pk or self.instance.parent_id in set(parents.values_list("pk", flat=True))
        )
        if self.instance.pk and self.instance.parent_id and not self._sees_all and not self.fields["parent"].required:
            del self.fields["parent"]
        self.helper = _helper(
            gettext("Save") if self.instance.pk else gettext("Create the territory"),
            _pair("name", "code"),
            *([Field("parent")] if "parent" in self.fields else []),
            Field("country"),
            guard=f"territory-{self.instance.pk or 'new'}",
        )

    def clean_country(self) -> str:
        country = self.cleaned_data["country"].upper()
        if country and (len(country) != 2 or not country.isascii() or not country.isalpha()):
            raise ValidationError(_("Write the two letters of ISO 3166, like CN."))
        return country


class PeriodForm(forms.Form):
    """From a day, until (before) another."""

    since = forms.DateField(label=_("From"), widget=DayInput)
    until = forms.DateField(
        label=_("Until"), widget=DayInput, required=False, help_text=_("The first day that no longer counts")
    )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        since, until = values.get("since"), values.get("until")
        if since and until and until <= since:
            self.add_error("until", _("This must be after the first day."))
        return values


class AssignForm(PeriodForm):
    """Somebody works a territory."""

    user = UserChoice(User.objects.none(), label=_("Person"))
    role = forms.ChoiceField(label=_("Role"))
    covers_for = UserChoice(
        User.objects.none(),
        label=_("Covers for"),
        required=False,
        help_text=_("Temporary cover ends by itself, so it needs an end."),
    )
    note = forms.CharField(label=_("Note"), max_length=200, required=False)

    field_order = ["user", "role", "since", "until", "covers_for", "note"]

    def __init__(self, *args: Any, actor: User, territory: Territory, on: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = User.objects.visible_to(actor).active()
        self.fields["user"].queryset = people.exclude(pk=actor.pk)  # type: ignore[attr-defined]
        self.fields["covers_for"].queryset = people  # type: ignore[attr-defined]
        scope = scope_of(actor)
        self.fields["role"].choices = [  # type: ignore[attr-defined]
            (role.value, role.label) for role in Role if may_grant(scope, role, territory.pk)
        ]
        self.fields["since"].initial = on
        self.helper = _helper(
            gettext("Assign"), _pair("user", "role"), _pair("since", "until"), _pair("covers_for", "note")
        )

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        if values.get("covers_for") and not values.get("until") and "until" not in self.errors:
            self.add_error("until", _("Temporary cover needs an end."))
        if values.get("covers_for") and values.get("covers_for") == values.get("user"):
            self.add_error("covers_for", _("Nobody covers for herself."))
        return values


class EndForm(forms.Form):
    on = forms.DateField(label=_("First day that no longer counts"), widget=DayInput)

    def __init__(self, *args: Any, assignment: TerritoryAssignment, on: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].initial = on
        self.helper = _helper(gettext("End the assignment"), Field("on"))


class HandoverForm(forms.Form):
    """All territories of somebody who leaves, to another, from a day on."""

    successor = UserChoice(User.objects.none(), label=_("Who takes over"))
    on = forms.DateField(label=_("From"), widget=DayInput)
    note = forms.CharField(label=_("Note"), max_length=200, required=False)

    def __init__(self, *args: Any, actor: User, leaver: User, on: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = User.objects.visible_to(actor).active().exclude(pk=leaver.pk)
        self.fields["successor"].queryset = people  # type: ignore[attr-defined]
        self.fields["on"].initial = on
        self.helper = FormHelper()
        self.helper.form_method = "post"
        self.helper.layout = Layout(
            _pair("successor", "on"),
            Field("note"),
            HTML("{% include 'accounts/handover_preview.html' %}"),
            Div(
                StrictButton(gettext("Show what would happen"), type="submit", name="preview", value="1"),
                Submit("confirm", gettext("Hand over"), css_class="btn-primary"),
                css_class="thumb-bar",
            ),
        )


class UserFilterForm(forms.Form):
    """The list of users: words of name, address or staff number; a role; open or closed accounts."""

    q = forms.CharField(required=False)
    role = forms.ChoiceField(required=False, choices=[("", _("All roles")), *Role.choices])
    state = forms.ChoiceField(
        required=False, choices=[("", _("Open accounts")), ("closed", _("Closed accounts")), ("all", _("All accounts"))]
    )
