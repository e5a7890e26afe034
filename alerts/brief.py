"""The dealer's open warnings in the brief before a visit: the worst first, each with its reason and what is to be done."""

from __future__ import annotations

from collections import defaultdict

from django.db.models import Prefetch
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from alerts import kinds
from alerts.choices import Severity, TaskState
from alerts.models import Case, CaseAction
from alerts.reasons import sentence
from crm.base.text import joined, labelled
from visits.brief import Asked, Item, Tone
from visits.today import Reason

# Of a dealer; who has more has a file to look at.
AT_MOST = 6
# What today's list of stops says by itself, from the figures of the day.
_TOLD_ALREADY = ("visit_overdue", "overdue")
TONES: dict[int, Tone] = {Severity.YELLOW: "yellow", Severity.ORANGE: "orange", Severity.RED: "red"}


def open_warnings(asked: Asked) -> dict[int, list[Item]]:
    """By dealer; two queries. Cases outside the reader's territories are not told."""
    open_tasks = CaseAction.objects.filter(state=TaskState.OPEN).order_by("due_on", "pk")
    cases = (
        Case.objects.visible_to(asked.user, on=asked.on)
        .unsolved()
        .filter(dealer__in=asked.dealers)
        .prefetch_related(Prefetch("actions", queryset=open_tasks, to_attr="open_tasks"))
        .order_by("-severity", "opened_on", "pk")
    )
    found: dict[int, list[Item]] = defaultdict(list)
    for case in cases:
        items = found[case.dealer_id or 0]
        if len(items) < AT_MOST:
            text = labelled(kinds.label_of(case.kind), sentence(case, now=True))
            items.append(Item(text, joined(_task(task) for task in case.open_tasks), TONES[case.severity]))
    return found


def why_now(asked: Asked) -> dict[int, list[Reason]]:
    """By dealer its worst open warning, in a few words; one query."""
    cases = (
        Case.objects.visible_to(asked.user, on=asked.on)
        .unsolved()
        .filter(dealer__in=asked.dealers)
        .exclude(kind__in=_TOLD_ALREADY)
        .order_by("dealer_id", "-severity", "opened_on", "pk")
        .distinct("dealer_id")
    )
    return {
        case.dealer_id: [Reason(_("warning: %(kind)s") % {"kind": kinds.label_of(case.kind)}, TONES[case.severity])]
        for case in cases
        if case.dealer_id
    }


def _task(task: CaseAction) -> str:
    return _("%(task)s by %(day)s") % {"task": task, "day": date_format(task.due_on, "DATE_FORMAT")}
