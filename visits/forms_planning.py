"""Forms of planning: its rules, and somebody's working time."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext, gettext_lazy

from dealers.forms.layout import NearDayField, PercentField, PlainForm
from visits.forms import CountsFromADay, TimeInput, WeekdaysField
from visits.models import PlanningRules, WorkingTime


class PlanningRulesForm(PlainForm, forms.ModelForm):
    groups = (
        ("", ("days_ahead", "release", "replan", "new_dealer_days")),
        (gettext_lazy("Visits of leaders"), ("leaders", "joint_a_month")),
    )

    class Meta:
        model = PlanningRules
        fields = ("days_ahead", "release", "replan", "new_dealer_days", "leaders", "joint_a_month")


class WorkingTimeForm(CountsFromADay, PlainForm, forms.ModelForm):
    """From a day that is not over; half a place is no place."""

    groups = (
        ("", ("active_from", "weekdays", ("starts", "ends", "lunch_minutes"), ("max_stops", "visiting_share"))),
        (
            gettext_lazy("Where the day starts and ends"),
            (("start_latitude", "start_longitude"), ("end_latitude", "end_longitude")),
        ),
    )

    weekdays = WeekdaysField(label=gettext_lazy("Working days"))
    visiting_share = PercentField(
        label=gettext_lazy("Share of the days for visits (%)"),
        help_text=gettext_lazy("What meetings and paperwork leave for visits and the way to them."),
    )

    class Meta:
        model = WorkingTime
        fields = (
            "active_from", "weekdays", "starts", "ends", "lunch_minutes", "max_stops", "visiting_share", "start_latitude",
            "start_longitude", "end_latitude", "end_longitude",
        )  # fmt: skip
        field_classes = {"active_from": NearDayField}
        widgets = {"starts": TimeInput(), "ends": TimeInput()}
        help_texts = {
            "end_latitude": gettext_lazy("Empty: the day ends where it starts."),
            "start_latitude": gettext_lazy("Empty: in the middle of the dealers of the day."),
        }

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        starts, ends = values.get("starts"), values.get("ends")
        if starts and ends and starts >= ends:
            self.add_error("ends", gettext("The day ends before it starts."))
        elif starts and ends and not self.errors:
            minutes = (ends.hour - starts.hour) * 60 + ends.minute - starts.minute
            if (values.get("lunch_minutes") or 0) >= minutes:
                self.add_error("lunch_minutes", gettext("Lunch takes the whole day."))
        for place in ("start", "end"):
            latitude, longitude = values.get(f"{place}_latitude"), values.get(f"{place}_longitude")
            if (latitude is None) != (longitude is None):
                self.add_error(f"{place}_longitude", gettext("Give both latitude and longitude, or neither."))
            elif (
                latitude is not None
                and longitude is not None
                and not (-90 <= latitude <= 90 and -180 <= longitude <= 180)
            ):
                self.add_error(f"{place}_latitude", gettext("There is no such place on earth."))
        return values
