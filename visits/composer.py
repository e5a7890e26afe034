"""Composing a visit form: what was typed into a page as rows that can be checked, kept, compared and tried out.

Pure but for the catalogue: the page's words in, rows of VisitForm out. A question's key is made once and never means
something else later, so that answers of different versions can be held against each other.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.http import QueryDict
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from crm.base.text import StrPromise
from visits.form import BY_KEY, OWN, SECTIONS, QuestionType, Section, Use, choice_of, default_uses, in_language

LANGUAGES: tuple[str, ...] = tuple(code for code, _name in settings.LANGUAGES)
KEY = re.compile(r"q:[a-z0-9-]{1,40}")
CHOICE_KEY = re.compile(r"[A-Za-z0-9_-]{1,40}")
LABEL_MOST, HELP_MOST, CHOICE_MOST = 120, 300, 60
# A representative fills this in while the dealer waits.
ROWS_MOST, CHOICES_LEAST, CHOICES_MOST = 40, 2, 12
# Beyond this no count, amount or percentage makes sense, and a number would lose digits on the phone.
NUMBER_MOST = 1_000_000_000_000

Texts = dict[str, str]


@dataclass(slots=True)
class Choice:
    key: str
    label: Texts = field(default_factory=dict)


@dataclass(slots=True)
class Row:
    """A section or question as it stands on the page, right or wrong; `faults` by the field's name."""

    key: str
    use: str = Use.OFFERED
    type: str = QuestionType.TEXT
    label: Texts = field(default_factory=dict)
    help: Texts = field(default_factory=dict)
    choices: list[Choice] = field(default_factory=list)
    least: str = ""
    most: str = ""
    faults: dict[str, str] = field(default_factory=dict)

    @property
    def section(self) -> Section | None:
        """The part of the program's own that it is; None for a question."""
        return BY_KEY.get(self.key)

    @property
    def name(self) -> str:
        """As the reader calls it; empty for a question that has no words yet."""
        return str(self.section.label) if self.section else in_language(self.label)

    @property
    def untold(self) -> list[str]:
        """Languages in which a question has no words: there it is asked in another one."""
        return [] if self.section else [code for code in LANGUAGES if not self.label.get(code)]


# --- From the database and back -----------------------------------------------------------------------------------------


def _texts(value: object) -> Texts:
    if isinstance(value, Mapping):
        return {str(code): str(text) for code, text in value.items() if text}
    return {"en": str(value)} if value else {}


def _typed(number: object) -> str:
    return "" if number is None else f"{number:g}" if isinstance(number, float) else str(number)


def rows_of(sections: Iterable[Mapping[str, Any]]) -> list[Row]:
    """Rows for the page: what the form holds in its order, then the parts that it does not hold, as hidden."""
    rows: list[Row] = []
    for each in sections:
        key = str(each.get("key", ""))
        if key not in BY_KEY and not KEY.fullmatch(key):
            continue
        choices = []
        for choice in each.get("choices", ()):
            label = choice.get("label") if isinstance(choice, Mapping) and "key" in choice else choice
            choices.append(Choice(choice_of(choice)[0], _texts(label)))
        rows.append(
            Row(
                key, str(each.get("use", Use.OFFERED)), str(each.get("type", QuestionType.TEXT)), _texts(each.get("label")),
                _texts(each.get("help")), choices, _typed(each.get("least")), _typed(each.get("most")),
            )
        )  # fmt: skip
    there = {row.key for row in rows}
    return rows + [Row(section.key, Use.HIDDEN) for section in SECTIONS if section.key not in there]


