"""Write down what can be imported: the tables of docs/imports.md."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from crm.imports import registry
from crm.imports.describing import described


class Command(BaseCommand):
    help = "Print every importer with its fields as Markdown, as it stands in docs/imports.md."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(described(registry.importers()))
