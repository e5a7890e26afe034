"""Load the AdventureWorks sample by the importers and profiles that the pages use."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from crm.imports import actions, messages
from crm.imports.choices import ImportState
from sales.adventureworks import Source, write_all


class Command(BaseCommand):
    help = "Load Microsoft's AdventureWorks sample: territories, users, dealers, contacts, products, sales, targets."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, help="where DimReseller.csv and the other files are")
        parser.add_argument(
            "--shift-years",
            type=int,
            default=0,
            metavar="N",
            help="move every date by so many years (its sales end in 2013)",
        )
        parser.add_argument(
            "--prepare-only", type=Path, metavar="DIR", help="write the files to upload in the browser; load nothing"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            sheets = Source(options["folder"], shift_years=options["shift_years"]).sheets()
        except FileNotFoundError as error:
            raise CommandError(f"This is not the AdventureWorks sample: {error.filename} is missing.") from error
        if target := options["prepare_only"]:
            for sheet, path in zip(sheets, write_all(sheets, target), strict=True):
                self.stdout.write(f"{path}: {len(sheet.rows):,} rows")
            return
        with tempfile.TemporaryDirectory() as folder:
            for sheet, path in zip(sheets, write_all(sheets, Path(folder)), strict=True):
                run = actions.import_file(path, sheet.importer, profile=sheet.profile, at=timezone.now())
                if run.problem:
                    raise CommandError(f"{path.name}: {messages.problem_text(run.problem)}")
                if run.state != ImportState.DONE:
                    raise CommandError(f"{path.name}: {run.rows_refused:,} rows were refused, see import {run.pk}.")
                self.stdout.write(
                    f"{sheet.importer}: {run.rows_new:,} new, {run.rows_changed:,} changed, {run.rows_same:,} same"
                )
