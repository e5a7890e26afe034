"""What the forms of the dealer file share: crispy helper, tags, days."""

from __future__ import annotations

import re
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column, Fieldset, Layout, Row
from django import forms
from django.utils.translation import gettext

from crm.base.periods import EARLIEST, LATEST
from crm.base.text import StrPromise

# Comma, Chinese and Japanese commas, semicolon, line end.
_SEPARATORS = re.compile(r"[,，、;；\n]+")


class TagsField(forms.CharField):
    """Words separated by commas of any script, as a list without repetitions."""

    def __init__(self, *args: Any, tag_length: int = 60, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.tag_length = tag_length

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list | tuple) else value

    def to_python(self, value: Any) -> Any:
        text = self.prepare_value(value) or ""
        return list(dict.fromkeys(tag.strip()[: self.tag_length] for tag in _SEPARATORS.split(text) if tag.strip()))

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(self.to_python(initial) != self.to_python(data))


class DayInput(forms.DateInput):
    """The browser's own calendar, in the reader's notation; the value travels as ISO 8601."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class NearDayField(forms.DateField):
    """A day that somebody can mean, from which one may count years back and on: 2000 to 2100."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", DayInput)
        super().__init__(**kwargs)

    def clean(self, value: Any) -> Any:
        day = super().clean(value)
        if day is not None and not EARLIEST <= day <= LATEST:
            raise forms.ValidationError(gettext("This is no date."))
        return day


class MomentInput(forms.DateTimeInput):
    input_type = "datetime-local"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%dT%H:%M")


class PercentField(forms.DecimalField):
    """Typed as a percentage, kept as a share of 0 to 1."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=0, max_value=100, max_digits=5, decimal_places=2, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        if value is None or isinstance(value, str):
            return value
        text = format((value * 100).normalize(), "f")
        return text

    def clean(self, value: Any) -> Any:
        percent = super().clean(value)
        return None if percent is None else percent / 100

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)


class PlainForm(forms.BaseForm):
    """A form that is rendered inside the page's own <form>, laid out by `groups`.

    `groups`: heading and rows; a row is one field's name or several that stand beside each other.
    """

    groups: tuple[tuple[str | StrPromise, tuple[str | tuple[str, ...], ...]], ...] = ()

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        helper.form_show_errors = True
        if self.groups:
            shown: set[str] = set()
            parts: list[Any] = []
            for heading, rows in self.groups:
                laid = []
                for row in rows:
                    names = [name for name in ((row,) if isinstance(row, str) else row) if name in self.fields]
                    shown.update(names)
                    if len(names) == 1:
                        laid.append(names[0])
                    elif names:
                        laid.append(Row(*(Column(name, css_class="col-sm") for name in names)))
                if laid:
                    parts.append(Fieldset(heading, *laid) if heading else Layout(*laid))
            helper.layout = Layout(*parts, *(name for name in self.fields if name not in shown))
        return helper
