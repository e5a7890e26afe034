"""Tasks by importance and urgency: stones are put in first, sand fills the gaps (D-35 to D-37).

A stone is important, sand is urgent and not important. The day holds what is due by then; where sand stands before a
stone in somebody's own order, the day says so.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, F, IntegerField, Q, QuerySet, Sum, Window
from django.db.models.functions import Coalesce, RowNumber
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from accounts.models import User
from crm.base.text import StrPromise
from visits.choices import TaskState
from visits.models import Task

# Where a task does not say how long it takes.
MINUTES = 30
# Cards of a quadrant that are drawn; the rest is counted, and shown when it is asked for.
CARDS = 25
# Ended tasks: this many, of this many days.
ENDED, ENDED_DAYS = 60, 30


@dataclass(frozen=True, slots=True)
class Quadrant:
    """`key` in addresses: importance, then urgency, each 1 or 0."""

    key: str
    label: StrPromise | str
    help: StrPromise | str
    important: bool
    urgent: bool


QUADRANTS: tuple[Quadrant, ...] = (
    Quadrant("11", gettext_lazy("Stones, now"), gettext_lazy("Important and urgent: first thing today."), True, True),
    Quadrant("10", gettext_lazy("Stones"), gettext_lazy("Important, not urgent: give them a fixed place before they turn urgent."), True, False),
    Quadrant("01", gettext_lazy("Sand"), gettext_lazy("Urgent, not important: between the stones, briefly, or by somebody else."), False, True),
    Quadrant("00", pgettext_lazy("tasks neither important nor urgent", "The rest"), gettext_lazy("Neither: when there is time, or not at all."), False, False),
)  # fmt: skip
BY_KEY = {quadrant.key: quadrant for quadrant in QUADRANTS}


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts of open tasks on a day, and how much of the day's minutes is sand (share from 0 to 1, None for none)."""

    open: int
    overdue: int
    today: int
    stones: int
    sand: int
    ended: int
    sand_share: float | None
    by_quadrant: dict[str, int]


def figures(tasks: QuerySet[Task], *, on: dt.date, since: dt.datetime) -> Figures:
    """One query over the tasks of somebody or of a team; `since` is from when on ended ones count."""
    is_open, due = Q(state=TaskState.OPEN), Q(state=TaskState.OPEN, due_on__lte=on)
    minutes = Coalesce(F("minutes"), MINUTES, output_field=IntegerField())
    wanted: dict[str, Any] = {
        "open": Count("pk", filter=is_open),
        "overdue": Count("pk", filter=is_open & Q(due_on__lt=on)),
        "today": Count("pk", filter=is_open & Q(due_on=on)),
        "stones": Count("pk", filter=is_open & Q(important=True)),
        "sand": Count("pk", filter=is_open & Q(important=False, urgent=True)),
        "ended": Count("pk", filter=Q(done_at__gte=since)),
        "day_minutes": Sum(minutes, filter=due),
        "sand_minutes": Sum(minutes, filter=due & Q(important=False, urgent=True)),
    }
    wanted |= {
        f"of_{each.key}": Count("pk", filter=is_open & Q(important=each.important, urgent=each.urgent))
        for each in QUADRANTS
    }
    found = tasks.aggregate(**wanted)
    minutes_there = found.pop("day_minutes")
    sand = found.pop("sand_minutes") or 0
    by_quadrant = {each.key: found.pop(f"of_{each.key}") for each in QUADRANTS}
    return Figures(**found, sand_share=sand / minutes_there if minutes_there else None, by_quadrant=by_quadrant)


def by_owner(tasks: QuerySet[Task], *, on: dt.date) -> list[dict[str, Any]]:
    """Open tasks by person, who is behind most first; one query."""
    rows = tasks.open().order_by().values("owner", "owner__name")  # type: ignore[attr-defined]
    return list(
        rows.annotate(
            count=Count("pk"), overdue=Count("pk", filter=Q(due_on__lt=on)), stones=Count("pk", filter=Q(important=True)),
            sand=Count("pk", filter=Q(important=False, urgent=True)),
        ).order_by("-overdue", "-count", "owner__name", "owner")
    )  # fmt: skip


@dataclass(slots=True)
class Cards:
    """A quadrant with the cards that are drawn; `more` are not."""

    quadrant: Quadrant
    count: int
    tasks: list[Task] = field(default_factory=list)

    @property
    def more(self) -> int:
        return max(0, self.count - len(self.tasks))


def quadrants(tasks: QuerySet[Task], counts: dict[str, int], *, all_of: str = "") -> list[Cards]:
    """Open tasks by quadrant, overdue ones first; one query. `all_of` names a quadrant that is not cut off."""
    place = Window(
        RowNumber(), partition_by=[F("important"), F("urgent")], order_by=[F("due_on").asc(nulls_last=True), F("pk").asc()]
    )  # fmt: skip
    rows: Any = tasks.open().annotate(place=place)  # type: ignore[attr-defined]
    shown = Q(place__lte=CARDS)
    if all_of in BY_KEY:
        rows = rows.filter(shown | Q(important=BY_KEY[all_of].important, urgent=BY_KEY[all_of].urgent))
    else:
        rows = rows.filter(shown)
    found = {each.key: Cards(each, counts.get(each.key, 0)) for each in QUADRANTS}
    shown_rows: Any = with_links(rows)
    for task in shown_rows.order_by("place"):
        found[f"{task.important:d}{task.urgent:d}"].tasks.append(task)
    return list(found.values())


def with_links(tasks: QuerySet[Task]) -> QuerySet[Task]:
    """With what a card names."""
    return tasks.select_related("owner", "dealer", "visit__dealer", "finding", "coaching", "created_by")


def of_day(owner: User, *, on: dt.date) -> list[Task]:
    """What somebody has to do on a day, in her order: due by then, or put into the order by hand."""
    tasks = Task.objects.filter(owner=owner).open().filter(Q(due_on__lte=on) | Q(sequence__isnull=False))
    return list(with_links(tasks.in_order()))


def is_sand(task: Task) -> bool:
    return task.urgent and not task.important


def reversed_by(tasks: Sequence[Task]) -> tuple[Task, Task] | None:
    """The first sand that stands before a stone, and that stone; None when the order is right."""
    for place, task in enumerate(tasks):
        if is_sand(task):
            stone = next((later for later in tasks[place + 1 :] if later.important), None)
            return (task, stone) if stone else None
    return None


def stones_first(tasks: Sequence[Task]) -> list[Task]:
    """Important before unimportant, urgent before not, else as they stood."""
    return sorted(tasks, key=lambda task: (not task.important, not task.urgent))


def warning(tasks: Sequence[Task]) -> str:
    """What is wrong with an order of the day, as a sentence; empty when nothing is."""
    pair = reversed_by(tasks)
    if pair is None:
        return ""
    sand, stone = pair
    return _("“%(sand)s” is sand and stands before the stone “%(stone)s”. Put stones in first: sand fills the gaps.") % {
        "sand": sand.title, "stone": stone.title,
    }  # fmt: skip


def share_sentence(shown: Figures) -> str:
    """How much of the day is sand; empty without tasks for the day."""
    if shown.sand_share is None:
        return ""
    due = shown.overdue + shown.today
    return ngettext(
        "%(share)d %% of the time of the task due is sand.", "%(share)d %% of the time of the %(due)d tasks due is sand.", due
    ) % {"share": round(100 * shown.sand_share), "due": due}  # fmt: skip
