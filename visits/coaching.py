"""Going along: what is watched, how a representative did over time, and what the standard checklist says (D-10 to D-13, D-21)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Avg, Count, Max, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from crm.base.text import StrPromise
from visits.choices import CoachingGroup, TaskState, VisitKind, VisitState
from visits.form import in_language
from visits.models import Coaching, CoachingItem, CoachingScore, Task, Visit

SCORES = (1, 2, 3, 4, 5)
# Sheets of one person that her history shows, and points of a course.
SHEETS, COURSE = 50, 12
MONTHS = 12


@dataclass(frozen=True, slots=True)
class Standard:
    """An item as the program words it, until an administrator words it anew."""

    key: str
    group: CoachingGroup
    label: StrPromise
    help: StrPromise


STANDARD: tuple[Standard, ...] = (
    Standard("prepared", CoachingGroup.BEFORE, _("Knows the objective and the dealer's figures"), _("Objective, purpose, last visits and open promises are told without looking them up.")),
    Standard("kit", CoachingGroup.BEFORE, _("Carries what is needed"), _("Price list, quotation, collection summary, calculator, pen, notebook.")),
    Standard("polite", CoachingGroup.MANNER, _("Polite, warm and modest, neither servile nor arrogant"), _("Greets everybody, the base staff too; keeps the same tone when refused.")),
    Standard("eyes", CoachingGroup.MANNER, _("Looks at the other sincerely"), _("Eye contact while the dealer speaks, not at the phone.")),
    Standard("opens", CoachingGroup.MANNER, _("Opens with what interests the dealer"), _("Hobbies, family, days to remember, what was talked about the last time.")),
    Standard("listens", CoachingGroup.LISTENING, _("Does not interrupt while the dealer speaks"), _("Lets the dealer let off steam; asks only when the sentence is over.")),
    Standard("latent", CoachingGroup.LISTENING, _("Finds what the dealer has not noticed"), _("Looks at shelf, stock and staff before talking about orders.")),
    Standard("solves", CoachingGroup.SELLING, _("Solves and asks for something in return"), _("“I will solve it; you will pay this much and take that much by then.”")),
    Standard("clear", CoachingGroup.SELLING, _("Explains company and market clearly"), _("New policies, products and market news in two minutes.")),
    Standard("sums-up", CoachingGroup.AFTER, _("Sums up and agrees on the next step"), _("Who does what by when, said aloud before leaving.")),
    Standard("records", CoachingGroup.AFTER, _("Writes it down at once"), _("Before the next stop: words of the dealer, promises, tasks.")),
)  # fmt: skip
_BY_KEY = {standard.key: standard for standard in STANDARD}


def ensure_items() -> None:
    """Write the standard checklist down when there is none at all."""
    if CoachingItem.objects.exists():
        return
    CoachingItem.objects.bulk_create(
        [CoachingItem(key=each.key, group=each.group, place=place) for place, each in enumerate(STANDARD, start=1)],
        ignore_conflicts=True,
    )


def label_of(item: CoachingItem) -> str:
    """What is watched, in the reader's language."""
    standard = _BY_KEY.get(item.key)
    return in_language(item.label) or (str(standard.label) if standard else item.key)


def help_of(item: CoachingItem) -> str:
    standard = _BY_KEY.get(item.key)
    if item.label:
        return in_language(item.help)
    return str(standard.help) if standard else ""


def items_in_use() -> QuerySet[CoachingItem]:
    return CoachingItem.objects.filter(retired_at=None)


# --- One sheet ----------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Line:
    """One item on a sheet, as typed or kept. `score` is "" where nothing was to be seen."""

    item: CoachingItem
    label: str
    help: str
    score: str = ""
    note: str = ""
    fault: str = ""
    before: int | None = None

    @property
    def group(self) -> str:
        return str(self.item.get_group_display())


def lines(sheet: Coaching | None, *, rep: User) -> list[Line]:
    """The checklist of a sheet: what it holds, and as long as it is a draft every item in use; with the score that each
    had the last time. Three queries."""
    kept = {row.item.key: row for row in sheet.scores.select_related("item")} if sheet and sheet.pk else {}
    before = last_scores(rep, besides=sheet)
    items = {row.item.key: row.item for row in kept.values()}
    if sheet is None or sheet.shared_at is None:
        for item in items_in_use():
            items.setdefault(item.key, item)
    found = []
    for key, item in items.items():
        row = kept.get(key)
        found.append(
            Line(item, label_of(item), help_of(item), str(row.score) if row else "", row.note if row else "", "", before.get(key))
        )  # fmt: skip
    order = list(CoachingGroup.values)
    return sorted(found, key=lambda line: (order.index(line.item.group), line.item.place, line.item.pk))


