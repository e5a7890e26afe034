"""Which fields are personal, who may keep them and until when. No Django models are written here.

Personal are the owner's background (`BasicInfo.PERSONAL`), the note on character (`Traits.PERSONAL`) and the network of
people the owner knows. They may be kept while a consent runs, and are shown to those with VIEW_PERSONAL only.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from crm.base.periods import add_months
from crm.base.text import StrPromise, joined
from dealers.choices import ConsentState
from dealers.models import BasicInfo, Connection, Consent, Dealer, Traits

RETENTION_MONTHS = 24
NETWORK = "network"


@dataclass(frozen=True, slots=True)
class PersonalField:
    key: str
    label: str | StrPromise


def _label(model: type[BasicInfo] | type[Traits], name: str) -> str | StrPromise:
    label: str | StrPromise = model._meta.get_field(name).verbose_name  # type: ignore[union-attr]
    return label


FIELDS: tuple[PersonalField, ...] = (
    *(PersonalField(name, _label(BasicInfo, name)) for name in BasicInfo.PERSONAL),
    *(PersonalField(name, _label(Traits, name)) for name in Traits.PERSONAL),
    PersonalField(NETWORK, _("personal network")),
)
LABELS = {field.key: field.label for field in FIELDS}


def labels_of(keys: list[str]) -> str:
    """The names of fields for a reader, in the order of the file."""
    return joined(field.label for field in FIELDS if field.key in keys)


def default_keep_until(decided_on: dt.date) -> dt.date:
    return add_months(decided_on, RETENTION_MONTHS)


def running_consent(dealer: Dealer, *, on: dt.date) -> Consent | None:
    """The consent that allows keeping the fields on this day; None when none was given, it was withdrawn or ran out."""
    latest = Consent.objects.filter(dealer=dealer).order_by("-decided_on", "-pk").first()
    if latest is None or latest.state != ConsentState.GIVEN or latest.keep_until <= on:
        return None
    return latest


@dataclass(frozen=True, slots=True)
class PersonalPart:
    """What the file holds, by key; only what is filled."""

    values: dict[str, object]

    @property
    def keys(self) -> list[str]:
        return list(self.values)


def held(basic: BasicInfo | None, traits: Traits | None, network: list[Connection]) -> PersonalPart:
    """The personal fields that are filled, with their values for display."""
    values: dict[str, object] = {}
    for name in BasicInfo.PERSONAL:
        value = getattr(basic, name, None)
        if value:
            label = getattr(basic, f"get_{name}_display", None)
            values[name] = label() if label else value
    if traits and traits.character_notes:
        values["character_notes"] = traits.character_notes
    if network:
        values[NETWORK] = network
    return PersonalPart(values)
