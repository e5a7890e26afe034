from __future__ import annotations

import datetime as dt
from collections import Counter

from django.utils.translation import gettext_lazy as _

from crm.base.jobs import Progress, nightly
from visits.due import refresh
from visits.extra import refresh as refresh_requests
from visits.joint import ask_along
from visits.models import PlanningRules
from visits.moving import pass_on_left
from visits.positions import erase_old
from visits.replanning import months_ahead, plan_tonight
from visits.sync.once import forget_before
from visits.tasks import send_or_leave


@nightly("visits_due", _("Visits that fall due"), order=30, needs=("tiers",))
def visits_due(*, on: dt.date, job: Progress) -> int:
    """Visits missed yesterday, and dealers whose standing against the call cycle changed."""
    return refresh(on=on)


@nightly("left_visits", _("Visits of people who left"), order=31, needs=("visits_due",))
def left_visits(*, on: dt.date, job: Progress) -> int:
    """Planned visits whose person no longer works there go to who does."""
    moved = pass_on_left(on=on)
    job.figures["without_anybody"] = moved.stuck
    return moved.moved


@nightly("extra_visits", _("Extra visits asked for"), order=50, needs=("visits_due",))
def extra_visits(*, on: dt.date, job: Progress) -> int:
    """What new dealers, warnings and other parts ask for, and what has ended."""
    done = refresh_requests(on=on)
    job.figures.update(new=done.new, changed=done.changed, met=done.met, withdrawn=done.withdrawn)
    return done.rows


@nightly("replanning", _("Months that plan themselves"), order=55, needs=("visits_due", "extra_visits"))
def replanning(*, on: dt.date, job: Progress) -> int:
    """Months that begin soon and those out of which something fell are given to the workers; people."""
    runs = plan_tonight(on=on, send=send_or_leave)
    people: Counter[str] = Counter()
    for run in runs:
        people[f"{run.month:%Y-%m}"] += run.parts.count()
    job.figures.update(people)
    # Of plans that stand: those that are being made now get theirs the night after.
    if joint := sum(ask_along(month=month, on=on) for month in months_ahead(PlanningRules.now(), on=on)):
        job.figures["joint"] = joint
    return sum(people.values())


@nightly("positions", _("Erase places of check-ins past their retention"), order=6)
def positions(*, on: dt.date, job: Progress) -> int:
    """Visits that lost their place; whether it was at the dealer's stays."""
    return erase_old(on=on).visits


@nightly("phone_messages", _("Old messages of phones"), order=90)
def phone_messages(*, on: dt.date, job: Progress) -> int:
    """Forget the keys of messages that no phone can send again."""
    return forget_before(on)
