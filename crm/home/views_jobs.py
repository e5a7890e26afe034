"""The page of job runs: what ran, how far it is, how long it took; rerun a date."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from accounts.decorators import right_required
from accounts.rights import Right
from accounts.scope import scope_of
from crm.base import jobs
from crm.base.asked import number
from crm.base.choices import JobState
from crm.base.models import Company, JobRun
from crm.base.tasks import run_nightly

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class Shown:
    """A run as the page shows it."""

    run: JobRun
    label: str
    step: str
    # Found running although nobody holds the job's lock: its process died.
    is_dead: bool

    @property
    def is_running(self) -> bool:
        return self.run.state == JobState.STARTED and not self.is_dead

    @property
    def percent(self) -> int:
        return round(self.run.progress * 100)


class RerunForm(forms.Form):
    job = forms.ChoiceField(label=gettext_lazy("job"), required=False)
    on = forms.DateField(
        label=gettext_lazy("for the date"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        every = [("", gettext("All jobs of the night"))]
        self.fields["job"].choices = every + [(job.name, str(job.label)) for job in jobs.registered()]  # type: ignore[attr-defined]

    def clean_on(self) -> dt.date:
        on: dt.date = self.cleaned_data["on"]
        if on > Company.get().today():
            raise forms.ValidationError(gettext("That day has not come yet."))
        return on


@require_GET
@right_required(Right.VIEW_JOBS)
def list_runs(request: HttpRequest) -> HttpResponse:
    """Latest first; htmx asks for the rows alone, every two seconds while something runs."""
    form = RerunForm(initial={"on": Company.get().today(), "job": request.GET.get("job", "")})
    context = {**_page(request), "form": form, "may_run": _may_run(request)}
    template = "jobs/rows.html" if request.htmx else "jobs/list.html"  # type: ignore[attr-defined]
    return render(request, template, context)


@require_GET
@right_required(Right.VIEW_JOBS)
def run_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One run with its figures; the error only for those who may run jobs, as it may quote anybody's data."""
    run = get_object_or_404(JobRun, pk=pk)
    (shown,) = _shown([run])
    may_run = _may_run(request)
    form = RerunForm(initial={"on": run.on, "job": run.job})
    context = {
        "shown": shown, "run": run, "may_run": may_run, "form": form,
        "may_rerun": may_run and jobs.is_of_the_night(run.job),
    }  # fmt: skip
    return render(request, "jobs/detail.html", context)


@require_POST
@right_required(Right.RUN_JOBS)
def rerun(request: HttpRequest) -> HttpResponse:
    """Hand a date, or one job of it, to the worker."""
    form = RerunForm(request.POST)
    if not form.is_valid():
        return render(request, "jobs/list.html", {**_page(request), "form": form, "may_run": True}, status=422)
    on, job = form.cleaned_data["on"], form.cleaned_data["job"] or None
    arguments = {"on": on.isoformat(), "job": job, "requested_by": str(request.user)}
    transaction.on_commit(lambda: run_nightly.delay(**arguments))
    messages.success(request, gettext("Handed to the worker. The run appears below as soon as it begins."))
    return redirect("jobs:list")


def may_view_jobs(user: Any) -> bool:
    """For the side bar."""
    return scope_of(user).may(Right.VIEW_JOBS)


def _may_run(request: HttpRequest) -> bool:
    return scope_of(request.user).may(Right.RUN_JOBS)  # type: ignore[arg-type]


def _page(request: HttpRequest) -> dict[str, Any]:
    runs = JobRun.objects.all()
    job, state = request.GET.get("job", "").replace("\0", ""), request.GET.get("state", "")
    if job:
        runs = runs.filter(job=job)
    if state in JobState.values:
        runs = runs.filter(state=state)
    after = number(request.GET.get("after"))
    if after is not None:
        runs = runs.filter(pk__lt=after)
    found = list(runs.order_by("-pk")[: PAGE_SIZE + 1])
    shown = _shown(found[:PAGE_SIZE])
    return {
        "shown": shown,
        "any_running": any(each.is_running for each in shown),
        "next_after": found[PAGE_SIZE - 1].pk if len(found) > PAGE_SIZE else None,
        "first": not after,
        "job": job,
        "state": state,
        "jobs": jobs.registered(),
        "states": JobState.choices,
    }


def _shown(runs: list[JobRun]) -> list[Shown]:
    alive = jobs.running() if any(run.state == JobState.STARTED for run in runs) else set()
    return [
        Shown(
            run,
            jobs.label_of(run.job),
            # Steps are stored as the catalogue's messages, untranslated.
            gettext(run.step) if run.step else "",
            run.state == JobState.STARTED and jobs.is_of_the_night(run.job) and run.job not in alive,
        )
        for run in runs
    ]
