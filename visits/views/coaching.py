"""Coaching: the team's list, somebody's history, a sheet to write, share, read and answer, and the checklist."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.decorators import right_required
from accounts.models import User
from accounts.rights import Right
from accounts.scope import scope_of
from crm.base.asked import number, words
from dealers.views.access import posted, user_of
from visits import coaching
from visits.actions import coaching as actions
from visits.choices import CoachingGroup, TaskState
from visits.coaching_forms import STEPS, ItemForm, SheetForm, read_lines, read_steps
from visits.models import Coaching, CoachingItem, Task, Visit
from visits.people import LEADERS, WORKERS, may_plan, person_or_404, team
from visits.views.access import read_day, today


def may_coach(user: User, rep: User) -> bool:
    """Whether the user may write sheets about somebody: about those whose visits she plans, never about herself."""
    return user.pk != rep.pk and may_plan(user, rep)


@require_GET
def coachings(request: HttpRequest) -> HttpResponse:
    """A leader's people with their averages; a representative is led to her own history."""
    user = user_of(request)
    scope = scope_of(user)
    if not scope.may(Right.VIEW_TEAM):
        if not scope.may(Right.LOG_VISITS):
            raise PermissionDenied
        return redirect("visits:coaching_of", user.pk)
    on = today()
    people = team(user, start=on, end=on + dt.timedelta(days=1), roles=(*WORKERS, *LEADERS)).exclude(pk=user.pk)
    drafts = Coaching.objects.visible_to(user).filter(coach=user, shared_at=None).select_related("rep", "visit__dealer")
    context = {
        "people": coaching.of_team(people, on=on), "drafts": list(drafts), "waiting": coaching.without_a_sheet(user, on=on),
        "on": on, "has_own": Coaching.objects.shared().filter(rep=user).exists(),
    }  # fmt: skip
    return render(request, "visits/coaching/team.html", context)


