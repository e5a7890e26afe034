"""The dealer file's part of the night."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.base.jobs import Progress, nightly
from dealers import completeness, found, map_tiles, search
from dealers.actions.personal import erase_expired


@nightly("personal_data", _("Erase personal data past its retention"), 5, atomic=False)
def erase(*, on: dt.date, job: Progress) -> int:
    """Files whose consent is over; each in a transaction of its own."""
    return erase_expired(on=on, at=timezone.now())


@nightly("completeness", _("Completeness of the files"), 10)
def complete(*, on: dt.date, job: Progress) -> int:
    """Dealers whose completeness changed."""
    return completeness.refresh(on=on)


@nightly("map", _("Squares of the map"), 90)
def draw_map(*, on: dt.date, job: Progress) -> int:
    """The squares that the map of very many dealers is drawn from."""
    return map_tiles.rebuild()


@nightly("search_words", _("Words that dealers are found by"), 15)
def find_words(*, on: dt.date, job: Progress) -> int:
    """Dealers that came without their words, by a way that does not write them."""
    return search.refresh_missing()


@nightly("search_bands", _("Order of those whom a search finds"), 91)
def order_found(*, on: dt.date, job: Progress) -> int:
    """Dealers who sell so much more or less than before that a search looks for them sooner or later."""
    return found.sort_into_bands()
