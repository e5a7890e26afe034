"""What is asked on a visit: read by all who plan or visit, composed and published by those who make the rules."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.decorators import right_required
from accounts.rights import Right
from accounts.scope import scope_of
from crm.base.asked import number, words
from crm.base.models import Company
from dealers.choices import DealerKind
from dealers.views.access import user_of
from visits import composer, phone_words
from visits.actions.composing import DraftMoved, NothingChanges, drop_draft, give_back, publish, save_draft
from visits.choices import VisitState
from visits.form import QuestionType, Use, current, default_uses, sections_of, told
from visits.models import Visit, VisitForm

# How the form of all kinds is called in addresses.
ALL = "all"
VERSIONS = 50


def _kind_or_404(slug: str) -> str:
    if slug == ALL:
        return ""
    kind = slug.upper()
    if kind not in DealerKind.values or slug != slug.lower():
        raise Http404
    return kind


def slug_of(kind: str) -> str:
    return kind.lower() or ALL


def kind_name(kind: str) -> str:
    return str(DealerKind(kind).label) if kind else _("all kinds")


def _demand_reading(request: HttpRequest) -> bool:
    """403 for those who neither visit nor lead; whether the reader may change the rules."""
    scope = scope_of(user_of(request))
    if not any(scope.may(right) for right in (Right.LOG_VISITS, Right.VIEW_TEAM, Right.EDIT_VISIT_RULES)):
        raise PermissionDenied
    return scope.may(Right.EDIT_VISIT_RULES)


@dataclass(slots=True)
class Line:
    """A kind of dealer in the list. `form` counts now; None: that of all kinds, or the program's own."""

    kind: str
    slug: str
    name: str
    form: VisitForm | None
    draft: VisitForm | None
    told: str
    own: bool


@require_GET
def forms(request: HttpRequest) -> HttpResponse:
    """Which form counts for whom, and which drafts there are; two queries."""
    may_edit = _demand_reading(request)
    counts = current()
    drafts = {row.kind: row for row in VisitForm.objects.filter(version=None).select_related("changed_by")}
    lines = []
    for kind in ("", *DealerKind.values):
        form = counts.get(kind) or counts.get("")
        rows = form.sections if form else default_uses(kind)
        lines.append(
            Line(kind, slug_of(kind), kind_name(kind), form, drafts.get(kind), composer.told_of(composer.rows_of(rows)), kind in counts)
        )  # fmt: skip
    return render(request, "visits/forms/list.html", {"lines": lines, "may_edit": may_edit})


@dataclass(slots=True)
class _Page:
    """The composer's page: rows as typed or kept, and what stands beside them."""

    kind: str
    rows: list[composer.Row]
    seen: int
    note: str = ""
    problem: str = ""
    bound: bool = False
    faults: list[tuple[str, str]] = field(default_factory=list)


@require_http_methods(["GET", "POST"])
@right_required(Right.EDIT_VISIT_RULES)
def compose(request: HttpRequest, slug: str) -> HttpResponse:
    """The draft of a kind's form, begun with what counts now; `from` begins with an older version."""
    kind = _kind_or_404(slug)
    if request.method == "POST":
        return _posted(request, kind)
    draft = VisitForm.objects.filter(kind=kind, version=None).first()
    started = _older(kind, request.GET.get("from"))
    sections = started.sections if started else draft.sections if draft else _counting(kind)
    page = _Page(kind, composer.rows_of(sections), draft.revision if draft else 0)
    return _render(request, page, draft=draft, started=started)


def _older(kind: str, text: str | None) -> VisitForm | None:
    version = number(text)
    return VisitForm.objects.filter(kind=kind, version=version).first() if version else None


def _counting(kind: str) -> list[dict[str, Any]]:
    counts = current()
    form = counts.get(kind) or counts.get("")
    return form.sections if form else default_uses(kind)


