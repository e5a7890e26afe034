"""Writing a coaching sheet, sharing it with its steps as tasks, reading and answering it; and the checklist itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts.models import User
from visits.coaching import mean
from visits.models import Coaching, CoachingItem, CoachingScore, Task


class SheetRefused(Exception):
    """The sheet cannot be written or shared like this; the text is for the person who asked."""


Scores = Mapping[int, tuple[int, str]]


@transaction.atomic
def write_sheet(*, sheet: Coaching, values: Mapping[str, Any], scores: Scores, seen: int) -> Coaching:
    """Keep a draft: words, and scores with notes by the item's id. `seen` is the version that was looked at. Raises
    SheetRefused when it was shared, or written elsewhere, meanwhile."""
    if sheet.pk:
        sheet = _draft(sheet.pk, seen)
        sheet.version += 1
    for name, value in values.items():
        setattr(sheet, name, value)
    sheet.save()
    CoachingScore.objects.filter(coaching=sheet).exclude(item__in=scores).delete()
    for item, (score, note) in scores.items():
        CoachingScore.objects.update_or_create(coaching=sheet, item_id=item, defaults={"score": score, "note": note})
    return sheet


def _draft(pk: int, seen: int) -> Coaching:
    sheet = Coaching.objects.select_for_update(of=("self",)).get(pk=pk)
    if sheet.shared_at is not None:
        raise SheetRefused(_("This sheet is shared; it stays as it is."))
    if sheet.version != seen:
        raise SheetRefused(
            _(
                "This sheet was written on another page meanwhile. Your words are still here; saving again replaces what stands there."
            )
        )
    return sheet


@transaction.atomic
def share_sheet(
    *, pk: int, seen: int, steps: Sequence[tuple[str, dt.date | None]], by: User, at: dt.datetime
) -> Coaching:
    """Let the representative read it; what was agreed becomes her tasks, important ones. Raises SheetRefused."""
    sheet = _draft(pk, seen)
    average = mean(sheet.scores.values_list("score", flat=True))
    if average is None:
        raise SheetRefused(_("Score one item at least."))
    if not sheet.focus.strip():
        raise SheetRefused(_("Say what to work on."))
    sheet.mean, sheet.shared_at = average, at
    sheet.version += 1
    sheet.save()
    Task.objects.bulk_create(
        [
            Task(
                title=text, due_on=due, important=True, owner=sheet.rep, coaching=sheet, visit=sheet.visit,
                dealer=sheet.visit.dealer if sheet.visit else None, created_at=at, created_by=by,
            )
            for text, due in steps
        ]
    )  # fmt: skip
    return sheet


@transaction.atomic
def note_reading(*, pk: int, at: dt.datetime) -> None:
    """The representative has opened it for the first time."""
    Coaching.objects.filter(pk=pk, read_at=None).update(read_at=at)


@transaction.atomic
def answer_sheet(*, pk: int, text: str) -> Coaching:
    """What the representative says to it."""
    sheet = Coaching.objects.select_for_update(of=("self",)).get(pk=pk)
    sheet.answer = text
    sheet.save(update_fields=["answer"])
    return sheet


@transaction.atomic
def drop_sheet(*, pk: int, seen: int) -> None:
    """Throw a draft away. Raises SheetRefused."""
    _draft(pk, seen).delete()


# --- The checklist ------------------------------------------------------------------------------------------------------


@transaction.atomic
def add_item(*, group: str, label: dict[str, str], help: dict[str, str]) -> CoachingItem:
    """One more item, at the end of its group."""
    words = label.get("en") or next(iter(label.values()), "")
    stem = slugify(words)[:30] or "item"
    taken = set(CoachingItem.objects.filter(key__startswith=stem).values_list("key", flat=True))
    key = next(
        name
        for number in range(1, len(taken) + 2)
        if (name := stem if number == 1 else f"{stem}-{number}") not in taken
    )
    last = CoachingItem.objects.order_by("-place").values_list("place", flat=True).first() or 0
    return CoachingItem.objects.create(key=key, group=group, label=label, help=help, place=last + 1)


@transaction.atomic
def word_item(*, pk: int, group: str, label: dict[str, str], help: dict[str, str], at: dt.datetime) -> CoachingItem:
    """Word an item anew. One that was scored stays as it was read then: the new wording is a row of its own with the
    same key. Raises SheetRefused for one that is no longer used."""
    item = CoachingItem.objects.select_for_update().get(pk=pk)
    if item.retired_at is not None:
        raise SheetRefused(_("This item was replaced or taken out meanwhile."))
    if item.scores.exists():
        item.retired_at = at
        item.save(update_fields=["retired_at"])
        return CoachingItem.objects.create(key=item.key, group=group, label=label, help=help, place=item.place)
    item.group, item.label, item.help = group, label, help
    item.save()
    return item


@transaction.atomic
def retire_item(*, pk: int, at: dt.datetime) -> None:
    """Take an item out of new sheets; old ones keep it."""
    CoachingItem.objects.filter(pk=pk, retired_at=None).update(retired_at=at)


@transaction.atomic
def restore_item(*, pk: int) -> bool:
    """Use an item again; False when another wording of it is in use."""
    item = CoachingItem.objects.select_for_update().get(pk=pk)
    if CoachingItem.objects.filter(key=item.key, retired_at=None).exists():
        return False
    item.retired_at = None
    item.save(update_fields=["retired_at"])
    return True


@transaction.atomic
def move_item(*, pk: int, by: int) -> None:
    """One place up (-1) or down (1) among the items of its group that are in use."""
    rows = list(CoachingItem.objects.select_for_update().filter(retired_at=None).order_by("place", "pk"))
    CoachingItem.objects.bulk_update(_numbered(rows), ["place"])
    item = next((row for row in rows if row.pk == pk), None)
    if item is None:
        return
    same = [row for row in rows if row.group == item.group]
    at = same.index(item) + by
    if 0 <= at < len(same):
        other = same[at]
        CoachingItem.objects.filter(pk=item.pk).update(place=other.place)
        CoachingItem.objects.filter(pk=other.pk).update(place=item.place)


def _numbered(rows: Sequence[CoachingItem]) -> Sequence[CoachingItem]:
    for place, row in enumerate(rows, start=1):
        row.place = place
    return rows
