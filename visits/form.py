"""What is asked on a visit: sections in their order, each compulsory, offered or hidden, by kind of dealer.

An administrator composes a kind's form as versions of VisitForm (visits.composer); without one the defaults here count.
They follow the practice: first listen to what the dealer says, then look for what it has not noticed, then everything
else. Compulsory is only what the next visit cannot do without, and of anything it may be said that it was not possible,
and why.
"""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from crm.base.text import StrPromise
from dealers.choices import DealerKind
from visits.models import VisitForm

OWN = "q:"


class Use(enum.StrEnum):
    REQUIRED = "REQUIRED"
    OFFERED = "OFFERED"
    HIDDEN = "HIDDEN"


class QuestionType(enum.StrEnum):
    TEXT = "TEXT"
    NUMBER = "NUMBER"
    YES_NO = "YES_NO"
    CHOICE = "CHOICE"


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the form. `fields` are those of a visit's record that fill it; any of them will do."""

    key: str
    label: str | StrPromise
    help: str | StrPromise
    fields: tuple[str, ...]


SECTIONS: tuple[Section, ...] = (
    Section("stated", _("What the dealer says"), _("Listen first: the main problems in the dealer's own words."), ("summary", "findings")),
    Section("latent", _("What the dealer has not noticed"), _("What you see that the dealer does not: problems and chances."), ("findings",)),
    Section("rivals", _("Competitors and main brand"), _("What others do here, and which brand the dealer pushes most."), ("rivals", "main_brand")),
    Section("stock", _("Stock"), _("Count what there is, and note how old the oldest is."), ("stock",)),
    Section("display", _("Display"), _("How our goods stand in the shop."), ("display_score",)),
    Section("payment", pgettext_lazy("section of a visit", "Payment"), _("What was handed over or transferred today."), ("collections",)),
    Section("order", pgettext_lazy("section of a visit", "Order"), _("What was ordered today; 0 for nothing."), ("order_amount",)),
    Section("promises", _("Promises on both sides"), _("“I will solve it; you will pay this much and take that much by then.”"), ("commitments",)),
    Section("conveyed", _("Conveyed today"), _("Policies, products and promotions that you told about."), ("conveyed",)),
    Section("advice", pgettext_lazy("section of a visit", "Advice"), _("What you advised as the dealer's consultant."), ("advice",)),
    Section("photos", _("Photos"), _("Shelf, display, stockroom, competitors."), ("photos",)),
    Section("mood", pgettext_lazy("section of a visit", "Mood"), _("How the dealer is disposed to us."), ("mood",)),
    Section("next", _("Next step"), _("What happens next, and when you come again."), ("next_step", "next_on")),
)  # fmt: skip
BY_KEY = {section.key: section for section in SECTIONS}

_ALWAYS: dict[str, Use] = {"stated": Use.REQUIRED, "next": Use.REQUIRED}
# A shop is looked at; with those who supply shops it is the order that counts.
_SHOPS = {"stock": Use.REQUIRED, "display": Use.REQUIRED}
_SUPPLIERS = {"order": Use.REQUIRED, "display": Use.HIDDEN}
_DEFAULTS: dict[str, dict[str, Use]] = {
    DealerKind.RETAILER: _SHOPS,
    DealerKind.DIRECT_STORE: _SHOPS,
    DealerKind.FRANCHISEE: {"order": Use.REQUIRED},
    DealerKind.AGENT: _SUPPLIERS,
    DealerKind.DISTRIBUTOR: _SUPPLIERS,
    DealerKind.WHOLESALER: _SUPPLIERS,
    DealerKind.SECOND_WHOLESALER: _SUPPLIERS,
    DealerKind.KEY_ACCOUNT: {"order": Use.REQUIRED},
}


@dataclass(frozen=True, slots=True)
class Asked:
    """A section as it is asked. `type` is set for questions of one's own; `choices` are (key, label) where one of them
    is chosen; `least` and `most` bound a number, None where nothing does."""

    key: str
    label: str
    help: str
    use: Use
    type: QuestionType | None = None
    choices: tuple[tuple[str, str], ...] = field(default=())
    least: float | None = None
    most: float | None = None


