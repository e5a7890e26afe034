"""The pages of an import: choose a file, match its columns, look at what would happen, load, undo."""

from __future__ import annotations

from typing import cast

from django.contrib import messages as flash
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRefresh

from accounts.decorators import right_required
from accounts.models import User
from accounts.rights import Right
from accounts.scope import scope_of
from crm.base.asked import number
from crm.base.models import Company
from crm.imports import actions, forms, messages, presenting, profiles, progress, registry, tasks
from crm.imports.choices import DateOrder, DecimalSign, EmptyCells, ImportState, Verdict
from crm.imports.importer import Importer
from crm.imports.mapping import from_json
from crm.imports.models import ImportRun
from crm.imports.problems import BadFile

RUNS = 30


def may_steer(run: ImportRun, user: User) -> bool:
    """Whether the user may say what a run loads. Rows are judged, and written, by the rights of who uploaded the file:
    nobody else may put words into it."""
    return run.uploaded_by_id == user.pk or user.is_superuser


def run_of(request: HttpRequest, pk: int) -> tuple[ImportRun, Importer]:
    """The run, if the user sees it (else 404) and may import such sheets (else 403)."""
    user = cast(User, request.user)
    run = get_object_or_404(ImportRun.objects.visible_to(user).select_related("uploaded_by"), pk=pk)
    importer = run.definition
    if importer is None:
        raise PermissionDenied
    scope = scope_of(user)
    if not all(scope.may(right) for right in importer.rights):
        raise PermissionDenied
    return run, importer


def steered_run_of(request: HttpRequest, pk: int) -> tuple[ImportRun, Importer]:
    """The run as `run_of` gives it, if the user may steer it (else 403)."""
    run, importer = run_of(request, pk)
    if not may_steer(run, cast(User, request.user)):
        raise PermissionDenied
    return run, importer


@require_http_methods(["GET", "POST"])
@right_required(Right.IMPORT)
def imports(request: HttpRequest) -> HttpResponse:
    """All imports, and the form that begins one."""
    user = cast(User, request.user)
    chosen = request.GET.get("importer", "")
    form = forms.UploadForm(request.POST or None, request.FILES or None, user=user, initial={"importer": chosen})
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        run = actions.receive(
            importer=registry.importer(form.cleaned_data["importer"]),
            file=file,
            file_name=file.name or "",
            user=user,
            at=timezone.now(),
        )
        return redirect(run)
    runs = ImportRun.objects.visible_to(user).select_related("uploaded_by")
    before = number(request.GET.get("before"))
    if before is not None:
        runs = runs.filter(pk__lt=before)
    found = list(runs.order_by("-pk")[: RUNS + 1])
    labels = {each.key: each.label for each in registry.importers()}
    context = {
        "form": form,
        "importers": forms.usable(user),
        "rows": [{"run": run, "label": labels.get(run.importer, run.importer)} for run in found[:RUNS]],
        "next_url": f"?before={found[RUNS - 1].pk}" if len(found) > RUNS else "",
        "previous_url": reverse("imports:list") if before else "",
    }
    return render(request, "imports/list.html", context, status=422 if form.is_bound else 200)


