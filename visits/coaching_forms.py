"""Words into coaching sheets, items of the checklist and limits of contacts."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.conf import settings
from django.utils.dateparse import parse_date
from django.utils.translation import gettext, gettext_lazy, pgettext_lazy

from dealers.forms.layout import PlainForm
from visits.choices import CoachingGroup, Standing
from visits.coaching import SCORES, Line
from visits.models import Coaching, ContactLimit

STEPS = 3
STEP_MOST = 200


class SheetForm(PlainForm, forms.ModelForm):
    """The words of a sheet; its scores are read by `read_lines`."""

    groups = (("", ("standing", "strengths", "focus")),)

    standing = forms.ChoiceField(
        label=gettext_lazy("How she placed herself"), required=False, choices=[("", "–"), *Standing.choices],
        help_text=gettext_lazy("Two errors: too high, as “the factory”; too low, begging for the order."),
    )  # fmt: skip

    class Meta:
        model = Coaching
        fields = ("standing", "strengths", "focus")
        widgets = {"strengths": forms.Textarea(attrs={"rows": 3}), "focus": forms.Textarea(attrs={"rows": 3})}
        help_texts = {"focus": gettext_lazy("One or two things, so that the next visit can show them.")}


def read_lines(lines: list[Line], posted: Any) -> dict[int, tuple[int, str]]:
    """Score and note by item from what was posted, typed values kept in the lines; faulty ones are marked there."""
    found: dict[int, tuple[int, str]] = {}
    for line in lines:
        line.score = str(posted.get(f"score:{line.item.pk}") or "")
        line.note = str(posted.get(f"note:{line.item.pk}") or "").strip()
        if line.score and line.score not in {str(score) for score in SCORES}:
            line.fault = gettext("There is no such choice.")
        elif len(line.note) > 300:
            line.fault = gettext("At most %(most)s characters.") % {"most": 300}
        elif line.note and not line.score:
            line.fault = gettext("Score what you wrote a note about.")
        elif line.score:
            found[line.item.pk] = (int(line.score), line.note)
    return found


def read_steps(posted: Any) -> tuple[list[tuple[str, str]], list[tuple[str, dt.date | None]], str]:
    """The agreed steps as typed, as values, and what is wrong with them (empty: nothing)."""
    typed = list(zip(posted.getlist("step"), posted.getlist("step_due"), strict=False))[:10]
    values: list[tuple[str, dt.date | None]] = []
    fault = ""
    for text, due in typed:
        text = text.strip()
        try:
            day = parse_date(due) if due else None
        except ValueError:
            day = None
        if due and (day is None or not 2000 <= day.year <= 2100):
            fault = gettext("This is no date.")
        elif len(text) > STEP_MOST:
            fault = gettext("At most %(most)s characters.") % {"most": STEP_MOST}
        elif text:
            values.append((text, day))
    return typed, values, fault


class ItemForm(forms.Form):
    """An item in up to four languages; one at least."""

    group = forms.ChoiceField(label=gettext_lazy("Part of the talk"), choices=CoachingGroup.choices)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code, name in settings.LANGUAGES:
            self.fields[f"label_{code}"] = forms.CharField(label=name, max_length=120, required=False)
            self.fields[f"help_{code}"] = forms.CharField(
                label=name, max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2})
            )

    def labels(self) -> list[Any]:
        return [self[f"label_{code}"] for code, _name in settings.LANGUAGES]

    def helps(self) -> list[Any]:
        return [self[f"help_{code}"] for code, _name in settings.LANGUAGES]

    def texts(self, what: str) -> dict[str, str]:
        """What was written, by language."""
        found = {code: self.cleaned_data.get(f"{what}_{code}", "") for code, _name in settings.LANGUAGES}
        return {code: text for code, text in found.items() if text}

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if not self.errors and not self.texts("label"):
            raise forms.ValidationError(gettext("Say in at least one language what is watched."))
        return values


class LimitForm(PlainForm, forms.ModelForm):
    """How many contacts are enough; for whom is said once, when the limit is made."""

    groups: Any = (("", (("most", "days"), "count_asked_for", "count_calls")),)

    class Meta:
        model = ContactLimit
        fields: tuple[str, ...] = ("most", "days", "count_asked_for", "count_calls")


class NewLimitForm(LimitForm):
    groups = (("", (("kind", "tier"), ("most", "days"), "count_asked_for", "count_calls")),)

    class Meta(LimitForm.Meta):
        fields = ("kind", "tier", *LimitForm.Meta.fields)
        labels = {"kind": pgettext_lazy("limit of contacts", "Kind of dealer")}
