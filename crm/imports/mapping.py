"""Which column of a file fills which field, and how its words and dates are to be understood."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from django.utils.translation import override

from crm.imports.choices import DateOrder, DecimalSign, EmptyCells
from crm.imports.importer import Field, FieldType, Importer

LANGUAGES = ("en", "zh-hans", "ja", "ko")


@dataclass(frozen=True)
class Made:
    """A code made of other columns, for a file that has none: the prefix and 10 hexadecimal digits of their hash."""

    columns: tuple[str, ...]
    prefix: str = ""


@dataclass(frozen=True)
class Mapping:
    """`columns` names headers, several to be joined by `separators` (a space). All keys are field names.

    `constants` fill a field in every row (or, with a column too, the empty cells). `values` turns words of the file
    into choices or codes. `made` makes codes. `replace` swaps texts. `shorten` cuts what is too long instead of
    refusing it; `lenient` leaves a cell empty that cannot be understood. `add_years` moves every date.
    """

    columns: dict[str, tuple[str, ...]] = field(default_factory=dict)
    constants: dict[str, str] = field(default_factory=dict)
    values: dict[str, dict[str, str]] = field(default_factory=dict)
    made: dict[str, Made] = field(default_factory=dict)
    separators: dict[str, str] = field(default_factory=dict)
    replace: dict[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    shorten: tuple[str, ...] = ()
    lenient: tuple[str, ...] = ()
    date_order: str = DateOrder.AUTO
    decimal_sign: str = DecimalSign.AUTO
    empty: str = EmptyCells.KEEP
    add_years: int = 0

    def fills(self, name: str) -> bool:
        """Whether the field gets a value at all."""
        return name in self.columns or name in self.constants or name in self.made

    def key(self, importer: Importer) -> tuple[str, ...]:
        """The first of the importer's keys that is filled; its first one when none is."""
        for names in importer.keys:
            if all(self.fills(name) for name in names):
                return names
        return importer.keys[0]

    def missing(self, importer: Importer, headers: Sequence[str]) -> list[Field]:
        """Key fields that nothing fills: without them no row can be found."""
        names = self.key(importer)
        return [importer.field(name) for name in names if not self.fills(name)]

    def headers(self) -> set[str]:
        """Every header that it reads."""
        made = {header for each in self.made.values() for header in each.columns}
        return made | {header for headers in self.columns.values() for header in headers}

    def as_json(self) -> dict[str, Any]:
        return {key: value for key, value in asdict(self).items() if value or key == "empty"}

    def with_constants(self, constants: dict[str, str], importer: Importer) -> Mapping:
        """With these fields the same in every row; what the file has for them is not read. KeyError: no such field."""
        names = {importer.field(name).name for name in constants}
        return replace(
            self,
            columns={name: headers for name, headers in self.columns.items() if name not in names},
            made={name: made for name, made in self.made.items() if name not in names},
            constants={**self.constants, **constants},
        )

    def with_guesses(self, *, date_order: str, decimal_sign: str) -> Mapping:
        """With what the columns showed, where the mapping leaves it open."""
        return replace(self, date_order=self.date_order or date_order, decimal_sign=self.decimal_sign or decimal_sign)


def from_json(data: dict[str, Any], importer: Importer) -> Mapping:
    """Read what `as_json` wrote, or a person wrote by hand. Unknown fields are left out; raises ValueError on nonsense."""
    known = {each.name for each in importer.fields}

    def of_fields(key: str) -> dict[str, Any]:
        value = data.get(key) or {}
        if not isinstance(value, dict):
            raise ValueError(f"{key} must be an object")
        return {name: each for name, each in value.items() if name in known and each not in (None, "", [])}

    return Mapping(
        columns={name: _texts(each) for name, each in of_fields("columns").items()},
        constants={name: str(each) for name, each in of_fields("constants").items()},
        values={
            name: {str(word): str(meaning) for word, meaning in each.items()}
            for name, each in of_fields("values").items()
        },
        made={
            name: Made(columns=_texts(each["columns"]), prefix=str(each.get("prefix", "")))
            for name, each in of_fields("made").items()
        },
        separators={name: str(each) for name, each in of_fields("separators").items()},
        replace={name: tuple((str(old), str(new)) for old, new in each) for name, each in of_fields("replace").items()},
        shorten=tuple(name for name in _texts(data.get("shorten") or ()) if name in known),
        lenient=tuple(name for name in _texts(data.get("lenient") or ()) if name in known),
        date_order=DateOrder(data.get("date_order") or "").value,
        decimal_sign=DecimalSign(data.get("decimal_sign") or "").value,
        empty=EmptyCells(data.get("empty") or EmptyCells.KEEP).value,
        add_years=int(data.get("add_years") or 0),
    )


def _texts(value: str | Iterable[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(str(each) for each in value)


def folded(text: str) -> str:
    """A header or word without what does not count: case, width, spaces, signs."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return "".join(character for character in plain if character.isalnum())


def names_of(field: Field) -> set[str]:
    """Every folded header that means this field: its name, its label in every language, its aliases."""
    names = {folded(field.name), *(folded(alias) for alias in field.aliases)}
    for language in LANGUAGES:
        with override(language):
            names.add(folded(str(field.label)))
    return names - {""}


def guess(importer: Importer, headers: Sequence[str]) -> Mapping:
    """Match headers to fields: by the whole name first, then where one holds the other. Each header is used once."""
    columns: dict[str, tuple[str, ...]] = {}
    free = {header: folded(header) for header in headers}
    known = [(each, names_of(each)) for each in importer.fields]
    for each, names in known:
        for header, name in free.items():
            if name in names:
                columns[each.name] = (header,)
                del free[header]
                break
    for each, names in known:
        if each.name in columns:
            continue
        for header, name in free.items():
            # Short words are in everything: "no" in "note", "名" in "地名".
            if any(_holds(name, other) for other in names):
                columns[each.name] = (header,)
                del free[header]
                break
    return Mapping(columns=columns)


def _holds(header: str, name: str) -> bool:
    shortest = 5 if name.isascii() else 3
    return len(name) >= shortest and len(header) <= 3 * len(name) and (header.startswith(name) or header.endswith(name))


def meanings(field: Field) -> dict[str, str]:
    """What the words for a choice mean, by folded word: value, label in every language, synonyms."""
    if field.type is not FieldType.CHOICE or field.choices is None:
        return {}
    words = {folded(word): meaning for word, meaning in field.synonyms.items()}
    for language in LANGUAGES:
        with override(language):
            words |= {folded(str(label)): str(value) for value, label in field.choices.choices}
    return words | {folded(value): str(value) for value in field.choices.values}