def last_scores(rep: User, *, besides: Coaching | None = None) -> dict[str, int]:
    """The latest score of each item, by its key, from sheets that were shared before."""
    rows = CoachingScore.objects.filter(coaching__rep=rep, coaching__shared_at__isnull=False)
    if besides is not None and besides.pk:
        rows = rows.exclude(coaching=besides)
        if besides.shared_at:
            rows = rows.filter(coaching__on__lte=besides.on, coaching__shared_at__lt=besides.shared_at)
    rows = rows.order_by("item__key", "-coaching__on", "-coaching__pk").distinct("item__key")
    return dict(rows.values_list("item__key", "score"))


def mean(scores: Iterable[int]) -> Decimal | None:
    """Average to two digits; None for none."""
    found = list(scores)
    return round(Decimal(sum(found)) / len(found), 2) if found else None


# --- A representative over time -----------------------------------------------------------------------------------------


@dataclass(slots=True)
class Course:
    """One item over the last sheets, the oldest first; None where it was not to be seen."""

    label: str
    group: str
    scores: list[int | None]

    @property
    def known(self) -> list[int]:
        return [score for score in self.scores if score is not None]

    @property
    def last(self) -> int | None:
        return self.known[-1] if self.known else None

    @property
    def change(self) -> int | None:
        """The last against the one before; None with fewer than two."""
        return self.known[-1] - self.known[-2] if len(self.known) > 1 else None


def courses(sheets: Iterable[Coaching]) -> list[Course]:
    """How each item went over these sheets, the weakest last score first; one query."""
    ordered = sorted(sheets, key=lambda sheet: (sheet.on, sheet.pk))[-COURSE:]
    place = {sheet.pk: index for index, sheet in enumerate(ordered)}
    found: dict[str, Course] = {}
    rows = CoachingScore.objects.filter(coaching__in=place).select_related("item").order_by("coaching__on", "pk")
    for row in rows:
        course = found.setdefault(row.item.key, Course("", "", [None] * len(ordered)))
        # The newest wording names the course.
        course.label, course.group = label_of(row.item), str(row.item.get_group_display())
        course.scores[place[row.coaching_id]] = row.score
    return sorted(found.values(), key=lambda course: (course.last or 0, course.label))


@dataclass(slots=True)
class Person:
    """A representative in the leader's list."""

    user: User
    sheets: int = 0
    last_on: dt.date | None = None
    mean: Decimal | None = None
    open_tasks: int = 0
    unread: int = 0
    course: list[float] = field(default_factory=list)


def of_team(people: Iterable[User], *, on: dt.date) -> list[Person]:
    """Shared sheets of the last twelve months by person, who was not accompanied for longest first; three queries."""
    found = {user.pk: Person(user) for user in people}
    since = on - dt.timedelta(days=round(MONTHS * 30.44))
    shared = Coaching.objects.shared().filter(rep__in=found, on__gte=since)
    summed = shared.order_by().values("rep").annotate(
        count=Count("pk"), last=Max("on"), average=Avg("mean"), unread=Count("pk", filter=Q(read_at=None))
    )  # fmt: skip
    for row in summed:
        person = found[row["rep"]]
        person.sheets, person.last_on, person.unread = row["count"], row["last"], row["unread"]
        person.mean = round(Decimal(row["average"]), 2)
    for rep, value in shared.order_by("on", "pk").values_list("rep", "mean"):
        if value is not None:
            found[rep].course.append(float(value))
    tasks = (
        Task.objects.filter(owner__in=found, coaching__isnull=False, state=TaskState.OPEN).order_by().values("owner")
    )
    for owner, count in tasks.annotate(count=Count("pk")).values_list("owner", "count"):
        found[owner].open_tasks = count
    return sorted(found.values(), key=lambda person: (person.last_on or dt.date.min, person.user.name))


def without_a_sheet(user: User, *, on: dt.date) -> list[Visit]:
    """Joint visits of the last weeks on which the user went along and of which she wrote nothing."""
    rows = (
        Visit.objects.visible_to(user)
        .filter(companion=user, kind=VisitKind.JOINT, on__gte=on - dt.timedelta(days=28), on__lte=on, coaching=None)
        .exclude(state__in=[VisitState.SKIPPED, VisitState.MISSED])
    )
    return list(rows.select_related("dealer", "user").order_by("-on", "-pk")[:10])


def history(rep: User, reader: User) -> list[Coaching]:
    """The sheets about somebody that the reader may read, the newest first."""
    rows: Any = Coaching.objects.visible_to(reader).filter(rep=rep)
    return list(rows.select_related("coach", "visit__dealer").annotate(
        open_tasks=Count("tasks", filter=Q(tasks__state=TaskState.OPEN)), all_tasks=Count("tasks")
    ).order_by("-on", "-pk")[:SHEETS])  # fmt: skip
