"""What can be imported, written down for people: the tables of docs/imports.md, made from the importers themselves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal

from django.apps import apps
from django.utils.translation import override

from crm.imports.importer import Field, FieldType, Importer

_KEYS = {"staff_code": "staff number", "email": "e-mail"}
_HOLDS = {
    FieldType.TEXT: "text",
    FieldType.CODE: "code",
    FieldType.INTEGER: "whole number",
    FieldType.DECIMAL: "number",
    FieldType.DATE: "day",
    FieldType.MONTH: "month",
    FieldType.BOOLEAN: "yes or no",
    FieldType.CHOICE: "one of",
    FieldType.LOOKUP: "code",
    FieldType.LIST: "several words, separated by `;` or `,`",
    FieldType.EMAIL: "e-mail address",
    FieldType.PHONE: "telephone number",
    FieldType.URL: "web address",
    FieldType.LATITUDE: "degrees, -90 to 90",
    FieldType.LONGITUDE: "degrees, -180 to 180",
}


def described(importers: Iterable[Importer]) -> str:
    """Markdown in English: for each importer a heading, how rows are found again, who may use it, and its fields."""
    with override("en"):
        return "\n".join(line for importer in importers for line in _importer(importer))


def _importer(importer: Importer) -> Iterator[str]:
    yield f"### `{importer.key}`: {importer.label}"
    yield ""
    yield f"{importer.description} {_found_by(importer)} {_rights(importer)}"
    yield ""
    yield "| field | title in English | needed | holds |"
    yield "|---|---|---|---|"
    for field in importer.fields:
        yield f"| `{field.name}` | {field.label} | {'yes' if field.required else ''} | {_holds(field)} |"
    yield ""


def _found_by(importer: Importer) -> str:
    """Which fields tell one row from another. Of more than two ways, what all share, and what else may tell."""
    ways = importer.keys
    if len(ways) <= 2:
        return f"A row is known by {', or else by '.join(_names(way) for way in ways)}."
    shared = [name for name in ways[0] if all(name in way for way in ways)]
    others = dict.fromkeys(name for way in ways for name in way if name not in shared)
    return f"A row is known by {_names(shared)}, with {_names(others)} as far as the file has them."


def _names(names: Iterable[str]) -> str:
    return " + ".join(f"`{name}`" for name in names)


def _rights(importer: Importer) -> str:
    return f"Asks for: {', '.join(f'`{right.value}`' for right in importer.rights)}."


def _holds(field: Field) -> str:
    parts = [_HOLDS[field.type]]
    if field.type is FieldType.CHOICE and field.choices is not None:
        parts = [f"one of: {' / '.join(str(label) for label in field.choices.labels)}"]
    elif field.lookup is not None:
        parts = [f"{' or '.join(_KEYS.get(key, key) for key in field.lookup.keys)} of a {_kind_of(field.lookup.table)}"]
        if field.lookup.same_file:
            parts.append("also one of the same file")
    elif field.max_length is not None:
        parts.append(f"at most {field.max_length:,} characters")
    if field.type is FieldType.DECIMAL:
        parts.append(f"at most {field.digits} digits after the point")
    if field.minimum is not None and field.maximum is not None:
        parts.append(f"{_figure(field.minimum)} to {_figure(field.maximum)}")
    elif field.minimum is not None:
        parts.append(f"from {_figure(field.minimum)}")
    if field.default not in (None, 0):
        parts.append(f"{_word(field)} when empty")
    return "; ".join(parts)


def _figure(number: Decimal | int) -> str:
    """A year stays a year."""
    return f"{number:,}" if number >= 10_000 else str(number)


def _word(field: Field) -> str:
    return str(field.choices(field.default).label) if field.choices else str(field.default)


def _kind_of(table: str) -> str:
    return next(str(model._meta.verbose_name) for model in apps.get_models() if model._meta.db_table == table)
