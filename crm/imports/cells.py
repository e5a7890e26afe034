"""A field's cell in SQL: its text, what it means, and what is wrong with it.

Every statement is run with parameters (an empty list), so a percent sign in it is written twice; `literal` does so.
"""

from __future__ import annotations

from collections.abc import Mapping as Words
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from psycopg import sql

from crm.imports import limits
from crm.imports.importer import Field, FieldType
from crm.imports.mapping import Mapping

# Blanks in every script, and marks that nobody sees: no-break, zero-width, ideographic space, byte order mark.
BLANKS = " \t\r\n\u00a0\u200b\u3000\ufeff"
TEXTUAL = frozenset(
    {FieldType.TEXT, FieldType.CODE, FieldType.LOOKUP, FieldType.LIST, FieldType.PHONE, FieldType.EMAIL, FieldType.URL}
)
NUMERIC = frozenset({FieldType.INTEGER, FieldType.DECIMAL, FieldType.LATITUDE, FieldType.LONGITUDE})
DATED = frozenset({FieldType.DATE, FieldType.MONTH})
# Their odd texts are looked up among words worked out in Python.
WORDED = NUMERIC | DATED | {FieldType.BOOLEAN, FieldType.CHOICE}

SQL_TYPES = {
    FieldType.INTEGER: "bigint",
    FieldType.DECIMAL: "numeric",
    FieldType.DATE: "date",
    FieldType.MONTH: "date",
    FieldType.BOOLEAN: "boolean",
    FieldType.LOOKUP: "bigint",
    FieldType.LIST: "text[]",
    FieldType.LATITUDE: "double precision",
    FieldType.LONGITUDE: "double precision",
}

_SPREADSHEET_ERRORS = ("#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!")
_PLAIN_DATE = r"^[12]\d{3}-(0[1-9]|1[0-2])-(0[1-9]|1\d|2[0-8])([ T]\d{2}:\d{2}(:\d{2}(\.\d+)?)?)?$"
_PLAIN_MONTH = r"^[12]\d{3}-(0[1-9]|1[0-2])(-(0[1-9]|1\d|2[0-8]))?$"
_PLAIN_INTEGER = r"^-?\d{1,15}$"
_PLAIN_DECIMAL = r"^-?\d{1,15}(\.\d{1,12})?$"
_GROUPED = r"^-?\d{1,3}(,\d{3})+(\.\d{1,12})?$"
_EMAIL = r"^[^\s@,;<>]+@[^\s@,;<>]+\.[^\s@,;<>.]+$"
_URL = r"^https?://[^\s/.]+(\.[^\s/.]+)+(:\d+)?([/?#]\S*)?$"


def literal(value: Any) -> str:
    """`value` as SQL text, percent signs doubled."""
    return sql.Literal(value).as_string(None).replace("%", "%%")


def quoted(name: str) -> str:
    return sql.Identifier(name).as_string(None)


def sql_type(field: Field) -> str:
    """The type of the field's column in the checked table."""
    return field.sql_type or SQL_TYPES.get(field.type, "text")