def read(posted: QueryDict) -> list[Row]:
    """What was typed, in the order of the page; nothing is refused here, `check` says what is wrong."""
    rows = []
    for key in posted.getlist("row")[: ROWS_MOST * 2]:
        name = str(key)

        def texts(what: str, name: str = name) -> Texts:
            found = {code: str(posted.get(f"{what}:{name}:{code}") or "").strip() for code in LANGUAGES}
            return {code: text for code, text in found.items() if text}

        choices = [
            Choice(str(choice), texts(f"choice:{choice}")) for choice in posted.getlist(f"choice:{name}")[: CHOICES_MOST * 2]
        ]  # fmt: skip
        rows.append(
            Row(
                name, str(posted.get(f"use:{name}") or Use.OFFERED), str(posted.get(f"type:{name}") or QuestionType.TEXT),
                texts("label"), texts("help"), choices,
                str(posted.get(f"least:{name}") or "").strip(), str(posted.get(f"most:{name}") or "").strip(),
            )
        )  # fmt: skip
    return rows


def sections_of(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Rows that passed `check`, as VisitForm keeps them."""
    found: list[dict[str, Any]] = []
    for row in rows:
        kept: dict[str, Any] = {"key": row.key, "use": row.use}
        if row.help:
            kept["help"] = row.help
        if row.section is None:
            kept |= {"type": row.type, "label": row.label}
            if row.type == QuestionType.CHOICE:
                kept["choices"] = [{"key": choice.key, "label": choice.label} for choice in row.choices]
            if row.type == QuestionType.NUMBER:
                kept |= {name: bound for name in ("least", "most") if (bound := number(getattr(row, name))) is not None}
        found.append(kept)
    return found


# --- What is wrong with it ----------------------------------------------------------------------------------------------


def number(typed: str) -> int | float | None:
    """A bound as typed, with a point or a comma; None for nothing. Raises ValueError for what is none."""
    text = typed.replace(" ", "").replace(",", ".")
    if not text:
        return None
    if not re.fullmatch(r"-?\d{1,12}(\.\d{1,6})?", text):
        raise ValueError(typed)
    value = float(text)
    return int(value) if value == int(value) else value


def check(rows: Sequence[Row]) -> bool:
    """Note what is wrong at each row; whether all is well. Whether there is anything to ask is `asks_something`."""
    seen: set[str] = set()
    for row in rows:
        row.faults = {}
        if row.key in seen or (row.section is None and not KEY.fullmatch(row.key)):
            row.faults["key"] = _("This stands here twice.") if row.key in seen else _("This cannot be asked.")
        seen.add(row.key)
        if row.use not in set(Use):
            row.faults["use"] = _("There is no such choice.")
        _check_texts(row.faults, "help", row.help, HELP_MOST)
        if row.section is None:
            _check_question(row)
    if len(rows) > ROWS_MOST:
        rows[-1].faults["key"] = _("At most %(most)d parts and questions.") % {"most": ROWS_MOST}
    return not any(row.faults for row in rows)


def _check_texts(faults: dict[str, str], name: str, texts: Texts, most: int) -> None:
    if any(len(text) > most for text in texts.values()):
        faults[name] = _("At most %(most)s characters.") % {"most": most}
    elif any("\0" in text for text in texts.values()):
        faults[name] = _("This cannot be.")


def _check_question(row: Row) -> None:
    if row.type not in set(QuestionType):
        row.faults["type"] = _("There is no such choice.")
    if not row.label:
        row.faults["label"] = _("Word the question in at least one language.")
    _check_texts(row.faults, "label", row.label, LABEL_MOST)
    if row.type == QuestionType.NUMBER:
        _check_bounds(row)
    if row.type == QuestionType.CHOICE:
        _check_choices(row)


def _check_bounds(row: Row) -> None:
    bounds: dict[str, int | float | None] = {}
    for name in ("least", "most"):
        try:
            bounds[name] = number(getattr(row, name))
        except ValueError:
            row.faults[name] = _("This is no number.")
    least, most = bounds.get("least"), bounds.get("most")
    if least is not None and most is not None and least > most:
        row.faults["most"] = _("The largest lies below the smallest.")
    elif any(bound is not None and abs(bound) > NUMBER_MOST for bound in bounds.values()):
        row.faults["most"] = _("This number is too large.")


def _check_choices(row: Row) -> None:
    keys = [choice.key for choice in row.choices]
    fault = ""
    if len(keys) < CHOICES_LEAST:
        fault = _("Give at least two answers to choose from.")
    elif len(keys) > CHOICES_MOST:
        fault = _("At most %(most)d answers; a phone shows no more at once.") % {"most": CHOICES_MOST}
    elif len(set(keys)) != len(keys) or not all(CHOICE_KEY.fullmatch(key) for key in keys):
        fault = _("This cannot be.")
    elif not all(choice.label for choice in row.choices):
        fault = _("Word each answer in at least one language.")
    elif any(len(text) > CHOICE_MOST for choice in row.choices for text in choice.label.values()):
        fault = _("At most %(most)s characters.") % {"most": CHOICE_MOST}
    else:
        for code in LANGUAGES:
            words = [choice.label[code].casefold() for choice in row.choices if code in choice.label]
            if len(set(words)) != len(words):
                fault = _("Two answers read the same.")
    if fault:
        row.faults["choices"] = fault


def asks_something(rows: Iterable[Row]) -> bool:
    return any(row.use != Use.HIDDEN for row in rows)


# --- Keys that go on meaning the same -----------------------------------------------------------------------------------


def new_key() -> str:
    return f"{OWN}{uuid.uuid4().hex[:12]}"


def with_fresh_keys(
    sections: list[dict[str, Any]], published: Iterable[Iterable[Mapping[str, Any]]]
) -> list[dict[str, Any]]:
    """The sections; a question that was published as one of another type gets a new key, because its answers cannot be
    held against the old ones."""
    types: dict[str, set[str]] = {}
    for version in published:
        for row in version:
            types.setdefault(str(row.get("key")), set()).add(str(row.get("type", QuestionType.TEXT)))
    return [
        row | {"key": new_key()}
        if str(row["key"]).startswith(OWN) and types.get(row["key"], {row["type"]}) != {row["type"]}
        else row
        for row in sections
    ]


# --- What changes -------------------------------------------------------------------------------------------------------


def changes(before: Sequence[Mapping[str, Any]], now: Sequence[Mapping[str, Any]]) -> list[str]:
    """What a version asks otherwise than the one before, in sentences; empty when nothing is different."""
    old, new = ({str(row["key"]): row for row in rows if row.get("use") != Use.HIDDEN} for rows in (before, now))
    said = [_("“%(name)s” is asked now.") % {"name": name_of(new[key])} for key in new if key not in old]
    said += [_("“%(name)s” is no longer asked.") % {"name": name_of(old[key])} for key in old if key not in new]
    both = [key for key in new if key in old]
    for key in both:
        name = {"name": name_of(new[key])}
        if new[key].get("use") != old[key].get("use"):
            text = (
                _("“%(name)s” becomes compulsory.")
                if new[key]["use"] == Use.REQUIRED
                else _("“%(name)s” is no longer compulsory.")
            )
            said.append(text % name)
        if any(new[key].get(part) != old[key].get(part) for part in ("label", "help", "choices", "least", "most")):
            said.append(_("“%(name)s” is worded or bounded otherwise.") % name)
    if both != [key for key in old if key in new]:
        said.append(_("The order is another one."))
    return said


def name_of(row: Mapping[str, Any]) -> str:
    """What a section or question is called, in the reader's language."""
    section = BY_KEY.get(str(row.get("key")))
    return str(section.label) if section else in_language(row.get("label"), str(row.get("key", ""))[len(OWN) :])


# --- The catalogue ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Ready:
    """A question that is there to be taken: its key is the same wherever it is asked."""

    key: str
    type: QuestionType
    label: StrPromise
    help: StrPromise | str = ""
    choices: tuple[tuple[str, StrPromise], ...] = ()
    least: int | None = None
    most: int | None = None


READY: tuple[Ready, ...] = (
    Ready("q:price-tags", QuestionType.YES_NO, gettext_lazy("Do all our goods carry price tags?")),
    Ready("q:share-of-shelf", QuestionType.NUMBER, gettext_lazy("Our share of the shelf (%)"), gettext_lazy("Facings of ours over all facings of the category."), least=0, most=100),
    Ready("q:oldest-days", QuestionType.NUMBER, gettext_lazy("Age of the oldest goods (days)"), least=0, most=3650),
    Ready("q:opening", QuestionType.CHOICE, gettext_lazy("How did the talk begin?"), gettext_lazy("With what interests the other side."), (("interest", gettext_lazy("With what interests the dealer")), ("business", gettext_lazy("With business at once")), ("complaint", gettext_lazy("With a complaint of the dealer")))),
    Ready("q:evening-sales", QuestionType.NUMBER, gettext_lazy("What did the dealer sell today?"), gettext_lazy("Pieces, as told in the evening call."), least=0),
    Ready("q:our-need", QuestionType.TEXT, gettext_lazy("What do we need?"), gettext_lazy("In a sentence: brief and to the point.")),
    Ready("q:their-need", QuestionType.TEXT, gettext_lazy("What does the dealer need?")),
    Ready("q:staff-met", QuestionType.CHOICE, gettext_lazy("Whom beside the owner did you talk to?"), "", (("counter", gettext_lazy("Counter leader")), ("manager", gettext_lazy("Store manager")), ("finance", gettext_lazy("Finance")), ("nobody", gettext_lazy("Nobody")))),
    Ready("q:bottleneck", QuestionType.TEXT, gettext_lazy("What keeps the dealer from growing?"), gettext_lazy("After years of growth: places, people, money, brands.")),
    Ready("q:study-consumption", QuestionType.TEXT, gettext_lazy("Market study: what do people here buy?")),
    Ready("q:study-brands", QuestionType.TEXT, gettext_lazy("Market study: which brands compete, and how?")),
    Ready("q:study-channels", QuestionType.TEXT, gettext_lazy("Market study: by which channels is it sold?")),
)  # fmt: skip


def _in_all_languages(text: StrPromise | str) -> Texts:
    found: Texts = {}
    for code in LANGUAGES:
        with translation.override(code):
            found[code] = str(text)
    # A language into which it was not translated falls back by itself.
    return {code: said for code, said in found.items() if said and (code == "en" or said != found.get("en"))}


def catalogue(used: Iterable[Iterable[Mapping[str, Any]]], besides: Iterable[str]) -> list[Row]:
    """Questions that may be taken over, in the order of their names: those that other forms ask (the newest wording
    last in `used` wins), and those that are ready; without the keys `besides`."""
    found: dict[str, Row] = {}
    for ready in READY:
        bounds = (_typed(ready.least), _typed(ready.most))
        choices = [Choice(key, _in_all_languages(label)) for key, label in ready.choices]
        found[ready.key] = Row(
            ready.key, Use.OFFERED, ready.type, _in_all_languages(ready.label), _in_all_languages(ready.help), choices, *bounds
        )  # fmt: skip
    for version in used:
        for row in rows_of(version):
            if row.section is None:
                found[row.key] = row
    skipped = set(besides)
    return sorted((row for key, row in found.items() if key not in skipped), key=lambda row: row.name.casefold())


def starting_rows(kind: str, sections: Sequence[Mapping[str, Any]]) -> list[Row]:
    """What composing begins with: the form that counts, else the one that the program brings along."""
    return rows_of(sections or default_uses(kind))


def told_of(rows: Sequence[Row]) -> str:
    """How much a form asks, in a few words."""
    asked = [row for row in rows if row.use != Use.HIDDEN]
    needed = sum(row.use == Use.REQUIRED for row in asked)
    text = ngettext("%(count)d part, %(needed)d compulsory", "%(count)d parts, %(needed)d compulsory", len(asked))
    return text % {"count": len(asked), "needed": needed}
