"""What was found, agreed and left open before: promises both ways, issues, tasks, the last three visits."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict

from django.db.models import F, Q, Window
from django.db.models.functions import RowNumber
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from crm.base.text import joined, labelled, run_on
from visits.brief import Asked, Item, Tone
from visits.choices import CommitmentState, FindingState, Side, TaskState, VisitState
from visits.models import Commitment, Finding, Task, Visit
from visits.promise_words import TONES, figures_of

LAST_VISITS = 3
# Of each kind; what is older stands in the dealer's file.
AT_MOST = 6
# So long what the figures said of a promise is worth a word.
LATELY = dt.timedelta(days=30)


def _by(day) -> str:
    return _("by %(day)s") % {"day": date_format(day, "DATE_FORMAT")}


def promises(asked: Asked) -> dict[int, list[Item]]:
    """What is open on both sides, and what the figures judged of late, the earliest first, with what came; past its day
    in red, due within a week in yellow."""
    found: dict[int, list[Item]] = defaultdict(list)
    judged = Q(by_figures=True, settled_on__gte=asked.on - LATELY)
    told = Commitment.objects.filter(Q(state=CommitmentState.OPEN) | judged, dealer__in=asked.dealers)
    for promise in told.order_by("due_on", "pk"):
        items = found[promise.dealer_id]
        if len(items) >= AT_MOST:
            continue
        left = (promise.due_on - asked.on).days
        who = _("We promised") if promise.side == Side.OURS else _("The dealer promised")
        is_open = promise.state == CommitmentState.OPEN
        tone: Tone = ("red" if left < 0 else "yellow" if left <= 7 else "") if is_open else TONES[promise.state]
        state = "" if is_open else str(promise.get_state_display())
        detail = " · ".join(text for text in (_by(promise.due_on), state, figures_of(promise)) if text)
        items.append(Item(labelled(who, promise.text), detail, tone))
    return found


def open_ends(asked: Asked) -> dict[int, list[Item]]:
    """Issues that the dealer has not confirmed as solved, and tasks of the reader about the dealer."""
    found: dict[int, list[Item]] = defaultdict(list)
    issues = Finding.objects.filter(dealer__in=asked.dealers).exclude(state=FindingState.CONFIRMED)
    for issue in issues.order_by(F("due_on").asc(nulls_last=True), "-created_at"):
        items = found[issue.dealer_id]
        if len(items) >= AT_MOST:
            continue
        late = issue.due_on is not None and issue.due_on < asked.on
        said = [issue.get_state_display(), *([_by(issue.due_on)] if issue.due_on else [])]
        solved = issue.state == FindingState.SOLVED
        items.append(Item(issue.text, joined(said), "red" if late else "good" if solved else "yellow"))
    tasks = Task.objects.filter(dealer__in=asked.dealers, owner=asked.user, state=TaskState.OPEN)
    for task in tasks.order_by(F("due_on").asc(nulls_last=True), "pk"):
        items = found[task.dealer_id or 0]
        if len(items) < 2 * AT_MOST:
            late = task.due_on is not None and task.due_on < asked.on
            items.append(Item(task.title, _by(task.due_on) if task.due_on else "", "red" if late else ""))
    return found


def last_visits(asked: Asked) -> dict[int, list[Item]]:
    """The last three that were made: when, by whom, what was said, what came of it, what was to come next."""
    rows = (
        Visit.objects.filter(dealer__in=asked.dealers, state=VisitState.DONE, on__lte=asked.on)
        .annotate(place=Window(RowNumber(), partition_by="dealer", order_by=[F("on").desc(), F("pk").desc()]))
        .filter(place__lte=LAST_VISITS)
        .select_related("user")
        .order_by("dealer", "place")
    )
    found: dict[int, list[Item]] = defaultdict(list)
    for visit in rows:
        head = joined([date_format(visit.on, "DATE_FORMAT"), visit.user.name, visit.get_result_display()])
        then = _("Next: %(step)s") % {"step": visit.next_step} if visit.next_step else ""
        found[visit.dealer_id].append(Item(head, run_on([visit.summary or visit.objective, then])))
    return found
