"""`python -m crm.local.prepare`: the database brought up to date and filled, in one process that loads Django once.

Prints its progress and, at the end, the sign-ins; what the commands say goes to the file named by its argument.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TextIO

import django
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from tools.progress import Step


def main(log_path: Path) -> int:
    with log_path.open("a", encoding="utf-8") as log:
        try:
            django.setup()
            prepare(log)
        except Exception:
            import traceback

            traceback.print_exc(file=log)
            return 1
    call_command("demo", "--sign-ins")
    return 0


def prepare(log: TextIO) -> None:
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        with Step("Preparing the tables"):
            call_command("migrate", interactive=False, stdout=log, stderr=log)
    if os.environ.get("DEMO_COMPANY", "yes") != "no":
        with Step("Filling the demo company, if it is not there yet"):
            call_command("demo", "--once", stdout=log, stderr=log)
    print()


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
