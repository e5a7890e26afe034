"""Take a file in from the command line, by the same path as the page."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils import timezone

from accounts.models import User
from crm.base.models import Company
from crm.imports import actions, messages, profiles, registry
from crm.imports.choices import ImportState
from crm.imports.models import ImportRun
from crm.imports.problems import BadFile


class Command(BaseCommand):
    help = "Check a CSV or XLSX file and load it, all or nothing. Ends with 1 when nothing was loaded."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        keys = ", ".join(each.key for each in registry.importers())
        parser.add_argument("importer", help=f"what the rows are: {keys}")
        parser.add_argument("file", type=Path)
        parser.add_argument("--profile", help="key or name of a mapping profile; without it the columns are guessed")
        parser.add_argument(
            "--set", action="append", default=[], metavar="FIELD=VALUE", help="the same value in every row"
        )
        parser.add_argument("--user", metavar="EMAIL", help="import as this user, within her territories")
        parser.add_argument("--check-only", action="store_true", help="say what would happen, load nothing")
        parser.add_argument("--skip-refused", action="store_true", help="load the good rows although some are refused")
        parser.add_argument("--show", type=int, default=20, metavar="N", help="how many refused rows to print (20)")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        if not path.is_file():
            raise CommandError(f"There is no file {path}.")
        try:
            run = actions.import_file(
                path,
                options["importer"],
                profile=options["profile"],
                constants=self._constants(options["set"]),
                user=self._user(options["user"]),
                at=timezone.now(),
                check_only=options["check_only"],
                skip_refused=options["skip_refused"],
            )
        except BadFile as error:
            raise CommandError(messages.problem_text(error.as_json())) from error
        except profiles.UnknownProfile as error:
            known = ", ".join(each.key for each in profiles.of(registry.importer(options["importer"])))
            raise CommandError(f"There is no profile {error} for this sheet; there are: {known or 'none'}.") from error
        except KeyError as error:
            raise CommandError(f"There is no importer or field {error}.") from error
        self._report(run, options["show"])
        if run.problem:
            raise CommandError(messages.problem_text(run.problem))
        if not options["check_only"] and run.state != ImportState.DONE:
            raise CommandError(f"{run.rows_refused} rows were refused, nothing was loaded. See --skip-refused.")

    def _constants(self, pairs: list[str]) -> dict[str, str]:
        if not all("=" in pair for pair in pairs):
            raise CommandError("--set takes FIELD=VALUE.")
        return dict(pair.split("=", 1) for pair in pairs)

    def _user(self, email: str | None) -> User | None:
        if email is None:
            return None
        try:
            return User.objects.get(email__iexact=email)
        except User.DoesNotExist as error:
            raise CommandError(f"There is no user {email}.") from error

    def _report(self, run: ImportRun, show: int) -> None:
        self.stdout.write(
            f"{run.file_name}: {run.rows} rows, {run.rows_new} new, {run.rows_changed} changed, "
            f"{run.rows_same} same, {run.rows_refused} refused; {ImportState(run.state).name}"
        )
        if not run.rows_refused or not show:
            return
        batch = actions.batch_of(run, on=Company.get().today())
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT row, errors FROM {batch.checked} WHERE verdict = 'R' ORDER BY row LIMIT %s", [show])
            for row, errors in cursor.fetchall():
                found = json.loads(errors) if isinstance(errors, str) else errors
                self.stdout.write(f"  row {row}: {messages.sentence_of(batch, found)}")
        if run.rows_refused > show:
            self.stdout.write(f"  and {run.rows_refused - show} more")
