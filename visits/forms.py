"""Words into visits, preparations, skips, leave, call cycles and opening hours."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext, gettext_lazy, pgettext_lazy

from accounts.models import User
from dealers.forms.layout import NearDayField, PlainForm
from dealers.models import Dealer
from visits.choices import FindingState, LeaveKind, Means, Purpose, SkipReason, VisitKind, Why
from visits.models import CallCycle, DealerCycle, Leave, Visit
from visits.people import LEADERS, WORKERS, team

WEEKDAYS = (
    (1, pgettext_lazy("weekday", "Mon")), (2, pgettext_lazy("weekday", "Tue")), (3, pgettext_lazy("weekday", "Wed")),
    (4, pgettext_lazy("weekday", "Thu")), (5, pgettext_lazy("weekday", "Fri")), (6, pgettext_lazy("weekday", "Sat")),
    (7, pgettext_lazy("weekday", "Sun")),
)  # fmt: skip


class TimeInput(forms.TimeInput):
    input_type = "time"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%H:%M")


class WeekdaysField(forms.TypedMultipleChoiceField):
    """ISO weekdays, 1 is Monday."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(coerce=int, choices=WEEKDAYS, widget=forms.CheckboxSelectMultiple, **kwargs)


def day_to_come(day: dt.date, today: dt.date) -> dt.date:
    """The day, unless it is over. Raises ValidationError."""
    if day < today:
        raise forms.ValidationError(gettext("Choose today or a later day."))
    return day


