"""What is asked on a visit: sections in their order, each compulsory, offered or hidden, by kind of dealer.

An administrator composes a kind's form as a row of VisitForm; without one the defaults here count. They follow the
practice: first listen to what the dealer says, then look for what it has not noticed, then everything else. Compulsory is
only what the next visit cannot do without, and of anything it may be said that it was not possible, and why.
"""

from __future__ import annotations

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
    """A section as it is asked. `type` is set for questions of one's own, `choices` where one of them is chosen."""

    key: str
    label: str
    help: str
    use: Use
    type: QuestionType | None = None
    choices: tuple[str, ...] = field(default=())


def default_uses(kind: str) -> list[dict[str, str]]:
    """The default form of a kind, as a row of VisitForm keeps it."""
    uses = _ALWAYS | _DEFAULTS.get(kind, {})
    return [{"key": section.key, "use": uses.get(section.key, Use.OFFERED)} for section in SECTIONS]


def _in_language(labels: object, fallback: str) -> str:
    """A label of one's own in the reader's language, else in any that was written."""
    if not isinstance(labels, Mapping):
        return str(labels or fallback)
    written = {str(code): str(text) for code, text in labels.items() if text}
    language = get_language() or "en"
    return written.get(language) or written.get("en") or next(iter(written.values()), fallback)


def _asked(row: Mapping[str, Any]) -> Asked | None:
    """One row of a form for the reader; None for what is hidden or no longer known."""
    key = str(row.get("key", ""))
    try:
        use = Use(row.get("use", Use.OFFERED))
    except ValueError:
        use = Use.OFFERED
    if use is Use.HIDDEN:
        return None
    if section := BY_KEY.get(key):
        return Asked(key, str(section.label), str(section.help), use)
    if not key.startswith(OWN):
        return None
    try:
        kind = QuestionType(row.get("type", QuestionType.TEXT))
    except ValueError:
        kind = QuestionType.TEXT
    choices = tuple(_in_language(choice, "") for choice in row.get("choices", ()))
    return Asked(key, _in_language(row.get("label"), key[len(OWN) :]), "", use, kind, choices)


def sections_of(rows: Iterable[Mapping[str, Any]]) -> list[Asked]:
    """What is asked, in order, in the reader's language."""
    return [asked for row in rows if (asked := _asked(row)) is not None]


def forms_for(kinds: Iterable[str]) -> dict[str, list[Asked]]:
    """The form of each kind of dealer; one query."""
    written = {form.kind: form.sections for form in VisitForm.objects.all()}
    return {
        kind: sections_of(written.get(kind) or written.get("") or default_uses(kind)) for kind in sorted(set(kinds))
    }
