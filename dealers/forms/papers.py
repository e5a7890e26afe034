"""Documents and agreements."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dealers.forms.layout import DayInput, PlainForm
from dealers.forms.merging import MergingForm
from dealers.models import Agreement, Dealer, DealerDocument
from dealers.uploads import MAX_BYTES, Upload, UploadRefused, examine

_ACCEPT = ".pdf,.jpg,.jpeg,.png,.webp,.docx,.xlsx,.pptx"


class FileField(forms.FileField):
    """Cleans into an examined `Upload`."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", gettext_lazy("file"))
        kwargs.setdefault("widget", forms.ClearableFileInput(attrs={"accept": _ACCEPT}))
        kwargs.setdefault(
            "help_text",
            gettext_lazy("PDF, picture or office document, at most %(megabytes)s MB")
            % {"megabytes": MAX_BYTES // 1024 // 1024},
        )
        super().__init__(max_length=255, **kwargs)

    def clean(self, data: Any, initial: Any = None) -> Upload | None:
        file = super().clean(data, initial)
        if not file:
            return None
        try:
            return examine(file)
        except UploadRefused as error:
            raise ValidationError(str(error)) from error


class DocumentForm(PlainForm, forms.ModelForm):
    groups = (("", ("file", ("kind", "title"))),)
    file = FileField()

    class Meta:
        model = DealerDocument
        fields = ("kind", "title")


class VersionForm(PlainForm, forms.Form):
    file = FileField()


class AgreementForm(MergingForm):
    groups = (("", (("kind", "number"), ("starts_on", "ends_on"), ("signed_on", "document"), "note")),)

    class Meta:
        model = Agreement
        fields = ("kind", "number", "starts_on", "ends_on", "signed_on", "document", "note")
        widgets = {"starts_on": DayInput, "ends_on": DayInput, "signed_on": DayInput}

    def __init__(self, *args: Any, dealer: Dealer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["document"].queryset = DealerDocument.objects.filter(dealer=dealer, superseded_by__isnull=True)  # type: ignore[attr-defined]
        self.fields["ends_on"].help_text = _("The first day on which it no longer holds; empty without an end")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        starts, ends = cleaned.get("starts_on"), cleaned.get("ends_on")
        if starts and ends and ends <= starts:
            self.add_error("ends_on", _("The end comes after the beginning."))
        return cleaned