def _posted(request: HttpRequest, kind: str) -> HttpResponse:
    """Keep the draft, and publish it when that was asked for. What was typed stays on the page whatever happens."""
    page = _Page(
        kind, composer.read(request.POST), number(request.POST.get("seen")) or 0, words(request.POST.get("note")), bound=True
    )  # fmt: skip
    if not composer.check(page.rows):
        page.problem = _("Nothing was saved yet.")
        page.faults = [(row.name or _("A new question"), fault) for row in page.rows for fault in row.faults.values()]
    elif not composer.asks_something(page.rows):
        page.problem = _("Ask for one thing at least.")
    else:
        try:
            draft = save_draft(kind=kind, sections=composer.sections_of(page.rows), seen=page.seen, by=user_of(request))
            page.seen = draft.revision
            if "publish" not in request.POST:
                messages.success(request, _("The draft is saved. Nobody is asked otherwise until it is published."))
                return redirect("visits:compose", slug_of(kind))
            made = publish(kind=kind, seen=draft.revision, note=page.note, by=user_of(request), at=timezone.now())
        except DraftMoved as moved:
            there = VisitForm.objects.filter(kind=kind, version=None).first()
            page.problem, page.seen = str(moved), there.revision if there else 0
        except NothingChanges as same:
            page.problem = str(same)
        else:
            messages.success(
                request,
                _("Version %(version)d counts now. Phones get it with their next signal; visits under way keep the version they were begun with.")
                % {"version": made.version},
            )  # fmt: skip
            return redirect("visits:form_version", slug_of(kind), made.version)
    draft_row = VisitForm.objects.filter(kind=kind, version=None).first()
    return _render(request, page, draft=draft_row, status=422)


def _render(
    request: HttpRequest, page: _Page, *, draft: VisitForm | None, started: VisitForm | None = None, status: int = 200
) -> HttpResponse:
    counts = current()
    own = counts.get(page.kind)
    base = _counting(page.kind)
    context: dict[str, Any] = {
        "kind": page.kind, "slug": slug_of(page.kind), "title": kind_name(page.kind), "page": page, "draft": draft, "started": started,
        "own": own, "counting": own or counts.get(""), "languages": translation_names(), "uses": use_words(), "types": type_words(),
        "blank": composer.Row("q:__new__"), "blank_choice": composer.Choice("__choice__"),
        "catalogue": composer.catalogue((form.sections for form in counts.values()), {row.key for row in page.rows}),
        "changes": composer.changes(base, draft.sections) if draft and not page.bound else [],
        "coming": _coming(page.kind), "most": {"label": composer.LABEL_MOST, "help": composer.HELP_MOST, "choice": composer.CHOICE_MOST},
        "versions": versions_of(page.kind), "phone": _phone(request), "is_dirty": page.bound or started is not None,
    }  # fmt: skip
    return render(request, "visits/forms/compose.html", context, status=status)


def translation_names() -> list[tuple[str, str]]:
    """The languages of the program, each by its own name, the reader's first."""
    found = [(code, str(translation.get_language_info(code)["name_local"])) for code in composer.LANGUAGES]
    return sorted(found, key=lambda pair: pair[0] != translation.get_language())


def use_words() -> list[tuple[str, str]]:
    return [(Use.REQUIRED, _("compulsory")), (Use.OFFERED, _("offered")), (Use.HIDDEN, _("not asked"))]


def type_words() -> list[tuple[str, str]]:
    return [
        (QuestionType.TEXT, _("text")), (QuestionType.NUMBER, _("number")), (QuestionType.YES_NO, _("yes or no")),
        (QuestionType.CHOICE, _("one of several")),
    ]  # fmt: skip


def versions_of(kind: str) -> list[VisitForm]:
    """The kind's versions, the newest first, each with the number of visits written with it."""
    rows = VisitForm.objects.filter(kind=kind, version__isnull=False).select_related("published_by")
    return list(rows.annotate(written=Count("visits")).order_by("-version")[:VERSIONS])