@dataclass(frozen=True)
class Cell:
    """One field of one mapping. `limit` is the longest text its column takes; None for no limit."""

    field: Field
    mapping: Mapping
    # Header -> column of the staging table.
    columns: Words[str, str]
    limit: int | None
    # Words for this field are in the table of words.
    worded: bool = False
    # What crm.imports.survey found: the file's cells are as they were written; every text of this one can be cast.
    neat: bool = False
    plain: bool = False

    @property
    def filled(self) -> bool:
        return self.mapping.fills(self.field.name)

    @property
    def is_constant(self) -> bool:
        """Whether every row has the same text: nothing of it comes from the file."""
        name, mapping = self.field.name, self.mapping
        return name in mapping.constants and name not in mapping.made and not mapping.columns.get(name)

    @property
    def _sign(self) -> str:
        return self.mapping.decimal_sign or "."

    @property
    def _as_written(self) -> bool:
        """The text comes from neat cells alone: nothing guarded, no full-width character."""
        name, mapping = self.field.name, self.mapping
        added = name in mapping.made or name in mapping.constants or name in mapping.replace
        return self.neat and name in mapping.columns and not added

    # --- the text ---

    def raw(self) -> str:
        """The cell's text from staging `s`, trimmed; NULL when it is empty."""
        name = self.field.name
        text = "NULL::text"
        headers = self.mapping.columns.get(name, ())
        made = self.mapping.made.get(name)
        if made is not None:
            parts = ", ".join(f"coalesce({self._trimmed(header)}, '')" for header in made.columns)
            digits = f"upper(left(encode(sha256(convert_to(concat_ws('|', {parts}), 'UTF8')), 'hex'), 10))"
            text = f"{literal(made.prefix)} || {digits}"
        elif len(headers) == 1:
            text = self._trimmed(headers[0])
        elif headers:
            separator = literal(self.mapping.separators.get(name, " "))
            text = f"nullif(concat_ws({separator}, {', '.join(self._trimmed(each) for each in headers)}), '')"
        for old, new in self.mapping.replace.get(name, ()):
            text = f"nullif(btrim(replace({text}, {literal(old)}, {literal(new)})), '')"
        if self.field.type in TEXTUAL and headers and (not self.neat or name in self.mapping.replace):
            text = _unguarded(text)
        if name in self.mapping.constants:
            text = f"coalesce({text}, {literal(self.mapping.constants[name])})"
        if self.field.clean:
            text = self.field.clean.replace("{raw}", f"({text})")
        return text

    def _trimmed(self, header: str) -> str:
        column = f"s.{self.columns[header]}"
        return column if self.neat else f"nullif(btrim({column}, {literal(BLANKS)}), '')"

    # --- what it means: from r.<name> and, for odd texts, m_<name>.value ---

    def odd(self) -> str:
        """Whether the database cannot read the text by itself; for fields that need words for it."""
        x = f"r.{quoted(self.field.name)}"
        match self.field.type:
            case FieldType.DATE:
                return f"{x} !~ {literal(_PLAIN_DATE)}"
            case FieldType.MONTH:
                return f"{x} !~ {literal(_PLAIN_MONTH)}"
            case FieldType.INTEGER:
                return f"{x} !~ {literal(_PLAIN_INTEGER)}"
            case FieldType.DECIMAL | FieldType.LATITUDE | FieldType.LONGITUDE:
                if self._sign == ",":
                    return f"{x} !~ {literal(_PLAIN_INTEGER)}"
                return f"({x} !~ {literal(_PLAIN_DECIMAL)} AND {x} !~ {literal(_GROUPED)})"
            case FieldType.CHOICE:
                values: list[str] = list(self.field.choices.values) if self.field.choices else []
                return f"{x} <> ALL ({literal(values)}::text[])"
            case FieldType.BOOLEAN:
                return f"{x} NOT IN ('true', 'false')"
        return "true"

    def is_plain(self) -> str:
        """Whether the text is cast as it stands, asked quickly: of some that are it says no. Not for dates."""
        x = f"r.{quoted(self.field.name)}"
        match self.field.type:
            case FieldType.INTEGER:
                return f"({x} ~ '^-?[0-9]+$' AND length({x}) <= 15)"
            case FieldType.DECIMAL | FieldType.LATITUDE | FieldType.LONGITUDE:
                if self._sign == ",":
                    return f"({x} ~ '^-?[0-9]+$' AND length({x}) <= 15)"
                return f"({x} ~ '^-?[0-9]+(?:[.][0-9]+)?$' AND length({x}) <= 13)"
        return f"NOT ({self.odd()})"

    def typed(self) -> str:
        """The value, of the checked column's type (for a LOOKUP: its code); NULL when it cannot be understood."""
        x = f"r.{quoted(self.field.name)}"
        if self.plain:
            return self._cast(x)
        word = f"m_{self.field.name}.value" if self.worded else "NULL::text"
        match self.field.type:
            case FieldType.DATE:
                return self._shifted(f"CASE WHEN {self.odd()} THEN {word}::date ELSE left({x}, 10)::date END")
            case FieldType.MONTH:
                return self._shifted(f"CASE WHEN {self.odd()} THEN {word}::date ELSE (left({x}, 7) || '-01')::date END")
            case FieldType.INTEGER:
                return f"CASE WHEN {self.odd()} THEN {word}::bigint ELSE {x}::bigint END"
            case FieldType.DECIMAL:
                return self._number(x, word, "numeric")
            case FieldType.LATITUDE | FieldType.LONGITUDE:
                return self._number(x, word, "double precision")
            case FieldType.BOOLEAN:
                return f"CASE WHEN {self.odd()} THEN {word}::boolean ELSE {x}::boolean END"
            case FieldType.CHOICE:
                return f"CASE WHEN {self.odd()} THEN {word} ELSE {x} END"
            case FieldType.EMAIL:
                return f"CASE WHEN {x} ~ {literal(_EMAIL)} THEN lower({_half_width(x)}) END"
            case FieldType.URL:
                address = f"CASE WHEN {x} ~* '^[a-z]+://' THEN {x} ELSE 'https://' || {x} END"
                return f"CASE WHEN {address} ~* {literal(_URL)} THEN {address} END"
            case FieldType.PHONE:
                plain = _half_width(x)
                return (
                    f"CASE WHEN length({plain}) - length(translate({plain}, '0123456789', '')) BETWEEN 3 AND 20 "
                    f"AND translate({plain}, '<>@=', '') = {plain} THEN {self._cut(plain)} END"
                )
            case FieldType.LIST:
                return f"array_remove(regexp_split_to_array({x}, '\\s*[;,、，；]\\s*'), '')"
            case FieldType.CODE | FieldType.LOOKUP:
                half = x if self._as_written else _half_width(x)
                plain = f"coalesce({word}, {half})" if self.worded else half
                return self._cut(plain)
        return self._cut(f"coalesce({word}, {x})" if self.worded else x)

    def _cast(self, x: str) -> str:
        match self.field.type:
            case FieldType.MONTH:
                return self._shifted(f"(left({x}, 7) || '-01')::date")
            case FieldType.DATE:
                return self._shifted(f"{x}::date")
            case FieldType.CHOICE:
                return x
        return f"{x}::{SQL_TYPES[self.field.type]}"

    def _cut(self, text: str) -> str:
        if self.field.name in self.mapping.shorten and self.limit:
            return f"left({text}, {self.limit})"
        return text

    def _shifted(self, day: str) -> str:
        if not self.mapping.add_years:
            return day
        return f"(({day}) + make_interval(years => {int(self.mapping.add_years)}))::date"

    def _number(self, x: str, word: str, type_: str) -> str:
        if self._sign == ",":
            return f"CASE WHEN {self.odd()} THEN {word}::{type_} ELSE {x}::{type_} END"
        return (
            f"CASE WHEN {x} ~ {literal(_PLAIN_DECIMAL)} THEN {x}::{type_} "
            f"WHEN {x} ~ {literal(_GROUPED)} THEN replace({x}, ',', '')::{type_} ELSE {word}::{type_} END"
        )

    # --- what is wrong with it: from v.<name> (typed) and v.r_<name> (text) ---

    def faults(self) -> list[tuple[str, str]]:
        """(code, condition) of what can be wrong with the cell by itself, worst first."""
        field, x, text = self.field, f"v.{quoted(self.field.name)}", f"v.{quoted('r_' + self.field.name)}"
        found: list[tuple[str, str]] = []
        if field.type in TEXTUAL and not self._as_written:
            found.append(("FORMULA", f"left({text}, 1) = '='"))
            found.append(
                (
                    "SPREADSHEET_ERROR",
                    f"left({text}, 1) = '#' AND {text} = ANY ({literal(list(_SPREADSHEET_ERRORS))}::text[])",
                )
            )
        parsed = field.type in WORDED | {FieldType.EMAIL, FieldType.URL, FieldType.PHONE}
        if parsed and not self._lenient and not self.plain:
            found.append((field.type.value, f"{text} IS NOT NULL AND {x} IS NULL"))
        if self.limit and field.type in TEXTUAL - {FieldType.LIST} and not self._lenient:
            found.append(("TOO_LONG", f"length({x}) > {self.limit}"))
        if field.type is FieldType.LIST and self.limit:
            found.append(("TOO_LONG", f"(SELECT max(length(each)) FROM unnest({x}) each) > {self.limit}"))
        low, high = bounds(field)
        if low is not None:
            found.append(("TOO_SMALL", f"{x} < {literal(low)}"))
        if high is not None:
            found.append(("TOO_LARGE", f"{x} > {literal(high)}"))
        if field.type is FieldType.DECIMAL:
            found.append(("DIGITS", f"scale({x}) > {field.digits} AND {x} <> round({x}, {field.digits})"))
        return found

    @property
    def _lenient(self) -> bool:
        return self.field.name in self.mapping.lenient

    def value(self) -> str:
        """What would be stored: from the typed value, or the id that the lookup found."""
        field = self.field
        value = f"l_{field.name}.id" if field.type is FieldType.LOOKUP else f"v.{quoted(field.name)}"
        if self._lenient and self.limit and field.type in TEXTUAL:
            value = f"CASE WHEN length({value}) <= {self.limit} THEN {value} END"
        return field.stored.replace("{value}", value) if field.stored else value