@dataclass(frozen=True, slots=True)
class Form:
    """What is asked at a kind of dealer now. `pk` of the version, None for the one that the program brings along."""

    pk: int | None
    asked: list[Asked]


def default_uses(kind: str) -> list[dict[str, str]]:
    """The default form of a kind, as a row of VisitForm keeps it."""
    uses = _ALWAYS | _DEFAULTS.get(kind, {})
    return [{"key": section.key, "use": uses.get(section.key, Use.OFFERED)} for section in SECTIONS]


def in_language(labels: object, fallback: str = "") -> str:
    """A text of one's own in the reader's language, else in English, else in any that was written."""
    if not isinstance(labels, Mapping):
        return str(labels or fallback)
    written = {str(code): str(text) for code, text in labels.items() if text}
    language = get_language() or "en"
    return written.get(language) or written.get("en") or next(iter(written.values()), fallback)


def choice_of(row: object) -> tuple[str, str]:
    """Key and label of one choice; one that was written without a key is its own."""
    if isinstance(row, Mapping) and "key" in row:
        key = str(row["key"])
        return key, in_language(row.get("label"), key)
    label = in_language(row)
    return label, label


def _bound(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _asked(row: Mapping[str, Any]) -> Asked | None:
    """One row of a form for the reader; None for what is hidden or no longer known."""
    key = str(row.get("key", ""))
    try:
        use = Use(row.get("use", Use.OFFERED))
    except ValueError:
        use = Use.OFFERED
    if use is Use.HIDDEN:
        return None
    help_text = in_language(row.get("help"))
    if section := BY_KEY.get(key):
        return Asked(key, str(section.label), help_text or str(section.help), use)
    if not key.startswith(OWN):
        return None
    try:
        kind = QuestionType(row.get("type", QuestionType.TEXT))
    except ValueError:
        kind = QuestionType.TEXT
    return Asked(
        key, in_language(row.get("label"), key[len(OWN) :]), help_text, use, kind,
        tuple(choice_of(choice) for choice in row.get("choices", ())) if kind is QuestionType.CHOICE else (),
        _bound(row.get("least")) if kind is QuestionType.NUMBER else None,
        _bound(row.get("most")) if kind is QuestionType.NUMBER else None,
    )  # fmt: skip


def sections_of(rows: Iterable[Mapping[str, Any]]) -> list[Asked]:
    """What is asked, in order, in the reader's language."""
    return [asked for row in rows if (asked := _asked(row)) is not None]


def told(asked: Asked) -> dict[str, Any]:
    """A section as frontend/phone/sections.js reads it. Sections that the program brings along are named in the page's
    words already, unless their help was written anew."""
    row: dict[str, Any] = {"key": asked.key, "use": asked.use.value}
    if asked.type is None:
        if asked.help != str(BY_KEY[asked.key].help):
            row["help"] = asked.help
        return row
    row |= {"label": asked.label, "type": asked.type.value, "choices": [list(choice) for choice in asked.choices]}
    if asked.help:
        row["help"] = asked.help
    for name, bound in (("least", asked.least), ("most", asked.most)):
        if bound is not None:
            row[name] = int(bound) if bound == int(bound) else bound
    return row


def current() -> dict[str, VisitForm]:
    """The version that counts now, by kind; kinds that were given back to the form of all kinds are left out. One query."""
    rows = VisitForm.objects.filter(version__isnull=False).order_by("kind", "-version").distinct("kind")
    return {row.kind: row for row in rows if row.sections}


def forms_for(kinds: Iterable[str]) -> dict[str, Form]:
    """The form of each kind of dealer; one query."""
    written = current()
    found = {}
    for kind in sorted(set(kinds)):
        row = written.get(kind) or written.get("")
        found[kind] = Form(row.pk, sections_of(row.sections)) if row else Form(None, sections_of(default_uses(kind)))
    return found


def version_at(kind: str, at: dt.datetime) -> VisitForm | None:
    """The version that counted for a kind at a moment; None for the form that the program brings along. At most two
    queries."""
    for wanted in dict.fromkeys((kind, "")):
        row = (
            VisitForm.objects.filter(kind=wanted, published_at__lte=at).order_by("-version").first()
        )  # fmt: skip
        if row is not None and row.sections:
            return row
    return None
