"""The working day from a phone: its log, tasks, consent to positions."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.rights import Right
from dealers.models import Dealer
from visits.choices import TaskState, TimeRobber
from visits.models import DayLog, LocationConsent, Task, TimeEntry
from visits.sync.reading import Reader
from visits.sync.refusals import Conflict, NotYours
from visits.sync.rows import time_entry
from visits.use_of_time import ACTIVITIES, settle_day

TIMES = ("started", "first_departure", "last_leave")
MINUTES = ("meal_minutes", "paperwork_minutes", "travel_minutes", "meeting_minutes")


def _time(reader: Reader, name: str) -> dt.time | None:
    text = reader.text(name, 8)
    if not text:
        return None
    try:
        return dt.time.fromisoformat(text)
    except ValueError:
        reader.fault(name, _("This is no time of the day."))
        return None


def told(user: User, on: dt.date) -> dict[str, Any]:
    """The day's log and the time outside visits as the phone is told them; empty before anything is written."""
    log = DayLog.objects.filter(user=user, on=on).first()
    if log is None:
        return {}
    outside = TimeEntry.objects.filter(user=user, on=on, visit__isnull=True, category__in=ACTIVITIES).order_by("pk")
    time = [
        [str(key), category, minutes] for key, category, minutes in outside.values_list("key", "category", "minutes")
    ]
    clock = {name: value.strftime("%H:%M") if (value := getattr(log, name)) else "" for name in TIMES}
    return clock | {name: getattr(log, name) for name in MINUTES} | {
        "robbers": log.robbers, "note": log.note, "time": time,
    }  # fmt: skip


@transaction.atomic
def apply_day(*, user: User, data: object, at: dt.datetime) -> dict[str, Any]:
    """Write the log of one of the user's own days, and time that was spent outside visits. The last one written counts."""
    reader = Reader(data)
    on = reader.day("on", need=True) or at.date()
    if not -90 <= (on - at.date()).days <= 1:
        reader.fault("on", _("This day is too far away."))
    values: dict[str, Any] = {name: _time(reader, name) for name in TIMES}
    values |= {name: reader.whole(name, 0, 1440) for name in MINUTES}
    values["note"] = reader.text("note", 1000)
    robbers = reader.data.get("robbers") or []
    if not isinstance(robbers, list) or not all(each in TimeRobber.values for each in robbers):
        reader.fault("robbers", _("There is no such choice."))
    values["robbers"] = robbers
    entries = {row.key("key"): time_entry(row) for row in reader.rows("time")}
    if not all(entry["category"] in ACTIVITIES for entry in entries.values()):
        # The others are fields of the log itself.
        reader.fault("time", _("There is no such choice."))
    reader.done()
    DayLog.objects.update_or_create(user=user, on=on, defaults=values)
    outside = TimeEntry.objects.filter(user=user, on=on, visit__isnull=True, category__in=ACTIVITIES)
    outside.exclude(key__in=entries).delete()
    for key, entry in entries.items():
        if TimeEntry.objects.filter(key=key).exclude(user=user).exists():
            raise NotYours(_("This belongs to somebody else."))
        TimeEntry.objects.update_or_create(key=key, defaults={**entry, "user": user, "on": on})
    settle_day(user, on)
    return {"on": on.isoformat()}


@transaction.atomic
def apply_task(*, user: User, data: object, at: dt.datetime) -> dict[str, Any]:
    """Write down a task of the user's own, or end one."""
    reader = Reader(data)
    key = reader.key("key")
    state = reader.choice("state", TaskState, default=TaskState.OPEN)
    values: dict[str, Any] = {
        "title": reader.text("title", 200, need=True),
        "note": reader.text("note", 1000),
        "important": reader.yes("important"),
        "urgent": reader.yes("urgent"),
        "due_on": reader.day("due_on"),
        "minutes": reader.whole("minutes", 1, 1440),
    }
    dealer_id = reader.whole("dealer", 1, 2**62)
    reader.done()
    if dealer_id is not None:
        if not Dealer.objects.visible_to(user, rights=(Right.LOG_VISITS,)).filter(pk=dealer_id).exists():
            raise NotYours(_("This dealer is not, or no longer, among yours."))
        values["dealer_id"] = dealer_id
    task = Task.objects.select_for_update().filter(key=key).first()
    if task is not None and task.owner_id != user.pk:
        raise NotYours(_("This task now belongs to %(name)s.") % {"name": task.owner.name})
    if task is None:
        task = Task(key=key, owner=user, created_by=user, created_at=at)
    elif task.state != TaskState.OPEN and state == TaskState.OPEN:
        raise Conflict(_("This task was ended meanwhile."), fields={}, version=1)
    for name, value in values.items():
        setattr(task, name, value)
    if state != task.state:
        task.state, task.done_at = state, at if state != TaskState.OPEN else None
    task.save()
    return {"task": str(task.key), "state": task.state}


@transaction.atomic
def apply_consent(*, user: User, data: object, at: dt.datetime) -> dict[str, Any]:
    """Note whether check-ins may record the user's position."""
    reader = Reader(data)
    given = reader.yes("given")
    reader.done()
    if given:
        LocationConsent.objects.update_or_create(user=user, defaults={"given_at": at, "withdrawn_at": None})
    else:
        # A refusal is kept as well, so that nobody is asked twice.
        LocationConsent.objects.update_or_create(
            user=user, defaults={"withdrawn_at": at}, create_defaults={"given_at": at, "withdrawn_at": at}
        )
    return {"consent": given}