def bounds(field: Field) -> tuple[Decimal | int | None, Decimal | int | None]:
    """The smallest and the largest number a field takes."""
    if field.type is FieldType.LATITUDE:
        return -90, 90
    if field.type is FieldType.LONGITUDE:
        return -180, 180
    if field.type in (FieldType.INTEGER, FieldType.DECIMAL):
        return field.minimum, field.maximum
    return None, None


def _unguarded(text: str) -> str:
    """Without what spreadsheets need: the quote that keeps a text from being a formula, and ="0012"."""
    return (
        f"CASE left({text}, 1) WHEN '''' THEN regexp_replace({text}, '^''(?=[-=+@＝＋－＠])', '') "
        f"WHEN '=' THEN regexp_replace({text}, '^=\"([^\"]*)\"$', '\\1') ELSE {text} END"
    )


def _half_width(text: str) -> str:
    return f"CASE WHEN octet_length({text}) = char_length({text}) THEN {text} ELSE btrim(normalize({text}, NFKC)) END"


# What a column of dates or numbers must hold to show how it is meant, from r.<name>.
DAY_FIRST = r"^(1[3-9]|2\d|3[01])[-/.](0?[1-9]|1[0-2])[-/.]\d{4}"
MONTH_FIRST = r"^(0?[1-9]|1[0-2])[-/.](1[3-9]|2\d|3[01])[-/.]\d{4}"
EITHER_FIRST = r"^(0?[1-9]|1[0-2])[-/.](0?[1-9]|1[0-2])[-/.]\d{4}"
CLEARLY_COMMA = r"^\D{0,4}(\d{1,3}(\.\d{3})+,\d*|\d+,(\d{1,2}|\d{4,}))\D{0,4}$"
CLEARLY_POINT = r"^\D{0,4}(\d{1,3}(,\d{3})+\.\d*|\d+\.(\d{1,2}|\d{4,})|\d{1,3}(,\d{3}){2,})\D{0,4}$"
SHOWN = limits.SHOWN_CHARACTERS
