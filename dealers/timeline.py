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
    """`text` is a whole sentence or what was written down; `detail` stands below it; `by` is a name or empty.

    `url` leads to what it tells of; `edit_url` to where it is corrected, for those who may.
    """

    at: dt.datetime
    icon: str
    text: str
    detail: str = ""
    by: str = ""
    url: str = ""
    edit_url: str = ""


# Newest first, at most `limit`, only before the moment (None: from now); the reader is the one who looks.
Entries = Callable[[Dealer, User, dt.datetime | None, int], Sequence[Entry]]


@dataclass(frozen=True, slots=True)
class Source:
    key: str
    label: str | StrPromise
    order: int
    entries: Entries
    # False: only when it is asked for, not among all.
    mixed: bool = True


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
    chosen = [_sources[key]] if key in _sources else [source for source in sources() if source.mixed]
    limit = size + 1
    while True:
        batches = [list(source.entries(dealer, reader, before, limit)) for source in chosen]
        # A batch that was cut may lack entries of its last moment: that moment belongs to the next page.
        edge = max((batch[-1].at for batch in batches if len(batch) >= limit), default=None)
        whole = [entry for batch in batches for entry in batch if edge is None or entry.at > edge]
        if whole or edge is None:
            break
        limit *= 4
    whole.sort(key=lambda entry: entry.at, reverse=True)
    if len(whole) <= size:
        return Page(whole, whole[-1].at if edge is not None else None)
    last = whole[size - 1].at
    shown = [entry for entry in whole if entry.at >= last]
    return Page(shown, last if edge is not None or len(shown) < len(whole) else None)
