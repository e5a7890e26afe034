"""The task board: quadrants of importance and urgency, and the order of the day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import User
from accounts.rights import Right
from accounts.scope import scope_of
from crm.base.asked import number, words
from crm.base.undo import offer_undo, toast
from dealers.models import Dealer
from dealers.views.access import posted, user_of
from visits import tasks_board
from visits.actions import tasks as actions
from visits.actions.planned import PlanRefused
from visits.choices import TaskState
from visits.models import Finding, Task
from visits.people import LEADERS, WORKERS, may_plan, person_or_404, team
from visits.task_forms import TaskForm
from visits.views.access import next_of, today

MINE, TEAM = "mine", "team"
SHOWS = ("open", "overdue", "done")


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose tasks are looked at, and which of them. `person` is None for the team's."""

    who: str
    show: str
    person: User | None
    tasks: QuerySet[Task]
    search: str = ""
    all_of: str = ""

    @property
    def address(self) -> str:
        return self.link(show=self.show, all=self.all_of)

    def link(self, **wanted: str) -> str:
        """The board of the same people and search, showing something else."""
        values = {"who": self.who, "q": self.search} | wanted
        return f"{reverse('visits:tasks')}?{urlencode({name: value for name, value in values.items() if value})}"


def _demand(request: HttpRequest) -> None:
    scope = scope_of(user_of(request))
    if not scope.may(Right.LOG_VISITS) and not scope.may(Right.VIEW_TEAM):
        raise PermissionDenied


def _asked(request: HttpRequest) -> Asked:
    """What the address, or the form on the board, asks for: one's own tasks when it asks for nothing that one may see."""
    user = user_of(request)
    values = request.POST if request.method == "POST" else request.GET
    who = values.get("who", MINE)
    show = values.get("show", "")
    show = show if show in SHOWS else SHOWS[0]
    person: User | None = user
    if who == TEAM and scope_of(user).may(Right.VIEW_TEAM):
        person = None
    elif pk := number(who):
        person = person_or_404(user, pk)
    else:
        who = MINE
    tasks: QuerySet[Task] = Task.objects.visible_to(user)
    if person is not None:
        tasks = tasks.filter(owner=person)
    search = words(values.get("q"))
    if search:
        tasks = tasks.filter(Q(title__icontains=search) | Q(note__icontains=search) | Q(dealer__name__icontains=search))
    return Asked(who, show, person, tasks, search, values.get("all", ""))


def context_of(request: HttpRequest, asked: Asked) -> dict[str, Any]:
    """The board; two queries for what is counted and drawn, one more for the day or the people, whatever the number of tasks."""
    user, on = user_of(request), today()
    since = timezone.now() - dt.timedelta(days=tasks_board.ENDED_DAYS)
    figures = tasks_board.figures(asked.tasks, on=on, since=since)
    context: dict[str, Any] = {
        "asked": asked, "figures": figures, "on": on, "is_own": asked.person is not None and asked.person.pk == user.pk,
        "may_see_team": scope_of(user).may(Right.VIEW_TEAM), "may_move": asked.person is None or may_plan(user, asked.person),
        "links": {show: asked.link(show=show) for show in SHOWS} | {each.key: asked.link(all=each.key) for each in tasks_board.QUADRANTS},
        "share": tasks_board.share_sentence(figures), "quadrants": [], "day": [], "rows": [], "ended_days": tasks_board.ENDED_DAYS,
    }  # fmt: skip
    if asked.show == "open":
        context["quadrants"] = tasks_board.quadrants(asked.tasks, figures.by_quadrant, all_of=asked.all_of)
    elif asked.show == "overdue":
        rows = tasks_board.with_links(asked.tasks.filter(state=TaskState.OPEN, due_on__lt=on))
        context["rows"] = list(rows.order_by("due_on", "-important", "-urgent", "pk")[: tasks_board.ENDED])
    else:
        rows = tasks_board.with_links(asked.tasks.filter(done_at__gte=since).exclude(state=TaskState.OPEN))
        context["rows"] = list(rows.order_by("-done_at", "-pk")[: tasks_board.ENDED])
    if asked.person is not None and asked.show == "open":
        day = tasks_board.of_day(asked.person, on=on)
        context |= {"day": day, "warning": tasks_board.warning(day)}
    if asked.person is None:
        context["people"] = tasks_board.by_owner(asked.tasks, on=on)
    return context


