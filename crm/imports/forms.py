"""The forms of the import page: the file, how it is read, which column is what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.scope import scope_of
from crm.imports import encodings, registry
from crm.imports.choices import DateOrder, DecimalSign, EmptyCells
from crm.imports.importer import Field, FieldType, Importer
from crm.imports.mapping import Mapping, from_json
from crm.imports.models import ImportRun
from crm.imports.reading import Reading


def usable(user: User) -> list[Importer]:
    """The sheets that the user may import."""
    scope = scope_of(user)
    return [each for each in registry.importers() if all(scope.may(right) for right in each.rights)]


class UploadForm(forms.Form):
    importer = forms.ChoiceField(label=_("What is in the file?"))
    file = forms.FileField(
        label=_("File"),
        help_text=_("CSV or Excel (.xlsx); a CSV may be packed as .csv.gz. Nothing is loaded before you have seen it."),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.tsv,.txt,.gz,.xlsx"}),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["importer"].choices = [(each.key, each.label) for each in usable(user)]  # type: ignore[attr-defined]

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > settings.UPLOAD_LIMIT:
            raise forms.ValidationError(
                _("The file has %(bytes)s; at most %(limit)s are taken. Split it, or pack it as .csv.gz."),
                params={"bytes": filesizeformat(file.size or 0), "limit": filesizeformat(settings.UPLOAD_LIMIT)},
            )
        return file


class ReadingForm(forms.Form):
    """How the file is read, where the guess was wrong."""

    encoding = forms.ChoiceField(label=_("Encoding"), required=False, choices=[("", _("find out")), *encodings.CHOICES])
    delimiter = forms.ChoiceField(
        label=_("Cells are separated by"),
        required=False,
        choices=[("", _("find out")), (",", _("comma")), (";", _("semicolon")), ("\t", _("tab")), ("|", _("bar"))],
    )
    sheet = forms.CharField(label=_("Sheet"), required=False, max_length=100)

    def wish(self) -> Reading:
        values = self.cleaned_data
        return Reading(encoding=values["encoding"], delimiter=values["delimiter"], sheet=values["sheet"])


@dataclass(frozen=True)
class MappingLine:
    """One field beside the columns of the file."""

    field: Field
    header: str
    constant: str
    samples: list[str]
    required: bool
    # Read from several columns, or made of some: told, not changed here.
    told: str
    choices: list[tuple[str, Any]]


def lines(run: ImportRun, importer: Importer, mapping: Mapping) -> list[MappingLine]:
    """What the page of columns shows, one line a field."""
    found = []
    keys = set(mapping.key(importer))
    for field in importer.fields:
        headers = mapping.columns.get(field.name, ())
        made = mapping.made.get(field.name)
        told = " + ".join(made.columns if made else headers) if made or len(headers) > 1 else ""
        found.append(
            MappingLine(
                field=field,
                header=headers[0] if len(headers) == 1 else "",
                constant=mapping.constants.get(field.name, ""),
                samples=_samples(run, headers),
                required=field.required or field.name in keys,
                told=told,
                choices=_choices(field),
            )
        )
    return found


def _choices(field: Field) -> list[tuple[str, Any]]:
    if field.type is FieldType.CHOICE and field.choices is not None:
        return [(str(value), label) for value, label in field.choices.choices]
    return []


def _samples(run: ImportRun, headers: Sequence[str]) -> list[str]:
    columns = [run.headers.index(header) for header in headers if header in run.headers]
    texts = (" ".join(filter(None, (row[column].strip() for column in columns))) for row in run.sample)
    return list(dict.fromkeys(text[:60] for text in texts if text))[:3]


def mapping_of(data: QueryDict, importer: Importer, before: Mapping) -> Mapping:
    """The mapping that the page sent. What the page does not show (several columns, made codes) stays as `before`.

    Raises ValueError on values that the page does not offer.
    """
    known = before.as_json()
    columns: dict[str, Any] = dict(known.get("columns", {}))
    made: dict[str, Any] = dict(known.get("made", {}))
    constants: dict[str, str] = {}
    for field in importer.fields:
        header = data.get(f"column-{field.name}", "")
        if header == "=":
            # As it was: the line told of several columns.
            pass
        elif header:
            columns[field.name] = (header,)
            made.pop(field.name, None)
        else:
            columns.pop(field.name, None)
            made.pop(field.name, None)
        if constant := data.get(f"constant-{field.name}", "").replace("\0", "").strip():
            constants[field.name] = constant
    years = data.get("add_years", "").strip() or "0"
    return from_json(
        {
            **known,
            "columns": columns,
            "made": made,
            "constants": constants,
            "date_order": DateOrder(data.get("date_order", "")).value,
            "decimal_sign": DecimalSign(data.get("decimal_sign", "")).value,
            "empty": EmptyCells(data.get("empty") or EmptyCells.KEEP).value,
            "add_years": max(-200, min(200, int(years))),
        },
        importer,
    )
