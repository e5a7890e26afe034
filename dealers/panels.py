"""The panels that apps above add to the dealer page. They register in `AppConfig.ready`; the page loads each by its URL.

The address takes the dealer's pk and answers an HTML fragment (no base template), 404 out of scope. Opened on its own,
without JavaScript, it may answer the same content as a page.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from accounts.rights import Right
from crm.base.navigation import object_url
from crm.base.text import StrPromise

Place = Literal["reason", "card", "main", "side", "tab"]


@dataclass(frozen=True, slots=True)
class Panel:
    """`place`: "reason" is the sentence under the tier in the left column, "side" the column below it, "main" the
    story, "tab" a page of its own beside documents and sub-dealers; "card" fills the cell of the profile's card, or of
    the file, that has its key. `rows` is how high the skeleton is. Readers who may not `right` (None: everybody may) have no such panel."""

    key: str
    url_name: str
    label: str | StrPromise
    order: int
    place: Place = "main"
    rows: int = 4
    right: Right | None = None


@dataclass(frozen=True, slots=True)
class PanelLink:
    key: str
    url: str
    label: str
    rows: int


_panels: dict[str, Panel] = {}


def register(panel: Panel) -> None:
    """Add a panel; a second one with the same key replaces the first."""
    _panels[panel.key] = panel


def panels_for(dealer_id: int, place: Place, may: Callable[[Right], bool]) -> list[PanelLink]:
    """The panels of one place for one dealer, in order, as far as the reader may. One whose page is not installed is
    left out."""
    found = []
    for panel in sorted(_panels.values(), key=lambda panel: (panel.order, panel.key)):
        if panel.place != place or (panel.right is not None and not may(panel.right)):
            continue
        url = object_url(panel.url_name, dealer_id)
        if url is not None:
            found.append(PanelLink(panel.key, url, str(panel.label), panel.rows))
    return found