@require_GET
def tasks(request: HttpRequest) -> HttpResponse:
    """One's own tasks, somebody's of the team, or the team's."""
    _demand(request)
    return render(request, "visits/board_of_tasks/page.html", context_of(request, _asked(request)))


def _people(user: User) -> QuerySet[User]:
    """To whom the user may give tasks: herself, and the people whose visits she plans."""
    on = today()
    scope = scope_of(user)
    if not scope.may(Right.PLAN_VISITS):
        return User.objects.filter(pk=user.pk)
    led = team(user, start=on, end=on + dt.timedelta(days=1), roles=(*WORKERS, *LEADERS))
    return User.objects.filter(Q(pk__in=led.values("pk")) | Q(pk=user.pk)).order_by("name", "pk")


def _task_or_404(request: HttpRequest, pk: int, *, change: bool = True) -> Task:
    """A task that the user sees; with `change` 403 unless it is hers or that of somebody whose visits she plans."""
    user = user_of(request)
    task: Task | None = tasks_board.with_links(Task.objects.visible_to(user)).filter(pk=pk).first()
    if task is None:
        # 403 for a colleague in her own territories.
        person_or_404(user, get_object_or_404(Task, pk=pk).owner_id)
        raise Http404
    if change and task.owner_id != user.pk and not may_plan(user, task.owner):
        raise PermissionDenied
    return task


@require_http_methods(["GET", "POST"])
def new_task(request: HttpRequest) -> HttpResponse:
    """One more; `dealer`, `finding` and `owner` in the address say what it is about and whose it will be."""
    _demand(request)
    user = user_of(request)
    dealer = _wanted(request, "dealer", Dealer.objects.visible_to(user))
    finding = _wanted(request, "finding", Finding.objects.visible_to(user).select_related("dealer"))
    people = _people(user)
    owner = _wanted(request, "owner", people) or user
    initial: dict[str, Any] = {"owner": owner, "dealer": finding.dealer if finding else dealer, "finding": finding}
    if finding:
        initial |= {"title": finding.text[:200], "due_on": finding.due_on, "important": True}
    form = TaskForm(posted(request), initial=initial, by=user, people=people)
    if request.method == "POST" and form.is_valid():
        made = actions.write_task(owner=form.cleaned_data["owner"], by=user, at=timezone.now(), values=form.values())
        messages.success(request, _("“%(title)s” is written down.") % {"title": made.title})
        return redirect(next_of(request, _board_of(user, made)))
    context = {"form": form, "task": None, "dealer": initial["dealer"], "finding": finding, "back": _back(request)}
    return render(request, "visits/board_of_tasks/form.html", context, status=422 if form.is_bound else 200)


def _wanted(request: HttpRequest, name: str, rows: Any) -> Any:
    """The row that the address names; None when it names none, 404 when it is none of `rows`."""
    pk = number(request.GET.get(name))
    return get_object_or_404(rows, pk=pk) if pk else None


def _board_of(user: User, task: Task) -> str:
    who = MINE if task.owner_id == user.pk else str(task.owner_id)
    return f"{reverse('visits:tasks')}?who={who}"


def _back(request: HttpRequest) -> str:
    return next_of(request, reverse("visits:tasks"))