@require_GET
def coaching_of(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody's sheets and how each item went over them; one's own, or of those whom one leads."""
    user = user_of(request)
    scope = scope_of(user)
    if not scope.may(Right.VIEW_TEAM) and not scope.may(Right.LOG_VISITS):
        raise PermissionDenied
    person = person_or_404(user, pk)
    sheets = coaching.history(person, user)
    shared = [sheet for sheet in sheets if sheet.shared_at]
    tasks = Task.objects.filter(owner=person, coaching__in=[sheet.pk for sheet in shared], state=TaskState.OPEN)
    context = {
        "person": person, "sheets": sheets, "courses": coaching.courses(shared), "is_own": person.pk == user.pk,
        "means": [float(sheet.mean) for sheet in reversed(shared) if sheet.mean is not None][-coaching.COURSE :],
        "tasks": list(tasks.select_related("coaching").order_by("due_on", "pk")), "may_coach": may_coach(user, person),
        "leads": scope.may(Right.VIEW_TEAM), "on": today(),
    }  # fmt: skip
    return render(request, "visits/coaching/person.html", context)


@require_http_methods(["GET", "POST"])
def new_sheet(request: HttpRequest) -> HttpResponse:
    """A sheet about a joint visit (`visit`), or about a day with somebody (`rep`). The first save makes it a draft."""
    user = user_of(request)
    if not scope_of(user).may(Right.PLAN_VISITS):
        raise PermissionDenied
    visit: Visit | None = None
    if pk := number(request.GET.get("visit")):
        visit = get_object_or_404(Visit.objects.visible_to(user).select_related("user", "dealer"), pk=pk)
        there = Coaching.objects.filter(visit=visit).first()
        if there is not None:
            if Coaching.objects.visible_to(user).filter(pk=there.pk).exists():
                return redirect("visits:coaching_sheet", there.pk)
            raise PermissionDenied
        rep = visit.user
    elif pk := number(request.GET.get("rep")):
        rep = person_or_404(user, pk)
    else:
        raise Http404
    if not may_coach(user, rep):
        raise PermissionDenied
    day = visit.on if visit else min(read_day(request.GET.get("day"), today()), today())
    return _write(request, Coaching(rep=rep, coach=user, visit=visit, on=day))


def _sheet_or_404(request: HttpRequest, pk: int) -> Coaching:
    rows = Coaching.objects.visible_to(user_of(request)).select_related("rep", "coach", "visit__dealer")
    sheet: Coaching | None = rows.filter(pk=pk).first()
    if sheet is None:
        # 403 for a shared one about a colleague in her own territories; a draft is there for nobody but its coach.
        person_or_404(user_of(request), get_object_or_404(Coaching.objects.shared(), pk=pk).rep_id)
        raise Http404
    return sheet


@require_http_methods(["GET", "POST"])
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """A draft to write on for its coach; a shared sheet to read, for the representative to answer."""
    user = user_of(request)
    found = _sheet_or_404(request, pk)
    if found.shared_at is None:
        return _write(request, found)
    is_own = found.rep_id == user.pk
    if request.method == "POST":
        if not is_own:
            raise PermissionDenied
        actions.answer_sheet(pk=pk, text=request.POST.get("answer", "").replace("\0", "").strip()[:1000])
        messages.success(request, _("Your answer is kept."))
        return redirect("visits:coaching_sheet", pk)
    if is_own and found.read_at is None:
        actions.note_reading(pk=pk, at=timezone.now())
    tasks = Task.objects.filter(coaching=found).select_related("owner").order_by("due_on", "pk")
    context = {
        "sheet": found, "lines": coaching.lines(found, rep=found.rep), "tasks": list(tasks), "is_own": is_own,
        "on": today(),
    }  # fmt: skip
    return render(request, "visits/coaching/sheet.html", context)


def _write(request: HttpRequest, found: Coaching) -> HttpResponse:
    """The draft as a form. What was typed stays on the page whatever is wrong with it."""
    form = SheetForm(posted(request), instance=found)
    lines = coaching.lines(found if found.pk else None, rep=found.rep)
    steps = [tuple(row) for row in found.steps]
    problem, step_fault, seen = "", "", found.version
    if request.method == "POST":
        seen = number(request.POST.get("version")) or 0
        scores = read_lines(lines, request.POST)
        steps, values, step_fault = read_steps(request.POST)
        if form.is_valid() and not step_fault and not any(line.fault for line in lines):
            kept = [[text, day.isoformat() if day else ""] for text, day in values]
            try:
                target = (
                    Coaching.objects.get(pk=found.pk)
                    if found.pk
                    else Coaching(rep=found.rep, coach=found.coach, visit=found.visit, on=found.on)
                )
                saved = actions.write_sheet(
                    sheet=target, values=form.cleaned_data | {"steps": kept}, scores=scores, seen=seen
                )
                seen, found = saved.version, saved
                if "share" not in request.POST:
                    messages.success(request, _("The draft is saved. Only you see it."))
                    return redirect("visits:coaching_sheet", saved.pk)
                actions.share_sheet(
                    pk=saved.pk, seen=saved.version, steps=values, by=user_of(request), at=timezone.now()
                )
            except actions.SheetRefused as refused:
                problem = str(refused)
                if found.pk:
                    seen = Coaching.objects.values_list("version", flat=True).get(pk=found.pk)
            else:
                messages.success(
                    request,
                    _("%(name)s can read it now; what you agreed on stands among the tasks.") % {"name": saved.rep},
                )
                return redirect("visits:coaching_sheet", saved.pk)
    steps = steps + [("", "")] * max(1, STEPS - len(steps))
    context: dict[str, Any] = {
        "sheet": found, "form": form, "lines": lines, "steps": steps, "problem": problem, "step_fault": step_fault, "seen": seen,
        "scores": coaching.SCORES, "faults": [(line.label, line.fault) for line in lines if line.fault], "action": _action(found),
    }  # fmt: skip
    return render(request, "visits/coaching/write.html", context, status=422 if request.method == "POST" else 200)


def _action(found: Coaching) -> str:
    """Where the form goes: a draft that was made meanwhile is written on, not made again."""
    if found.pk:
        return reverse("visits:coaching_sheet", args=[found.pk])
    about = f"visit={found.visit_id}" if found.visit_id else f"rep={found.rep_id}&day={found.on.isoformat()}"
    return f"{reverse('visits:new_coaching')}?{about}"


@require_POST
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Throw one's own draft away."""
    found = _sheet_or_404(request, pk)
    if found.coach_id != user_of(request).pk:
        raise PermissionDenied
    try:
        actions.drop_sheet(pk=pk, seen=number(request.POST.get("version")) or 0)
    except actions.SheetRefused as refused:
        messages.error(request, str(refused))
        return redirect("visits:coaching_sheet", pk)
    messages.success(request, _("The draft is dropped."))
    return redirect("visits:coaching")


# --- The checklist ------------------------------------------------------------------------------------------------------


@require_GET
def items(request: HttpRequest) -> HttpResponse:
    """What is watched, by part of the talk; and what is no longer used."""
    user = user_of(request)
    scope = scope_of(user)
    if not any(scope.may(right) for right in (Right.LOG_VISITS, Right.VIEW_TEAM, Right.EDIT_VISIT_RULES)):
        raise PermissionDenied
    coaching.ensure_items()
    rows = list(CoachingItem.objects.order_by("place", "pk"))
    told = [(row, coaching.label_of(row), coaching.help_of(row)) for row in rows]
    in_use = {row.key for row in rows if row.retired_at is None}
    context = {
        "groups": [
            (label, [each for each in told if each[0].group == value and each[0].retired_at is None])
            for value, label in CoachingGroup.choices
        ],
        "retired": [each for each in told if each[0].retired_at is not None and each[0].key not in in_use],
        "may_edit": scope.may(Right.EDIT_VISIT_RULES),
    }
    return render(request, "visits/coaching/items.html", context)


@require_http_methods(["GET", "POST"])
@right_required(Right.EDIT_VISIT_RULES)
def new_item(request: HttpRequest) -> HttpResponse:
    form = ItemForm(posted(request))
    if request.method == "POST" and form.is_valid():
        actions.add_item(group=form.cleaned_data["group"], label=form.texts("label"), help=form.texts("help"))
        messages.success(request, _("The checklist has one more item from the next sheet on."))
        return redirect("visits:coaching_items")
    context = {"form": form, "title": pgettext("coaching checklist", "New item"), "item": None}
    return render(request, "visits/coaching/item_form.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
@right_required(Right.EDIT_VISIT_RULES)
def item(request: HttpRequest, pk: int) -> HttpResponse:
    """Word an item anew; sheets that scored it keep the old wording."""
    row = get_object_or_404(CoachingItem, pk=pk, retired_at=None)
    initial: dict[str, Any] = {"group": row.group}
    initial |= {f"label_{code}": text for code, text in (row.label or {"en": coaching.label_of(row)}).items()}
    initial |= {f"help_{code}": text for code, text in (row.help or {"en": coaching.help_of(row)}).items()}
    form = ItemForm(posted(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            actions.word_item(
                pk=pk, group=form.cleaned_data["group"], label=form.texts("label"), help=form.texts("help"), at=timezone.now()
            )  # fmt: skip
        except actions.SheetRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("The new wording counts from the next sheet on."))
            return redirect("visits:coaching_items")
    context = {"form": form, "title": coaching.label_of(row), "item": row, "scored": row.scores.count()}
    return render(request, "visits/coaching/item_form.html", context, status=422 if form.is_bound else 200)


@require_POST
@right_required(Right.EDIT_VISIT_RULES)
def change_item(request: HttpRequest, pk: int) -> HttpResponse:
    """Up, down, out of use, or in use again: `do`."""
    get_object_or_404(CoachingItem, pk=pk)
    wanted = words(request.POST.get("do"))
    if wanted in ("up", "down"):
        actions.move_item(pk=pk, by=-1 if wanted == "up" else 1)
    elif wanted == "retire":
        actions.retire_item(pk=pk, at=timezone.now())
        messages.success(request, _("New sheets no longer ask for it; old ones keep it."))
    elif wanted == "restore":
        if actions.restore_item(pk=pk):
            messages.success(request, _("It is watched again."))
        else:
            messages.error(request, _("Another wording of it is in use."))
    return redirect("visits:coaching_items")
