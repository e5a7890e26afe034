"""`manage.py demo`: fill a demo company, and say who can sign in."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from crm.demo import company, staff


class Command(BaseCommand):
    help = "Fill an empty database with a demo company, and print its sign-ins."

    def add_arguments(self, parser) -> None:
        parser.add_argument("--once", action="store_true", help="do nothing when there are dealers already")
        parser.add_argument("--sign-ins", action="store_true", help="only print who can sign in")
        parser.add_argument("--on", type=dt.date.fromisoformat, help="as of this day (YYYY-MM-DD); today without it")

    def handle(self, *, once: bool, sign_ins: bool, on: dt.date | None, **options) -> None:
        if settings.PRODUCTION:
            raise CommandError("The demo company has a published password; it is not for production.")
        if not sign_ins:
            try:
                now = timezone.now()
                today = now.astimezone(company.TIME_ZONE).date()
                company.build(on=on or today, at=now if on in (None, today) else None, say=self.stdout.write)
            except company.CompanyExists:
                if not once:
                    raise CommandError("There are dealers already; the demo company needs an empty database.") from None
        self._print_sign_ins()

    def _print_sign_ins(self) -> None:
        people = staff.sign_ins()
        if not people:
            self.stdout.write(
                "No demo company here: sign in with your own account, or make one with `manage.py createsuperuser`."
            )
            return
        width = max(len(person.email) for person in people)
        self.stdout.write(f"Sign in with any of these; the password is {staff.PASSWORD}")
        for person in people:
            self.stdout.write(f"  {person.email:<{width}}  {person.role.label}, {person.territory} ({person.name})")