class CountsFromADay(forms.BaseForm):
    """A row that counts from its `active_from` on, a day that is not over; one that counts from the same day is
    replaced."""

    def __init__(self, *args: Any, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._today = today

    def clean_active_from(self) -> dt.date:
        day: dt.date = self.cleaned_data["active_from"]
        if day < self._today:
            raise forms.ValidationError(gettext("What counted in the past stays as it was. Choose today or later."))
        return day

    def validate_unique(self) -> None:
        return


class PersonChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return str(obj.name or obj.email)


class VisitForm(PlainForm, forms.Form):
    """A visit besides the cycle. The dealer is one whom the planner sees; a joint visit names who goes along."""

    groups = (
        ("", ("dealer", ("on", "fixed_at"), ("kind", "companion"), ("why", "why_note"), ("purpose", "objective"))),
    )

    dealer = forms.ModelChoiceField(
        label=gettext_lazy("Dealer"), queryset=Dealer.objects.none(), widget=forms.HiddenInput
    )
    on = NearDayField(label=gettext_lazy("Day"))
    fixed_at = forms.TimeField(
        label=gettext_lazy("Appointment at"), required=False, widget=TimeInput(),
        help_text=gettext_lazy("Agreed with the dealer: the planner never moves it."),
    )  # fmt: skip
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind of visit"), required=False, initial=VisitKind.EXTRA,
        choices=[choice for choice in VisitKind.choices if choice[0] != VisitKind.REGULAR],
    )  # fmt: skip
    companion = PersonChoice(label=gettext_lazy("Together with"), queryset=User.objects.none(), required=False)
    why = forms.ChoiceField(
        label=gettext_lazy("Why now"), required=False, initial=Why.APPOINTMENT,
        choices=[choice for choice in Why.choices if choice[0] != Why.CYCLE],
    )  # fmt: skip
    why_note = forms.CharField(label=gettext_lazy("In words"), max_length=200, required=False)
    purpose = forms.ChoiceField(label=gettext_lazy("Purpose"), required=False, choices=[("", "–"), *Purpose.choices])
    objective = forms.CharField(label=gettext_lazy("Objective"), max_length=300, required=False)

    def __init__(self, *args: Any, by: User, person: User, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._today = today
        self.fields["dealer"].queryset = Dealer.objects.visible_to(by)  # type: ignore[attr-defined]
        people = team(
            by, start=today, end=today + dt.timedelta(days=1), roles=(*WORKERS, *LEADERS)
        ) | User.objects.filter(pk=by.pk)
        self.fields["companion"].queryset = people.exclude(pk=person.pk).distinct()  # type: ignore[attr-defined]

    def clean_on(self) -> dt.date:
        return day_to_come(self.cleaned_data["on"], self._today)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("kind") == VisitKind.JOINT and not values.get("companion"):
            self.add_error("companion", gettext("Say who goes along."))
        if values.get("kind") and values["kind"] != VisitKind.JOINT:
            values["companion"] = None
        return values

    def values(self) -> dict[str, Any]:
        """What add_visit takes."""
        values = dict(self.cleaned_data)
        values["kind"] = values["kind"] or VisitKind.EXTRA
        values["why"] = values["why"] or Why.APPOINTMENT
        return values


class PrepareForm(PlainForm, forms.ModelForm):
    groups = (("", ("purpose", "objective")),)

    class Meta:
        model = Visit
        fields = ("purpose", "objective")
        help_texts = {
            "objective": gettext_lazy(
                "What will be different after the visit. With purpose and objective it is confirmed."
            )
        }


class SkipForm(forms.Form):
    reason = forms.ChoiceField(choices=SkipReason.choices)
    note = forms.CharField(max_length=300, required=False)


class MeansForm(forms.Form):
    means = forms.ChoiceField(choices=Means.choices)


# Of one leave; what lasts longer is no leave any more, and the territory goes to somebody else for good.
LONGEST_LEAVE_DAYS = 3 * 366


def longest_leave_text() -> str:
    return gettext("Leave lasts at most %(days)d days. Pass the territory on instead.") % {"days": LONGEST_LEAVE_DAYS}


class LeaveForm(PlainForm, forms.ModelForm):
    """Leave by its first and its last day."""

    groups = (("", ("user", "kind", "first", "last", "note", "helper")),)

    user = PersonChoice(label=pgettext_lazy("is away", "Who"), queryset=User.objects.none())
    first = NearDayField(label=gettext_lazy("First day"))
    last = NearDayField(label=gettext_lazy("Last day"))
    helper = PersonChoice(
        label=gettext_lazy("Visits meanwhile"), queryset=User.objects.none(), required=False,
        empty_label=gettext_lazy("decide later"),
        help_text=gettext_lazy("The colleague gets the visits of these days and sees the dealers until the last day."),
    )  # fmt: skip

    class Meta:
        model = Leave
        fields = ("user", "kind", "note")

    def __init__(self, *args: Any, people: Any, helpers: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["user"].queryset = people  # type: ignore[attr-defined]
        self.fields["helper"].queryset = helpers  # type: ignore[attr-defined]
        self.fields["kind"].choices = LeaveKind.choices  # type: ignore[attr-defined]
        if not helpers.exists():
            del self.fields["helper"]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        first, last = values.get("first"), values.get("last")
        if first and last and last < first:
            self.add_error("last", gettext("The last day lies before the first."))
        if first and last and not self.errors and (last - first).days >= LONGEST_LEAVE_DAYS:
            self.add_error("last", longest_leave_text())
        if values.get("helper") and values.get("helper") == values.get("user"):
            self.add_error("helper", gettext("Nobody covers for herself."))
        if first and last and not self.errors and values.get("user"):
            again = Leave.objects.filter(user=values["user"], period__overlap=(first, last + dt.timedelta(days=1)))
            if again.exclude(pk=self.instance.pk).exists():
                self.add_error("first", gettext("Leave is already entered for some of these days."))
        return values

    def save(self, commit: bool = True) -> Leave:
        self.instance.period = DateRange(self.cleaned_data["first"], self.cleaned_data["last"] + dt.timedelta(days=1))
        leave: Leave = super().save(commit)
        return leave


class CycleForm(CountsFromADay, PlainForm, forms.ModelForm):
    """A new version of a class standard, from a day that is not over."""

    groups: tuple[Any, ...] = (("", (("times", "per"), ("max_gap_days", "minutes"), ("phone_every", "active_from"))),)

    class Meta:
        model = CallCycle
        fields = ("times", "per", "max_gap_days", "minutes", "phone_every", "active_from")
        field_classes = {"active_from": NearDayField}
        help_texts = {"phone_every": gettext_lazy("0: every visit in person. 2: every second one may be a call.")}


class NewCycleForm(CycleForm):
    """A standard for a kind of dealer that has none of its own yet."""

    groups = (
        (
            "",
            (
                ("audience", "kind", "tier"),
                ("times", "per"),
                ("max_gap_days", "minutes"),
                ("phone_every", "active_from"),
            ),
        ),
    )

    class Meta(CycleForm.Meta):
        fields = ("audience", "kind", "tier", *CycleForm.Meta.fields)  # type: ignore[assignment]


class DealerCycleForm(PlainForm, forms.ModelForm):
    groups = (("", (("times", "per"), ("max_gap_days", "minutes"), "phone_every", "reason")),)

    class Meta:
        model = DealerCycle
        fields = ("times", "per", "max_gap_days", "minutes", "phone_every", "reason")
        help_texts = {
            "phone_every": gettext_lazy("0: every visit in person. 2: every second one may be a call."),
            "reason": gettext_lazy("Why this dealer is visited otherwise than her class."),
        }


class HoursForm(forms.Form):
    """Up to two spans a weekday, and the weekdays that suit the dealer best."""

    SPANS = 2

    weekdays = WeekdaysField(
        label=gettext_lazy("Days that suit the dealer best"), required=False,
        help_text=gettext_lazy("For representatives and leaders; other days are taken when these have no room."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for weekday, _label in WEEKDAYS:
            for span in range(self.SPANS):
                for end in ("opens", "closes"):
                    self.fields[f"{end}_{weekday}_{span}"] = forms.TimeField(required=False, widget=TimeInput())

    def rows(self) -> list[tuple[Any, list[tuple[Any, Any]]]]:
        """(weekday's name, its spans of two fields each), for the page."""
        return [
            (label, [(self[f"opens_{weekday}_{span}"], self[f"closes_{weekday}_{span}"]) for span in range(self.SPANS)])
            for weekday, label in WEEKDAYS
        ]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        for weekday, _label in WEEKDAYS:
            until = None
            for span in range(self.SPANS):
                opens, closes = values.get(f"opens_{weekday}_{span}"), values.get(f"closes_{weekday}_{span}")
                if (opens is None) != (closes is None):
                    self.add_error(f"closes_{weekday}_{span}", gettext("Give both times, or none."))
                elif opens and closes and (opens >= closes or (until and opens < until)):
                    self.add_error(f"opens_{weekday}_{span}", gettext("These times overlap or run backwards."))
                until = closes or until
        return values

    def spans(self) -> list[tuple[int, dt.time, dt.time]]:
        """(ISO weekday, opens, closes)."""
        return [
            (weekday, opens, self.cleaned_data[f"closes_{weekday}_{span}"])
            for weekday, _label in WEEKDAYS
            for span in range(self.SPANS)
            if (opens := self.cleaned_data.get(f"opens_{weekday}_{span}"))
        ]


class StepForm(forms.Form):
    """A finding's next step; what it must say depends on the step."""

    state = forms.ChoiceField(choices=FindingState.choices)
    text = forms.CharField(max_length=500)


class FeedForm(forms.Form):
    label = forms.CharField(label=gettext_lazy("Used by"), max_length=60, required=False)
