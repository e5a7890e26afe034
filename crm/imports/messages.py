"""Codes of the check put into whole sentences of the reader's language: what is wrong and what would be right."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.template.defaultfilters import filesizeformat
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.base.text import joined, labelled, run_on
from crm.imports import cells
from crm.imports.batch import Batch
from crm.imports.importer import Field, FieldType, Importer, Text
from crm.imports.statement import Statement

STEPS: dict[str, Text] = {
    "": gettext_lazy("Waiting for its turn"),
    "READING": gettext_lazy("Reading the file"),
    "READING_VALUES": gettext_lazy("Understanding dates, numbers and words"),
    "CHECKING": gettext_lazy("Checking every row"),
    "COMPARING_ROWS": gettext_lazy("Comparing the rows with one another"),
    "LOADING": gettext_lazy("Loading the rows"),
    "FOLLOWING_UP": gettext_lazy("Bringing lists and figures up to date"),
    "UNDOING": gettext_lazy("Taking the rows back"),
}


def problem_text(problem: dict[str, Any], importer: Importer | None = None) -> str:
    """What is wrong with a file or a run as a whole; empty for no problem."""
    code = problem.get("code", "")
    if not code:
        return ""
    figures = {
        key: number_format(value, force_grouping=True) if isinstance(value, int) else value
        for key, value in problem.items()
    }
    for key in ("bytes", "limit"):
        if isinstance(problem.get(key), int) and code in ("TOO_LARGE", "UNPACKS_TOO_LARGE", "WORKBOOK_TOO_LARGE"):
            figures[key] = filesizeformat(problem[key])
    sentence = {
        "EMPTY": _("The file is empty. Export it again and look whether it has rows."),
        "FILE_GONE": _("The file is no longer kept. Upload it again."),
        "HEADER_ONLY": _("The file has column titles but no rows below them."),
        "DUPLICATE_HEADERS": _(
            "Two columns are called “%(header)s” (%(first)s and %(second)s). Rename one of them and upload the file again."
        ),
        "TOO_MANY_COLUMNS": _(
            "The file has %(columns)s columns; at most %(limit)s are read. Delete those that are not needed."
        ),
        "TOO_MANY_ROWS": _("The file has more than %(limit)s rows. Split it into several files."),
        "TOO_LARGE": _("The file has %(bytes)s; at most %(limit)s are taken. Split it, or pack it as .csv.gz."),
        "UNPACKS_TOO_LARGE": _("The packed file unpacks to more than %(limit)s. Split it into several files."),
        "WORKBOOK_TOO_LARGE": _(
            "The workbook unpacks to more than is safe (at most %(limit)s, at most 100 times its size). "
            "Save the sheet as CSV and upload that."
        ),
        "TOO_SLOW": _(
            "The workbook could not be read within %(seconds)s seconds. Save the sheet as CSV and upload that."
        ),
        "NOT_A_WORKBOOK": _("The file is not a workbook that can be read. Save it anew as .xlsx or CSV."),
        "OLD_OR_LOCKED_WORKBOOK": _(
            "The workbook is in the old .xls format or protected by a password. Save it as .xlsx without a password."
        ),
        "PASSWORD": _("The workbook is protected by a password. Save it without one and upload it again."),
        "BINARY": _("The file is neither CSV nor a workbook. Upload .csv, .csv.gz or .xlsx."),
        "NUL_BYTES": _("The file holds NUL bytes: it is damaged, or not a text. Export it again as CSV in UTF-8."),
        "ENCODING": _(
            "The file is not written in %(encoding)s throughout. Choose another encoding, or save it as CSV in UTF-8."
        ),
        "BROKEN_GZIP": _("The packed file is damaged. Pack it again."),
        "GIGANTIC_CELL": _(
            "Near row %(row)s a cell has more than %(limit)s characters. Is a quotation mark never closed?"
        ),
        "TOO_MANY_ODD": _(
            "The column for “%(field)s” has more than %(limit)s values that are not understood. Is it the right column?"
        ),
        "UNKNOWN_IMPORTER": _("Nobody reads this kind of sheet any more."),
        "COLUMNS_NOT_THERE": _("The file has no column %(columns)s."),
        "MISSING_COLUMNS": _("Say which column fills: %(fields)s."),
        "OUTDATED": _(
            "Nothing was loaded: somebody changed rows of this file after it was checked. It was checked anew; look again."
        ),
        "CONSTRAINT": _("Nothing was loaded: the database refused the rows (%(detail)s)."),
        "INTERRUPTED": _("The work was interrupted. Nothing was loaded; start it again."),
        "GONE": _("The rows of this import are no longer kept, so it cannot be undone."),
        "INTERNAL": _("Nothing was loaded: the program failed. The administrator finds the reason in the log."),
    }.get(code, _("The file could not be taken (%(code)s)."))
    if code == "TOO_MANY_ODD" and importer is not None:
        figures["field"] = str(importer.field(str(problem["field"])).label)
    return sentence % figures


def error_text(batch: Batch, error: Sequence[Any]) -> str:
    """The sentence for one entry of a refused row's `errors`: [field, code, text] or [.., other row]."""
    name, code, value = error[0], error[1], error[2] or ""
    if not name:
        return _("The row has %(cells)s cells, the column titles %(titles)s.") % {
            "cells": value,
            "titles": len(batch.run.headers),
        }
    field = batch.importer.field(name)
    for check in batch.importer.checks:
        if check.code == code:
            return str(check.message) % {"value": value, "field": field.label}
    if code in batch.importer.messages:
        return str(batch.importer.messages[code]) % {"value": value, "field": field.label}
    other = error[3] if len(error) > 3 else None
    return _cell_text(batch, field, code, value, other)


