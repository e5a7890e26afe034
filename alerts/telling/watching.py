"""Between nights: reminders of deadlines that are near, and what missed its own."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from alerts.passing_up import pass_up
from alerts.telling.events import tell_near


@transaction.atomic
def watch_deadlines(*, at: dt.datetime, on: dt.date) -> int:
    """Remind owners, then pass up what is due; how many of both. Running twice tells nobody twice."""
    return tell_near(at=at) + pass_up(at=at, on=on)
