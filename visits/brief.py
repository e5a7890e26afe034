"""What to know and to do on a visit: parts that the apps fill, visits first, those above in their `AppConfig.ready`.

    from visits.brief import Item, Source, register
    register(Source("warnings", _("Warnings"), 15, open_warnings))

A source answers for many dealers at once, because a phone takes the briefs of four days along.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from accounts.models import User
from accounts.rights import Right
from accounts.scope import scope_of
from crm.base.text import StrPromise
from dealers.models import Dealer

Tone = Literal["", "good", "yellow", "orange", "red"]


@dataclass(frozen=True, slots=True)
class Item:
    """`text` is a whole sentence or what was written down, `detail` stands below it, `tone` colours a mark beside it.

    `tick` is the key under which the representative ticks that it was conveyed ("notice:12"); empty: nothing to tick.
    """

    text: str
    detail: str = ""
    tone: Tone = ""
    tick: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """Who reads, as of which day, about whom: dealers that the reader sees, by id."""

    user: User
    on: dt.date
    dealers: Mapping[int, Dealer]


@dataclass(frozen=True, slots=True)
class Source:
    """A part of the brief. `items` answers by dealer's id and leaves out who has nothing; readers without `right` on a
    dealer's territory (None: everybody has it) are not told that dealer's."""

    key: str
    label: str | StrPromise
    order: int
    items: Callable[[Asked], Mapping[int, Sequence[Item]]]
    right: Right | None = None


@dataclass(frozen=True, slots=True)
class Part:
    key: str
    label: str
    items: tuple[Item, ...]


_sources: dict[str, Source] = {}


def register(source: Source) -> None:
    """Add a part; a second one with the same key replaces the first."""
    _sources[source.key] = source


def of_dealers(dealers: Iterable[Dealer], *, user: User, on: dt.date) -> dict[int, list[Part]]:
    """The brief of each dealer, in the reader's language; parts with nothing to say are left out. The dealers are those
    that `user` sees: nothing is checked here but the rights of single parts."""
    known = {dealer.pk: dealer for dealer in dealers}
    found: dict[int, list[Part]] = {pk: [] for pk in known}
    scope = scope_of(user)
    for source in sorted(_sources.values(), key=lambda source: (source.order, source.key)):
        told = known
        if source.right is not None:
            told = {pk: dealer for pk, dealer in known.items() if scope.may(source.right, dealer.territory_id)}
        if not told:
            continue
        for pk, items in source.items(Asked(user, on, told)).items():
            if pk in told and items:
                found[pk].append(Part(source.key, str(source.label), tuple(items)))
    return found
