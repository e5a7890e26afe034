"""The rows of a checked import: paging, mending, giving words a meaning, files to take away."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast
from urllib.parse import quote

from django.contrib import messages as flash
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.decorators import right_required
from accounts.models import User
from accounts.rights import Right
from crm.base.models import Company
from crm.imports import actions, exporting, forms, tasks
from crm.imports.mapping import Mapping, from_json
from crm.imports.problems import BadFile
from crm.imports.views import rows_context, run_of, steered_run_of

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_GET
@right_required(Right.IMPORT)
def rows(request: HttpRequest, pk: int) -> HttpResponse:
    """The table of rows, filtered and paged."""
    run, _importer = run_of(request, pk)
    return render(request, "imports/checked.html", rows_context(request, run))


@require_POST
@right_required(Right.IMPORT)
def mend(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct one cell and judge its row again; answers the table."""
    run, _importer = steered_run_of(request, pk)
    try:
        actions.mend_cell(
            run=run,
            row=int(request.POST.get("row", "")),
            column=int(request.POST.get("column", "")),
            text=request.POST.get("text", "")[:5000],
            on=Company.get().today(),
        )
    except ValueError as error:
        raise Http404 from error
    except actions.WrongState:
        run.refresh_from_db()
    return render(request, "imports/checked.html", rows_context(request, run))


@require_POST
@right_required(Right.IMPORT)
def give_meaning(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what words of the file mean, and check all rows again."""
    run, importer = steered_run_of(request, pk)
    data = from_json(run.mapping, importer).as_json()
    values: dict[str, dict[str, str]] = {name: dict(words) for name, words in data.get("values", {}).items()}
    known = {field.name for field in importer.fields}
    for name, word, meaning in zip(
        request.POST.getlist("field"), request.POST.getlist("word"), request.POST.getlist("meaning"), strict=False
    ):
        if name in known and meaning.strip():
            values.setdefault(name, {})[word.replace("\0", "")] = meaning.replace("\0", "").strip()[:200]
    mapping: Mapping = from_json({**data, "values": values}, importer)
    try:
        actions.set_mapping(run=run, mapping=mapping, profile_name=run.profile_name)
    except (actions.WrongState, BadFile):
        flash.error(request, _("This file is being worked on or loaded already."))
        return redirect(run)
    tasks.enqueue(run)
    return redirect(run)


@require_GET
@right_required(Right.IMPORT)
def refused(request: HttpRequest, pk: int) -> HttpResponse:
    """The refused rows, as they were uploaded, with the reasons."""
    run, _importer = run_of(request, pk)
    if not actions.has_rows(run):
        raise Http404
    batch = actions.as_checked(actions.batch_of(run, on=Company.get().today()))
    stem = run.file_name.split(".")[0] or "import"
    return _file(exporting.refused_rows(batch), _("%(file)s refused") % {"file": stem}, request.GET.get("format", ""))


@require_GET
@right_required(Right.IMPORT)
def example(request: HttpRequest, key: str) -> HttpResponse:
    """A sheet to fill in, with headers in the reader's language."""
    for importer in forms.usable(cast(User, request.user)):
        if importer.key == key:
            return _file(iter(exporting.example_rows(importer)), str(importer.label), request.GET.get("format", ""))
    raise Http404


def _file(found: Iterable[list[str]], name: str, format_: str) -> HttpResponse:
    if format_ == "csv":
        answer = cast(
            HttpResponse, StreamingHttpResponse(exporting.as_csv(found), content_type="text/csv; charset=utf-8")
        )
        ending = "csv"
    else:
        answer = HttpResponse(exporting.as_xlsx(found), content_type=_XLSX)
        ending = "xlsx"
    plain = slugify(name) or "import"
    answer["Content-Disposition"] = (
        f"attachment; filename=\"{plain}.{ending}\"; filename*=UTF-8''{quote(f'{name}.{ending}')}"
    )
    return answer
