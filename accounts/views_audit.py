"""The history of changes: all of it, and that of one object."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from typing import Any

from django import forms
from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.core.signing import BadSignature, Signer
from django.db import models
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from accounts.append_only import event_models
from accounts.decorators import demand, right_required
from accounts.forms import DayInput, UserChoice
from accounts.history import Cursor, Entry, Question, key_of, kinds, page, sentences
from accounts.models import Territory, User
from accounts.requests import SignedIn
from accounts.rights import Right

PAGE = 50
# An export stops here and says so; a narrower question gives the rest.
EXPORT_ROWS = 20_000
# Held on the same territory, for a change there to get into the file.
EXPORTED = (Right.VIEW_AUDIT, Right.EXPORT)
# What a spreadsheet would run as a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠")

_signer = Signer(salt="audit.cursor")


class QuestionForm(forms.Form):
    user = UserChoice(User.objects.none(), label=_("Person"), required=False)
    kind = forms.ChoiceField(label=_("Kind"), required=False)
    since = forms.DateField(label=_("From"), widget=DayInput, required=False)
    until = forms.DateField(label=_("To"), widget=DayInput, required=False)

    def __init__(self, *args: Any, reader: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["user"].queryset = User.objects.visible_to(reader)  # type: ignore[attr-defined]
        self.fields["user"].empty_label = gettext("Everybody")  # type: ignore[attr-defined]
        self.fields["kind"].choices = [("", gettext("Everything")), *kinds()]  # type: ignore[attr-defined]
        for name, field in self.fields.items():
            field.widget.attrs["class"] = "form-select" if name in ("user", "kind") else "form-control"

    def question(self) -> Question:
        """What can be understood of it; a wrong day asks for nothing special."""
        values = self.cleaned_data if self.is_valid() else {}
        user = values.get("user")
        return Question(
            user_id=user.pk if user else None,
            kind=values.get("kind") or "",
            since=values.get("since"),
            until=values.get("until"),
        )


def _cursor(text: str) -> Cursor:
    """Empty for none, and for one that we did not write."""
    try:
        return json.loads(_signer.unsign(text)) if text else {}
    except (BadSignature, ValueError):
        return {}


@require_GET
@right_required(Right.VIEW_AUDIT)
def log(request: SignedIn) -> HttpResponse:
    """Every change that the reader may see, newest first."""
    form = QuestionForm(request.GET or {}, reader=request.user)
    entries, cursor = page(request.user, form.question(), after=_cursor(request.GET.get("after", "")), limit=PAGE)
    query = request.GET.copy()
    query["after"] = _signer.sign(json.dumps(cursor, separators=(",", ":"))) if cursor else ""
    export = request.GET.copy()
    export.pop("after", None)
    return render(
        request,
        "audit/log.html",
        {
            "form": form,
            "entries": entries,
            "next_url": f"?{query.urlencode()}" if cursor else "",
            "is_first": "after" not in request.GET,
            "export_query": export.urlencode(),
        },
    )


@require_GET
@right_required(*EXPORTED)
def export(request: SignedIn) -> StreamingHttpResponse:
    """The same as a CSV file, with every changed field on a row of its own."""
    form = QuestionForm(request.GET or {}, reader=request.user)
    name = f"changes-{timezone.localdate():%Y-%m-%d}.csv"
    return StreamingHttpResponse(
        _csv(request.user, form.question()),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
    )


class _Echo:
    def write(self, line: str) -> str:
        return line


def _safe(text: str | None) -> str:
    text = text or ""
    return "'" + text if text.startswith(FORMULA) else text


def _csv(user: User, question: Question) -> Iterator[str]:
    writer = csv.writer(_Echo())
    # Spreadsheets take the file for UTF-8 by this mark.
    yield "\ufeff"
    columns = ("When", "Who", "What", "Kind", "Field", "From", "To", "Reason", "Page", "Request")
    labels = {
        "When": gettext("When"), "Who": gettext("Who"), "What": gettext("What"), "Kind": gettext("Kind"),
        "Field": gettext("Field"), "From": pgettext("before a change", "From"), "To": pgettext("after a change", "To"), "Reason": gettext("Reason"),
        "Page": gettext("Page"), "Request": gettext("Request"),
    }  # fmt: skip
    yield writer.writerow([labels[column] for column in columns])
    written = 0
    after: Cursor = {}
    while written < EXPORT_ROWS:
        entries, after = page(user, question, after=after, limit=500, rights=EXPORTED)
        for entry in entries:
            for row in _rows(entry):
                yield writer.writerow([_safe(cell) for cell in row])
                written += 1
        if not after:
            return
    yield writer.writerow([gettext("There is more; ask for fewer days.")])


def _rows(entry: Entry) -> Iterator[tuple[str | None, ...]]:
    when = timezone.localtime(entry.at).isoformat(sep=" ", timespec="seconds")
    head = (when, entry.who, entry.sentence, entry.kind)
    tail = (entry.reason, entry.address, entry.request)
    for change in entry.changes or (None,):
        middle = (change.label, change.old, change.new) if change else ("", "", "")
        yield (*head, *middle, *tail)


@require_GET
def history_of(request: SignedIn, kind: str, pk: int) -> HttpResponse:
    """The history of one object as a fragment, for its page to load. 404 out of scope."""
    model = next((m.pgh_tracked_model for m in event_models() if key_of(m.pgh_tracked_model) == kind), None)  # type: ignore[attr-defined]
    if model is None:
        raise Http404
    rows = _visible(apps.get_model(kind), request.user)
    found = get_object_or_404(rows, pk=pk)
    # Somebody may work in several territories: one where the reader may look into the history is enough.
    if isinstance(found, User) and not _visible(User, request.user, Right.VIEW_AUDIT).filter(pk=pk).exists():
        raise PermissionDenied
    demand(request, Right.VIEW_AUDIT, _territory_of(found))
    return render(request, "audit/history.html", {"entries": sentences(found, request.user, limit=PAGE)})


def _visible(model: type[models.Model], user: User, *rights: Right) -> models.QuerySet:
    """What has no territory is shown to nobody here: its own page shows it."""
    rows = model._default_manager.all()
    if not hasattr(rows, "visible_to"):
        raise Http404
    return rows.visible_to(user, rights=rights) if rights else rows.visible_to(user)


def _territory_of(found: models.Model) -> int | None:
    """Where the object belongs; None for a person, who may work in several."""
    if isinstance(found, Territory):
        return found.pk
    path = getattr(type(found)._default_manager.none(), "territory_path", "territory")
    for step in path.split("__")[:-1]:
        found = getattr(found, step)
    return getattr(found, f"{path.split('__')[-1]}_id", None)
