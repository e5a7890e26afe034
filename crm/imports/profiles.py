"""Mapping profiles: those that apps ship as files (`<app>/profiles/*.json`) and those that people saved.

A file: {"importer": "dealers", "name": "AdventureWorks resellers", "key": "adventureworks-resellers", "mapping": {...}}.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.apps import apps

from crm.imports import registry
from crm.imports.importer import Importer
from crm.imports.mapping import Mapping, from_json
from crm.imports.models import ImportProfile


@dataclass(frozen=True)
class Profile:
    """`key` is what the command is called with; a saved profile's is its name."""

    importer: str
    key: str
    name: str
    data: dict[str, Any]
    shipped: bool

    def mapping(self) -> Mapping:
        return from_json(self.data, registry.importer(self.importer))


class UnknownProfile(LookupError):
    """No profile of that name for this kind of sheet."""


@cache
def shipped() -> tuple[Profile, ...]:
    """Every profile that comes with the program."""
    found = []
    for app in apps.get_app_configs():
        for path in sorted((Path(app.path) / "profiles").glob("*.json")):
            data = json.loads(path.read_text(encoding="utf-8"))
            found.append(Profile(data["importer"], data.get("key", path.stem), data["name"], data["mapping"], True))
    return tuple(found)


def of(importer: Importer) -> list[Profile]:
    """Saved ones first: they are the company's own."""
    saved = [
        Profile(each.importer, each.name, each.name, each.mapping, False)
        for each in ImportProfile.objects.filter(importer=importer.key)
    ]
    return [*saved, *(each for each in shipped() if each.importer == importer.key)]


def find(importer: Importer, key: str) -> Profile:
    """By key or by name. Raises UnknownProfile."""
    for each in of(importer):
        if key in (each.key, each.name):
            return each
    raise UnknownProfile(key)


def fitting(importer: Importer, headers: Sequence[str]) -> Profile | None:
    """The profile that reads only columns which this file has, the most of them; None when none does."""
    present = set(headers)
    fits = [
        (len(mapping.headers()), each)
        for each in of(importer)
        if (mapping := each.mapping()).headers()
        and mapping.headers() <= present
        and not mapping.missing(importer, headers)
    ]
    return max(fits, key=lambda pair: pair[0])[1] if fits else None