def _coming(kind: str) -> int:
    """Visits from today on at dealers of this kind that are planned already: they will be asked what is published."""
    rows = Visit.objects.filter(on__gte=Company.get().today(), state=VisitState.PLANNED)
    return (rows.filter(dealer__kind=kind) if kind else rows).count()


def _phone(request: HttpRequest) -> dict[str, Any]:
    """What frontend/phone/words.js finds in a page, as far as a preview needs it."""
    return {
        "user": 0, "name": "", "language": request.LANGUAGE_CODE, "words": phone_words.words(), "choices": phone_words.choices(),
        "urls": {"icons": static("vendor/icons.svg")},
    }  # fmt: skip


@require_POST
@right_required(Right.EDIT_VISIT_RULES)
def preview(request: HttpRequest) -> JsonResponse:
    """What the phone would show of what stands in the page now, in a language of the program; nothing is saved."""
    language = request.POST.get("language", "")
    if language not in composer.LANGUAGES:
        language = translation.get_language() or "en"
    rows = composer.read(request.POST)
    composer.check(rows)
    right = [row for row in rows if not row.faults]
    with translation.override(language):
        asked = [told(each) for each in sections_of(composer.sections_of(right))]
        return JsonResponse(
            {
                "asked": asked, "language": language, "words": phone_words.words(), "choices": phone_words.choices(),
                "wrong": len(rows) - len(right),
            }
        )  # fmt: skip


@require_GET
def form_version(request: HttpRequest, slug: str, version: int) -> HttpResponse:
    """A published version as the phone shows it, what it asked otherwise than the one before, and how much it was used."""
    may_edit = _demand_reading(request)
    kind = _kind_or_404(slug)
    rows = VisitForm.objects.select_related("published_by")
    form = get_object_or_404(rows, kind=kind, version=version)
    before = VisitForm.objects.filter(kind=kind, version=version - 1).first()
    counts = current()
    why_not: Counter[str] = Counter()
    for reasons in (
        Visit.objects.filter(form=form).exclude(not_possible={}).values_list("not_possible", flat=True)[:5000]
    ):
        why_not.update(reasons.keys())
    asked = sections_of(form.sections)
    context = {
        "form": form, "kind": kind, "slug": slug, "title": kind_name(kind), "may_edit": may_edit,
        "counts_now": counts.get(kind) == form, "changes": composer.changes(before.sections, form.sections) if before else [],
        "before": before, "asked": [(each, why_not[each.key]) for each in asked], "written": Visit.objects.filter(form=form).count(),
        "versions": versions_of(kind), "phone": _phone(request), "preview": [told(each) for each in asked],
    }  # fmt: skip
    return render(request, "visits/forms/version.html", context)


@require_POST
@right_required(Right.EDIT_VISIT_RULES)
def drop(request: HttpRequest, slug: str) -> HttpResponse:
    """Throw a kind's draft away."""
    kind = _kind_or_404(slug)
    try:
        dropped = drop_draft(kind=kind, seen=number(request.POST.get("seen")) or 0)
    except DraftMoved as moved:
        messages.error(request, str(moved))
        return redirect("visits:compose", slug)
    if dropped:
        messages.success(request, _("The draft is dropped; what counts is as it was."))
    return redirect("visits:forms")


@require_POST
@right_required(Right.EDIT_VISIT_RULES)
def back_to_all(request: HttpRequest, slug: str) -> HttpResponse:
    """Give a kind back to the form of all kinds."""
    kind = _kind_or_404(slug)
    made = give_back(kind=kind, note=words(request.POST.get("note")), by=user_of(request), at=timezone.now())
    if made is None:
        messages.error(request, _("This kind has no form of its own."))
    else:
        messages.success(request, _("Visits to this kind are asked what all kinds are."))
    return redirect(reverse("visits:forms"))
