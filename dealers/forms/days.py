"""Days to remember of a contact person: rows of one form that overwrite nothing unseen either."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _

from crm.base.asked import number
from dealers.forms.merging import MergingForm
from dealers.lunar import lunar_in, solar_in
from dealers.models import Contact, SpecialDate

_AT_MOST = 12


class SpecialDateForm(MergingForm):
    # A month of the one with a day of the other is a day that nobody wrote.
    together = (("lunar", "leap_month", "month", "day", "year"),)

    class Meta:
        model = SpecialDate
        fields = ("kind", "label", "lunar", "month", "day", "leap_month", "year", "remind_days_before")

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        month, day, year = cleaned.get("month"), cleaned.get("day"), cleaned.get("year")
        if not month or not day:
            return cleaned
        if cleaned.get("lunar"):
            if day > 30:
                self.add_error("day", _("A lunar month has at most 30 days."))
            elif year and lunar_in(year, month, day, leap_month=bool(cleaned.get("leap_month"))) is None:
                self.add_error("year", _("A year from 1900 to 2099."))
        else:
            if cleaned.get("leap_month"):
                self.add_error("leap_month", _("Only the lunar calendar has leap months."))
            # 2000 had a 29 February.
            if solar_in(year or 2000, month, day).day != day:
                self.add_error("day", _("That month has no such day."))
        return cleaned


class DaysFormSet(forms.BaseInlineFormSet):
    """The days of a locked contact. Those that others add, change or remove meanwhile are not undone by this form."""

    def __init__(self, data: QueryDict | None = None, files: Any = None, instance: Any = None, **kwargs: Any) -> None:
        # How many days somebody else removed that this person had left as they were: they stay removed.
        self.dropped = 0
        # Forms of days that somebody else removed while this person rewrote them.
        self._removed: list[int] = []
        if data is not None and instance is not None:
            data = self._without_removed(data, instance, kwargs.get("prefix") or self.get_default_prefix())
        super().__init__(data, files, instance, **kwargs)

    @property
    def merged(self) -> list[str]:
        """One entry for each change of somebody else that was kept."""
        kept = [name for form in self._rows() if not self._marked(form) for name in form.merged]
        return kept + ["removed"] * self.dropped

    def _rows(self) -> list[SpecialDateForm]:
        return cast("list[SpecialDateForm]", self.forms)

    @staticmethod
    def _marked(form: SpecialDateForm) -> bool:
        """Whether this person ticked that the day goes."""
        return bool(getattr(form, "cleaned_data", {}).get("DELETE"))

    def _without_removed(self, data: QueryDict, contact: Contact, prefix: str) -> QueryDict:
        """The data with the rows of days that are no longer there dropped, or, when rewritten here, as new rows."""
        first_new, total = number(data.get(f"{prefix}-INITIAL_FORMS")), number(data.get(f"{prefix}-TOTAL_FORMS"))
        if first_new is None or total is None or not 0 <= first_new <= total <= self.absolute_max:
            return data
        there = {str(pk) for pk in contact.special_dates.values_list("pk", flat=True)} if contact.pk else set()
        staying, rewritten, new = [], [], []
        for index in range(total):
            if index >= first_new:
                new.append(index)
            elif data.get(f"{prefix}-{index}-id") in there:
                staying.append(index)
            elif (
                f"{prefix}-{index}-DELETE" not in data
                and SpecialDateForm(data, prefix=f"{prefix}-{index}").was_touched()
            ):
                rewritten.append(index)
            else:
                self.dropped += 1
        if len(staying) == first_new:
            return data
        self._removed = list(range(len(staying), len(staying) + len(rewritten)))
        return self._renumbered(data, prefix, [*staying, *rewritten, *new], initial=len(staying))

    def _renumbered(self, data: QueryDict, prefix: str, rows: list[int], *, initial: int) -> QueryDict:
        """The rows in this order; the first `initial` of them are stored ones, the others new."""
        found = QueryDict(mutable=True)
        for key in data:
            row = key.removeprefix(f"{prefix}-").partition("-")[0]
            if not (key.startswith(f"{prefix}-") and row.isdecimal()):
                found.setlist(key, data.getlist(key))
        for place, index in enumerate(rows):
            was = f"{prefix}-{index}-"
            for key in (key for key in data if key.startswith(was)):
                name = key.removeprefix(was)
                if place < initial or name not in ("id", "base"):
                    found.setlist(f"{prefix}-{place}-{name}", data.getlist(key))
        found[f"{prefix}-INITIAL_FORMS"] = str(initial)
        found[f"{prefix}-TOTAL_FORMS"] = str(len(rows))
        return found

    def clean(self) -> None:
        super().clean()
        for index in self._removed:
            self.forms[index].add_error(
                "kind", _("Somebody removed this day meanwhile. Save again to add it as you wrote it.")
            )
        changed = [form for form in self._rows() if self._marked(form) and form.was_changed_by_others()]
        for form in changed:
            form.show_again()
        if changed:
            raise ValidationError(
                [
                    ValidationError(
                        _("Somebody changed “%(day)s” meanwhile. Save again to remove it all the same."),
                        code="conflict",
                        params={"day": SpecialDate.objects.get(pk=form.instance.pk)},
                    )
                    for form in changed
                ]
            )


SpecialDateFormSet = forms.inlineformset_factory(
    Contact,
    SpecialDate,
    form=SpecialDateForm,
    formset=DaysFormSet,
    extra=1,
    can_delete=True,
    max_num=_AT_MOST,
    validate_max=True,
)
