"""The importers that the apps have registered."""

from __future__ import annotations

from crm.imports.importer import Importer

_importers: dict[str, Importer] = {}


def register(importer: type[Importer]) -> type[Importer]:
    """Add an importer; also usable as a decorator. A second one with the same key is a mistake: ValueError."""
    known = _importers.get(importer.key)
    if known is not None and type(known) is not importer:
        raise ValueError(f"two importers are called {importer.key}")
    _importers[importer.key] = importer()
    return importer


def importer(key: str) -> Importer:
    """The importer of that key; KeyError when no app registered one."""
    return _importers[key]


def importers() -> list[Importer]:
    return sorted(_importers.values(), key=lambda each: (each.order, each.key))
