"""All tables of a migration in one operation.

Django draws every model that is related to a new one anew after each table, and here nearly all are related: with two
hundred tables that took most of the time in which an empty database is set up.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations import CreateModel
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState


class CreateModels(Operation):
    """`tables` are made in their order; foreign keys between them may point either way only as `CreateModel` allows."""

    reversible = True

    def __init__(self, tables: Sequence[CreateModel]) -> None:
        self.tables = list(tables)

    def deconstruct(self) -> tuple[str, Sequence[Any], dict[str, Any]]:
        return (self.__class__.__name__, [self.tables], {})

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Notes all of them, then draws the models once."""
        drawn = state.__dict__.pop("apps", None)
        for table in self.tables:
            table.state_forwards(app_label, state)
        if drawn is not None:
            state.__dict__["apps"] = drawn
            state.reload_models([(app_label, table.name_lower) for table in self.tables])

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        for table in self.tables:
            table.database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        for table in reversed(self.tables):
            table.database_backwards(app_label, schema_editor, from_state, to_state)

    def references_model(self, name: str, app_label: str) -> bool:
        return any(table.references_model(name, app_label) for table in self.tables)

    def describe(self) -> str:
        return f"Create the tables of {', '.join(table.name for table in self.tables)}"

    @property
    def migration_name_fragment(self) -> str:
        return "tables"
