"""Forms that overwrite nothing unseen: three values of a field are compared before one is written.

What the form showed when it was opened (`base`) travels with it, signed. When it comes back, a field that somebody else
changed meanwhile and this person did not touch keeps the other's value; one that both changed is refused with both
values, and saving once more writes this person's knowingly.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.base.text import joined
from dealers.forms.layout import PlainForm

_SALT = "dealers.forms.base"
Plain = str | list[str]


def _plain(value: Any) -> Plain:
    """A value as text that can be compared; choices of many as sorted texts."""
    if value is None:
        return ""
    if isinstance(value, Model):
        return str(value.pk)
    if isinstance(value, dt.datetime):
        # To the minute and in the reader's time zone, as forms show it.
        return f"{timezone.localtime(value):%Y-%m-%d %H:%M}"
    if isinstance(value, str):
        return value.strip().replace("\r\n", "\n")
    if isinstance(value, Iterable):
        return sorted(str(_plain(each)) for each in value)
    if hasattr(value, "normalize"):
        return format(value.normalize(), "f")
    return str(value)


class BaseField(forms.CharField):
    """What the form showed, signed. It is new with each showing and never a change."""

    widget = forms.HiddenInput

    def has_changed(self, initial: Any, data: Any) -> bool:
        return False


class MergingForm(PlainForm, forms.ModelForm):
    """A model form for a row that others may edit too. Bind it to the locked row.

    `together` names fields that are one value: they are kept or refused as a whole.
    """

    together: tuple[tuple[str, ...], ...] = ()
    base = BaseField(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Before cleaning writes into the instance.
        self._stored: dict[str, Any] = {
            name: self.get_initial_for_field(field, name)
            for name, field in self.fields.items()
            if name in (self._meta.fields or ()) and not field.disabled
        }
        self.initial["base"] = self._signed_base()
        self.merged: list[str] = []

    def _signed_base(self) -> str:
        return signing.dumps({name: _plain(value) for name, value in self._stored.items()}, salt=_SALT)

    def _base(self, text: str) -> dict[str, Plain]:
        """The values that the form showed; empty when they did not come back whole."""
        try:
            base: dict[str, Plain] = signing.loads(text, salt=_SALT)
        except signing.BadSignature:
            return {}
        return base

    def _with(self, name: str) -> tuple[str, ...]:
        return next((group for group in self.together if name in group), (name,))

    def was_touched(self) -> bool:
        """Whether this person changed anything of what the form showed."""
        self.full_clean()
        base = self._base(self.cleaned_data.get("base") or "")
        return any(
            name not in self.cleaned_data or base.get(name) != _plain(self.cleaned_data[name]) for name in self._stored
        )

    def was_changed_by_others(self) -> bool:
        """Whether what is stored differs from what the form showed; False for a new row."""
        if self.instance._state.adding:
            return False
        base = self._base(self.data.get(self.add_prefix("base")) or "")
        return any(base.get(name) != _plain(stored) for name, stored in self._stored.items())

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if self.instance.pk is None or self.instance._state.adding:
            return cleaned
        base = self._base(cleaned.get("base") or "")
        now = {name: _plain(stored) for name, stored in self._stored.items()}
        mine = {name: _plain(cleaned[name]) for name in now if name in cleaned}
        touched = {name for name, value in mine.items() if value != base.get(name)}
        changed = {name for name, value in now.items() if value != base.get(name)}
        kept: dict[str, Any] = {}
        conflict = False
        for name, value in mine.items():
            if name not in changed or value == now[name]:
                continue
            if touched.isdisjoint(self._with(name)):
                stored = self._stored[name]
                cleaned[name] = self.fields[name].clean(self.fields[name].prepare_value(stored))
                kept[name] = stored
            else:
                conflict = True
                self.add_error(name, self._conflict(name, now[name], value))
        self.merged = list(kept)
        if conflict:
            self.show_again(kept)
        return cleaned

    def _conflict(self, name: str, now: Plain, mine: Plain) -> ValidationError:
        return ValidationError(
            _("Somebody changed this to “%(now)s” meanwhile. You wrote “%(mine)s”: save again to keep yours."),
            code="conflict",
            params={"now": self._words(name, now), "mine": self._words(name, mine)},
        )

    def _words(self, name: str, value: Plain) -> str:
        """A value as the person knows it: the label of a choice, not its code."""
        labels = {str(key): str(label) for key, label in getattr(self.fields[name], "choices", ())}
        values = value if isinstance(value, list) else [value]
        return joined(labels.get(each, each) for each in values) or "–"

    def show_again(self, kept: dict[str, Any] | None = None) -> None:
        """The form that goes back shows what was kept and starts from what is stored now."""
        data: Any = self.data.copy()  # type: ignore[attr-defined]
        data[self.add_prefix("base")] = self._signed_base()
        for name, stored in (kept or {}).items():
            value = self.fields[name].prepare_value(stored)
            if isinstance(widget := self.fields[name].widget, forms.DateInput | forms.DateTimeInput):
                value = widget.format_value(value)
            if isinstance(value, list | tuple):
                data.setlist(self.add_prefix(name), [str(_plain(each)) for each in value])
            else:
                data[self.add_prefix(name)] = "" if value is None else str(value)
        self.data = data
