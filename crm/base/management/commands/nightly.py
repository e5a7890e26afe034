"""Run the jobs of a night, or one of them, here and now: what Celery does at night, by hand."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from crm.base.jobs import JobIsRunning, NightFailed, UnknownJob, label_of, registered, run_job, run_night
from crm.base.models import Company, JobRun


class Command(BaseCommand):
    help = "Run the nightly jobs in order, or one of them, for a business date (today's, when none is given)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("job", nargs="?", help="one job only; see --list")
        parser.add_argument("--on", type=dt.date.fromisoformat, help="business date, like 2026-01-31")
        parser.add_argument("--list", action="store_true", help="name the jobs and stop")
        parser.add_argument("--missing", action="store_true", help="leave out what was done for the date already")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["list"]:
            for job in registered():
                self.stdout.write(f"{job.order:>3}  {job.name:<24}{job.label}")
            return
        on = options["on"] or Company.get().today()
        try:
            if options["job"]:
                runs = [run_job(options["job"], on=on, requested_by="manage.py nightly")]
            else:
                runs = run_night(on=on, again=not options["missing"], requested_by="manage.py nightly")
        except UnknownJob as error:
            known = ", ".join(job.name for job in registered())
            raise CommandError(f"There is no job {error}. There are: {known}.") from error
        except JobIsRunning as error:
            raise CommandError(f"{error} is running already.") from error
        except NightFailed as error:
            raise CommandError(f"{error}. The page of job runs says why.") from error
        for run in runs:
            self._report(run)
        if any(run.state != "DONE" for run in runs):
            raise CommandError(runs[-1].error.split("\n", 1)[0])

    def _report(self, run: JobRun) -> None:
        self.stdout.write(f"{label_of(run.job)} · {run.on} · {run.state} · {run.rows} rows · {run.milliseconds} ms")
