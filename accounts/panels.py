"""What apps above show on the page of territories. They register in `AppConfig.ready`; the page loads it by address."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from crm.base.text import StrPromise


@dataclass(frozen=True)
class TerritoryPanel:
    """`url_name` answers an HTML fragment for the signed-in user; `?territory=` with a pk narrows it to a subtree."""

    url_name: str
    label: str | StrPromise
    order: int

    def url(self) -> str:
        return reverse(self.url_name)


_panels: dict[str, TerritoryPanel] = {}


def register(panel: TerritoryPanel) -> None:
    """Add a panel; a second one with the same address replaces the first."""
    _panels[panel.url_name] = panel


def panels() -> list[TerritoryPanel]:
    return sorted(_panels.values(), key=lambda panel: (panel.order, panel.url_name))
