"""All triggers of an app's first tables in one migration operation.

pgtrigger adds them one by one, and Django draws the models anew after each: with a hundred of them that took most of
the time in which an empty database is set up. Later migrations add triggers as pgtrigger does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from pgtrigger.compiler import Trigger


class AddTriggers(Operation):
    """`triggers` maps the names of models, in lower case, to their triggers."""

    reversible = True

    def __init__(self, triggers: Mapping[str, Sequence[Trigger]]) -> None:
        self.triggers = {name: list(those) for name, those in triggers.items()}

    def deconstruct(self) -> tuple[str, Sequence[Any], dict[str, Any]]:
        return (self.__class__.__name__, [self.triggers], {})

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Only the options are noted: no rendered model depends on them."""
        for name, triggers in self.triggers.items():
            options = state.models[app_label, name].options
            options["triggers"] = [*options.get("triggers", []), *triggers]

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        for triggers in self.triggers.values():
            for trigger in triggers:
                # None: the text holds percent signs that are no parameters.
                schema_editor.execute(trigger.install_sql, params=None)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        for triggers in self.triggers.values():
            for trigger in triggers:
                schema_editor.execute(trigger.uninstall_sql, params=None)

    def describe(self) -> str:
        return f"Create the triggers of {', '.join(self.triggers)}"

    @property
    def migration_name_fragment(self) -> str:
        return "triggers"