@require_http_methods(["GET", "POST"])
def task(request: HttpRequest, pk: int) -> HttpResponse:
    """Change the words of a task, its day, or whose it is."""
    found = _task_or_404(request, pk)
    user = user_of(request)
    people = User.objects.filter(Q(pk__in=_people(user).values("pk")) | Q(pk=found.owner_id))
    form = TaskForm(posted(request), instance=Task.objects.get(pk=pk), by=user, people=people)
    if request.method == "POST" and form.is_valid():
        try:
            changed = actions.change_task(task_id=pk, values=form.cleaned_data)
        except PlanRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Saved."))
            return redirect(_board_of(user, changed))
    context = {
        "form": form,
        "task": found,
        "dealer": found.dealer,
        "finding": found.finding,
        "back": _board_of(user, found),
    }
    return render(request, "visits/board_of_tasks/form.html", context, status=422 if form.is_bound else 200)


def _answer(request: HttpRequest, act: Callable[[], tuple[str, str]]) -> HttpResponse:
    """Do it and answer: the board to a board, else the page it came from. `act` returns what to say and the way back."""
    said, undo, level = "", "", "success"
    try:
        said, undo = act()
    except PlanRefused as refused:
        said, level = str(refused), "error"
    asked = _asked(request)
    if request.headers.get("HX-Request"):
        answer = render(request, "visits/board_of_tasks/board.html", context_of(request, asked))
        return toast(answer, said, level=level, undo_url=undo)
    if undo:
        offer_undo(request, said, url=undo)
    else:
        (messages.error if level == "error" else messages.success)(request, said)
    return redirect(next_of(request, asked.address))


@require_POST
def place(request: HttpRequest, pk: int) -> HttpResponse:
    """Into another quadrant: `to` is its key."""
    _task_or_404(request, pk)

    def act() -> tuple[str, str]:
        wanted = tasks_board.BY_KEY.get(request.POST.get("to") or request.GET.get("to", ""))
        if wanted is None:
            raise PlanRefused(_("There is no such quadrant."))
        moved, before = actions.place_task(task_id=pk, important=wanted.important, urgent=wanted.urgent)
        if before == (wanted.important, wanted.urgent):
            return _("It stands there already."), ""
        back = f"{reverse('visits:place_task', args=[pk])}?to={before[0]:d}{before[1]:d}"
        return _("“%(title)s” now stands under “%(place)s”.") % {"title": moved.title, "place": wanted.label}, back

    return _answer(request, act)


@require_POST
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """Done, or with `state=DROPPED` dropped; either can be taken back."""
    _task_or_404(request, pk)

    def act() -> tuple[str, str]:
        dropped = request.POST.get("state") == TaskState.DROPPED
        ended = actions.end_task(task_id=pk, state=TaskState.DROPPED if dropped else TaskState.DONE, at=timezone.now())
        text = _("“%(title)s” is dropped.") if dropped else _("“%(title)s” is done.")
        return text % {"title": ended.title}, reverse("visits:reopen_task", args=[pk])

    return _answer(request, act)


@require_POST
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """Open again."""
    _task_or_404(request, pk)

    def act() -> tuple[str, str]:
        return _("“%(title)s” is open again.") % {"title": actions.reopen_task(task_id=pk).title}, ""

    return _answer(request, act)


@require_POST
def order(request: HttpRequest) -> HttpResponse:
    """The order of the day: `tasks` are ids in the new order; `by=stones` puts stones first."""
    _demand(request)
    asked = _asked(request)
    person = asked.person or user_of(request)
    if not may_plan(user_of(request), person):
        raise PermissionDenied

    def act() -> tuple[str, str]:
        if request.POST.get("by") == "stones":
            day = tasks_board.stones_first(tasks_board.of_day(person, on=today()))
            actions.order_day(owner=person, task_ids=[each.pk for each in day])
            return _("Stones stand first now; sand fills the gaps."), ""
        keys = [key for key in map(number, request.POST.get("tasks", "").split(",")) if key]
        actions.order_day(owner=person, task_ids=keys)
        return _("Your order is kept."), ""

    return _answer(request, act)