@require_GET
@right_required(Right.IMPORT)
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One import: its file always in view, and the step that it is at."""
    run, importer = run_of(request, pk)
    wants_columns = request.GET.get("step") == "columns" and run.state == ImportState.CHECKED
    context = {
        "run": run,
        "importer": importer,
        "problem": messages.problem_text(run.problem, importer),
        "steps": _steps(run, wants_columns),
        "reading_form": forms.ReadingForm(initial=run.reading),
        "may_steer": may_steer(run, cast(User, request.user)),
        "States": ImportState,
    }
    if run.is_busy:
        return render(request, "imports/busy.html", context | _progress(run))
    if run.state in (ImportState.UPLOADED, ImportState.FAILED) or wants_columns:
        return render(request, "imports/columns.html", context | _columns(request, run, importer))
    return render(request, "imports/rows.html", context | rows_context(request, run))


def _steps(run: ImportRun, wants_columns: bool) -> list[tuple[str, str]]:
    """The four steps: label and done, now or later."""
    at = 2
    if run.state in (ImportState.MAPPED, ImportState.CHECKING, ImportState.CHECKED) and not wants_columns:
        at = 3
    elif run.state in (ImportState.APPLYING, ImportState.DONE, ImportState.UNDOING, ImportState.UNDONE):
        at = 4
    elif run.state == ImportState.FAILED and not run.headers:
        at = 1
    labels = (_("File"), _("Columns"), _("Check"), _("Result"))
    return [
        (label, "now" if number == at else "done" if number < at else "later")
        for number, label in enumerate(labels, start=1)
    ]


def _columns(request: HttpRequest, run: ImportRun, importer: Importer) -> dict[str, object]:
    mapping = from_json(run.mapping, importer)
    chosen = run.profile_name
    if key := request.GET.get("profile"):
        try:
            profile = profiles.find(importer, key)
        except profiles.UnknownProfile:
            pass
        else:
            mapping, chosen = profile.mapping(), profile.name
    found = forms.lines(run, importer, mapping)
    used = mapping.headers()
    return {
        "lines": [line for line in found if line.required or line.header or line.constant or line.told],
        "more_lines": [line for line in found if not (line.required or line.header or line.constant or line.told)],
        "unused": [header for header in run.headers if header not in used],
        "mapping": mapping,
        "profiles": profiles.of(importer),
        "profile_name": chosen,
        "date_orders": DateOrder.choices,
        "decimal_signs": DecimalSign.choices,
        "empties": EmptyCells.choices,
    }


def _progress(run: ImportRun) -> dict[str, object]:
    share, step = progress.read(run.pk)
    return {
        "share": share,
        "step": messages.STEPS.get(step, messages.STEPS[""]),
        "interrupted": actions.is_interrupted(run),
    }


def rows_context(request: HttpRequest, run: ImportRun) -> dict[str, object]:
    """What the table of checked rows needs."""
    batch = actions.as_checked(actions.batch_of(run, on=Company.get().today()))
    asked = request.GET.get("verdict", request.POST.get("verdict", ""))
    verdict = asked if asked in Verdict.values else ""
    after = number(request.GET.get("after", request.POST.get("after")))
    kept = actions.has_rows(run)
    found = presenting.page(batch, verdict=verdict, after=after or 0) if kept else None
    refused = kept and run.rows_refused > 0
    steers = may_steer(run, cast(User, request.user))
    can_mend = steers and run.state == ImportState.CHECKED
    return {
        "run": run,
        "importer": batch.importer,
        "page": found,
        "verdict": verdict,
        "after": "" if after is None else after,
        "figures": list(presenting.figures(run)),
        "load_label": presenting.load_label(run),
        "outcome": presenting.outcome(run),
        "has_work": run.rows_new + run.rows_changed > 0,
        "words": presenting.unknown_words(batch) if refused and can_mend else [],
        "reasons": presenting.reasons(batch) if refused else [],
        "ambiguous": [batch.importer.field(name).label for name in run.reading.get("ambiguous_dates", [])],
        "date_order": DateOrder(run.reading.get("date_order", "")).label,
        "can_undo": steers and run.state == ImportState.DONE and batch.importer.undoable and kept,
        "can_mend": can_mend,
        "may_steer": steers,
        "States": ImportState,
    }


@require_GET
@right_required(Right.IMPORT)
def busy(request: HttpRequest, pk: int) -> HttpResponse:
    """How far the step under way is; the page is loaded anew when it has ended."""
    run, _importer = run_of(request, pk)
    if not run.is_busy:
        return HttpResponseClientRefresh()
    return render(request, "imports/progress.html", {"run": run} | _progress(run))


@require_POST
@right_required(Right.IMPORT)
def read_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Read the file in another encoding, with another delimiter, or another sheet of it."""
    run, _importer = steered_run_of(request, pk)
    form = forms.ReadingForm(request.POST)
    if run.is_busy or run.state in (ImportState.DONE, ImportState.UNDONE) or not form.is_valid():
        flash.error(request, _("The file can no longer be read in another way."))
        return redirect(run)
    actions.look_into(run, form.wish())
    return redirect(run)


@require_POST
@right_required(Right.IMPORT)
def match(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the columns as they were matched, and check the rows."""
    run, importer = steered_run_of(request, pk)
    try:
        before = from_json(run.mapping, importer)
        key = request.POST.get("profile", "")
        if key and key != run.profile_name:
            before = profiles.find(importer, key).mapping()
        mapping = forms.mapping_of(request.POST, importer, before)
        actions.set_mapping(run=run, mapping=mapping, profile_name=key)
    except (ValueError, profiles.UnknownProfile):
        flash.error(request, _("These columns could not be understood. Choose them again."))
        return redirect(run)
    except actions.WrongState:
        flash.error(request, _("This file is being worked on or loaded already."))
        return redirect(run)
    except BadFile as error:
        # What was chosen is kept, so that only what is missing is to be added.
        ImportRun.objects.filter(pk=run.pk).update(mapping=mapping.as_json(), problem=error.as_json())
        return redirect(f"{run.get_absolute_url()}?step=columns")
    if name := request.POST.get("save_as", "").replace("\0", "").strip()[:120]:
        actions.save_profile(importer=importer, name=name, mapping=mapping, user=cast(User, request.user))
    tasks.enqueue(run)
    return redirect(run)


@require_POST
@right_required(Right.IMPORT)
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Load what was checked."""
    run, _importer = steered_run_of(request, pk)
    try:
        actions.confirm(run)
    except actions.WrongState:
        flash.warning(request, _("This file is being worked on or loaded already."))
    else:
        tasks.enqueue(run)
    return redirect(run)


@require_POST
@right_required(Right.IMPORT)
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back what was loaded: only who loaded it, as the rows are judged by her rights."""
    run, _importer = steered_run_of(request, pk)
    try:
        actions.ask_undo(run)
    except actions.WrongState:
        flash.warning(request, _("This import cannot be undone now."))
    else:
        tasks.enqueue(run)
    return redirect(run)


@require_POST
@right_required(Right.IMPORT)
def resume(request: HttpRequest, pk: int) -> HttpResponse:
    """Send again for the step whose process died. Harmless when it had not."""
    run, _importer = run_of(request, pk)
    if run.is_busy:
        tasks.enqueue(run)
    return redirect(run)


@require_POST
@right_required(Right.IMPORT)
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Forget a file that was not loaded."""
    run, _importer = run_of(request, pk)
    if run.is_busy or run.state == ImportState.DONE:
        flash.error(request, _("This file is being worked on or loaded already."))
        return redirect(run)
    actions.forget(run)
    flash.success(request, _("The file “%(name)s” was discarded. Nothing of it was loaded.") % {"name": run.file_name})
    return redirect("imports:list")
