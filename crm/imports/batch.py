"""One run's tables, mapping and user, as the steps of an import hand them on."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from crm.imports.mapping import Mapping
from crm.imports.survey import Survey

if TYPE_CHECKING:
    from accounts.models import User
    from crm.imports.importer import Importer
    from crm.imports.models import ImportRun


@dataclass(frozen=True)
class Batch:
    """`staging` and `checked` are quoted table names: see crm.imports.importer. `on` is the business date."""

    run: ImportRun
    importer: Importer
    mapping: Mapping
    user: User | None
    on: dt.date
    staging: str
    checked: str
    # Of all rows, while all are checked.
    survey: Survey = field(default_factory=Survey)

    @property
    def key(self) -> tuple[str, ...]:
        """The fields by which a row is found: the first of the importer's keys that the mapping fills."""
        return self.mapping.key(self.importer)
