"""The schedule in the back office: when which job of the night runs, and nothing else."""

from __future__ import annotations

import json
from importlib import import_module
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext, gettext_lazy
from django_celery_beat.models import ClockedSchedule, PeriodicTask, SolarSchedule

from crm.base import jobs, periodic
from crm.base.admin import OfficeAdmin

# Registered when first imported. Its own form schedules any task with any arguments.
import_module("django_celery_beat.admin")
for model in (PeriodicTask, ClockedSchedule, SolarSchedule):
    admin.site.unregister(model)


class PeriodicTaskForm(forms.ModelForm):
    """The arguments are written by `job`, never by hand."""

    task = forms.ChoiceField(label=gettext_lazy("Task"))
    job = forms.ChoiceField(
        label=gettext_lazy("Job"), required=False, help_text=gettext_lazy("For the nightly run only.")
    )

    class Meta:
        model = PeriodicTask
        fields = ("name", "task", "job", "enabled", "crontab", "interval", "start_time", "description")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["task"].choices = list(periodic.LABELS.items())  # type: ignore[attr-defined]
        every = [("", gettext("All jobs, one after another"))]
        self.fields["job"].choices = every + [(job.name, str(job.label)) for job in jobs.registered()]  # type: ignore[attr-defined]
        self.fields["job"].initial = _read(self.instance.kwargs, {}).get("job", "")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        wanted = {"job": cleaned["job"]} if cleaned.get("job") else {}
        try:
            periodic.check(cleaned.get("task", ""), [], wanted)
        except periodic.NotAllowed as error:
            if "task" in cleaned:
                self.add_error("job" if wanted else "task", str(error))
        if bool(cleaned.get("crontab")) == bool(cleaned.get("interval")):
            self.add_error("crontab", gettext("Choose either times of the clock or an interval."))
        self.instance.args, self.instance.kwargs = "[]", json.dumps(wanted)
        # Where the message goes is not for a form to say.
        for name in ("queue", "exchange", "routing_key", "priority", "solar", "clocked"):
            setattr(self.instance, name, None)
        self.instance.headers = "{}"
        return cleaned


@admin.register(PeriodicTask)
class PeriodicTaskAdmin(OfficeAdmin):
    form = PeriodicTaskForm
    list_display = ("name", "what", "enabled", "crontab", "interval", "last_run_at")
    list_filter = ("enabled",)
    search_fields = ("name",)

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("crontab", "interval")

    @admin.display(description=gettext_lazy("Task"))
    def what(self, entry: PeriodicTask) -> str:
        """What it starts; or why beat will not start it."""
        args, kwargs = _read(entry.args, []), _read(entry.kwargs, {})
        try:
            periodic.check(entry.task, args, kwargs)
        except periodic.NotAllowed as error:
            return gettext("Not started: %(reason)s") % {"reason": error}
        return jobs.label_of(kwargs["job"]) if "job" in kwargs else str(periodic.LABELS[entry.task])


def _read(text: str, empty: Any) -> Any:
    """JSON of the same kind as `empty`, which stands for anything else."""
    try:
        value = json.loads(text or "null")
    except ValueError:
        return empty
    return value if isinstance(value, type(empty)) else empty
