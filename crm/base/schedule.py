"""When the night begins: an entry of django-celery-beat that an administrator may change.

It is made once, 02:00 in the company's time zone, and from then on belongs to the administrator; only when the company
moves to another time zone, and the entry still stands in the old one, does it move along.
"""

from __future__ import annotations

from typing import Any

TASK = "crm.base.tasks.run_nightly"
NAME = "Nightly run"
HOUR = 2


def ensure_schedule(**_signal: Any) -> None:
    """Make the entry if none calls the night's task. Called after every migrate."""
    from django_celery_beat.models import CrontabSchedule, PeriodicTask

    from crm.base.models import Company

    if PeriodicTask.objects.filter(task=TASK).exists():
        return
    company = Company.objects.filter(pk=1).first() or Company()
    PeriodicTask.objects.create(name=NAME, task=TASK, crontab=_at_night(CrontabSchedule, company.time_zone))


def ensure_every(task: str, name: str, *, minutes: int) -> None:
    """Make an entry that calls the task every so many minutes, if none calls it yet. After that it is the administrator's."""
    from django_celery_beat.models import IntervalSchedule, PeriodicTask

    if not PeriodicTask.objects.filter(task=task).exists():
        interval, _made = IntervalSchedule.objects.get_or_create(every=minutes, period=IntervalSchedule.MINUTES)
        # What was not fetched within its time is not asked again: the next one does it too.
        PeriodicTask.objects.create(name=name, task=task, interval=interval, expire_seconds=60 * minutes)


def follow_time_zone(old: str, new: str) -> None:
    """Move the entries of the night that stand in the time zone `old` to `new`; their hour stays."""
    from django_celery_beat.models import CrontabSchedule, PeriodicTask

    for entry in PeriodicTask.objects.filter(task=TASK, crontab__timezone=old).select_related("crontab"):
        crontab = entry.crontab
        entry.crontab, _made = CrontabSchedule.objects.get_or_create(
            minute=crontab.minute, hour=crontab.hour, day_of_week=crontab.day_of_week,
            day_of_month=crontab.day_of_month, month_of_year=crontab.month_of_year, timezone=new,
        )  # fmt: skip
        entry.save()


def _at_night(crontab_model: Any, time_zone: str) -> Any:
    crontab, _made = crontab_model.objects.get_or_create(
        minute="0", hour=str(HOUR), day_of_week="*", day_of_month="*", month_of_year="*", timezone=time_zone
    )
    return crontab
