"""What happened with a dealer, newest first, from many sources. Apps above add theirs in `AppConfig.ready`.

A source answers its newest entries before a moment; they are mixed here. Paging is by moment: a page never ends between
two entries of the same moment, so that none is skipped.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from accounts.models import User
from crm.base.text import StrPromise
from dealers.models import Dealer

PAGE = 20


@dataclass(frozen=True, slots=True)
class Entry:
    """`text` is a whole sentence or what was written down; `detail` stands below it; `by` is a name or empty."""

    at: dt.datetime
    icon: str
    text: str
    detail: str = ""
    by: str = ""
    url: str = ""


# Newest first, at most `limit`, only before the moment (None: from now); the reader is the one who looks.
Entries = Callable[[Dealer, User, dt.datetime | None, int], Sequence[Entry]]


@dataclass(frozen=True, slots=True)
class Source:
    key: str
    label: str | StrPromise
    order: int
    entries: Entries


@dataclass(frozen=True, slots=True)
class Page:
    """`older` is the moment to ask with for what comes next; None when there is no more."""

    entries: list[Entry]
    older: dt.datetime | None


_sources: dict[str, Source] = {}


def register(source: Source) -> None:
    """Add a source; a second one with the same key replaces the first."""
    _sources[source.key] = source


def sources() -> list[Source]:
    return sorted(_sources.values(), key=lambda source: (source.order, source.key))


def read(dealer: Dealer, *, reader: User, key: str = "", before: dt.datetime | None = None, size: int = PAGE) -> Page:
    """A page of one source's entries, or of all mixed when `key` is empty or unknown."""
    chosen = [_sources[key]] if key in _sources else sources()
    found = [entry for source in chosen for entry in source.entries(dealer, reader, before, size + 1)]
    found.sort(key=lambda entry: entry.at, reverse=True)
    if len(found) <= size:
        return Page(found, None)
    last = found[size - 1].at
    shown = [entry for entry in found if entry.at >= last]
    return Page(shown, last if len(shown) < len(found) else None)