def _cell_text(batch: Batch, field: Field, code: str, value: str, other: int | None) -> str:
    low, high = cells.bounds(field)
    words = {"value": value, "field": str(field.label), "row": other, "low": low, "high": high}
    match code:
        case "REQUIRED":
            return _("“%(field)s” is missing.") % words
        case "UNKNOWN":
            return _("“%(value)s” is not known. Import it first, or correct the code.") % words
        case "SCOPE":
            return _("“%(value)s” is outside your territories.") % words
        case "DUPLICATE":
            return _("The same key stands in row %(row)s. Keep one of the two.") % words
        case "ORPHAN":
            return _("“%(value)s” is in row %(row)s of this file, which is refused itself.") % words
        case "FORMULA":
            return _("“%(value)s” is a formula. Write its result.") % words
        case "SPREADSHEET_ERROR":
            return _("“%(value)s” is a spreadsheet's error. Write the value.") % words
        case "TOO_LONG":
            words["limit"] = _limit(batch, field)
            return _("“%(value)s” is longer than %(limit)s characters.") % words
        case "TOO_SMALL":
            return _("“%(value)s” is too small: at least %(low)s.") % words
        case "TOO_LARGE":
            return _("“%(value)s” is too large: at most %(high)s.") % words
        case "DIGITS":
            words["digits"] = field.digits
            return _("“%(value)s” has more than %(digits)s digits after the point.") % words
        case FieldType.CHOICE.value:
            labels: list[str] = [str(label) for label in field.choices.labels] if field.choices else []
            words["choices"] = joined(labels)
            return _("“%(value)s” is none of these: %(choices)s.") % words
        case FieldType.DATE.value:
            return _("“%(value)s” is no date; write it like 2026-11-21.") % words
        case FieldType.MONTH.value:
            return _("“%(value)s” is no month; write it like 2026-11.") % words
        case FieldType.BOOLEAN.value:
            return _("“%(value)s” is neither yes nor no.") % words
        case FieldType.INTEGER.value:
            return _("“%(value)s” is no whole number.") % words
        case FieldType.DECIMAL.value:
            return _("“%(value)s” is no number; write it like 1234.56.") % words
        case FieldType.LATITUDE.value | FieldType.LONGITUDE.value:
            return _("“%(value)s” is no coordinate in degrees; write it like 31.2304.") % words
        case FieldType.EMAIL.value:
            return _("“%(value)s” is no e-mail address.") % words
        case FieldType.PHONE.value:
            return _("“%(value)s” is no phone number.") % words
        case FieldType.URL.value:
            return _("“%(value)s” is no web address.") % words
    return _("“%(value)s” cannot be taken for “%(field)s”.") % words


def _limit(batch: Batch, field: Field) -> int | None:
    return Statement(batch, frozenset(), None).limit_of(field)


def sentence_of(batch: Batch, errors: Sequence[Sequence[Any]]) -> str:
    """All that is wrong with a row, for the file of refused rows: each with its field."""
    parts = []
    for error in errors:
        text = error_text(batch, error)
        label = batch.importer.field(error[0]).label if error[0] else ""
        parts.append(labelled(label, text) if label else text)
    return run_on(parts)
