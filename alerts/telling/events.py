"""From the lines of timelines to notices: docs/notifications.md shows the table."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection
from django.db.models import Q

from accounts.models import User
from accounts.notices import outbox
from alerts.choices import Did
from alerts.models import Case, CaseEvent
from crm.base.sql import load

# So many events a statement.
_AT_ONCE = 5000
# How long before a case is passed up its owner is reminded.
NEAR_HOURS = 6
# So many new cases of one night, red ones apart, are told to one person one by one; more are one notice.
MOST_BY_THEMSELVES = 3
# Of the cases of such a notice so many are kept by number, the worst ones, to tell what is left of them.
MOST_KEPT = 1000


@dataclass(frozen=True, slots=True)
class Route:
    """Who is told of a line of the timeline; `named` is the person in it. Graded ones are as urgent as the case."""

    kind: str
    owner: bool = True
    watchers: bool = True
    named: bool = False
    graded: bool = True


ROUTES: dict[Did, Route] = {
    Did.OPENED: Route("warnings.opened"),
    Did.WORSENED: Route("warnings.worsened"),
    Did.AGED: Route("warnings.worsened"),
    Did.RELAPSED: Route("warnings.worsened"),
    Did.REOPENED: Route("warnings.reopened"),
    Did.EVENT: Route("warnings.major_event"),
    Did.ESCALATED: Route("warnings.passed_up", watchers=False, named=True),
    Did.ASSIGNED: Route("warnings.assigned", owner=False, watchers=False, named=True),
    Did.ACTION_PLANNED: Route("warnings.task", owner=False, watchers=False, named=True),
    Did.CAUSE_FOUND: Route("warnings.progress", graded=False),
    Did.NOTED: Route("warnings.progress", graded=False),
    Did.RESOLVED: Route("warnings.solved", graded=False),
    Did.VERIFIED: Route("warnings.solved", graded=False),
    Did.DISMISSED: Route("warnings.solved", graded=False),
    Did.MERGED: Route("warnings.solved", graded=False),
}


def last_event() -> int:
    """The newest line of all timelines; what is written after it has a higher key."""
    return CaseEvent.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def tell_of_night(*, after: int, at: dt.datetime) -> None:
    """Tell of what the night wrote at `at`, behind the line `after`. Whoever got many new cases is told so once."""
    ids = list(CaseEvent.objects.filter(pk__gt=after, at=at).order_by("pk").values_list("pk", flat=True))
    # The first line names the night: what runs again writes other lines.
    night = str(ids[0]) if ids else ""
    values = {"ids": ids, "at": at, "night": night, "most": MOST_BY_THEMSELVES, "kept": MOST_KEPT}
    script = load("alerts", "telling")
    with connection.cursor() as cursor:
        script.run(cursor, "settle_folded", values)
        if ids:
            script.run(cursor, "fold", values)
    _tell(ids, at=at, night=night)


def tell_of(ids: Iterable[int], *, at: dt.datetime) -> None:
    """Tell of these lines, in the transaction that wrote them; of none twice."""
    _tell(list(ids), at=at, night="")


def _tell(ids: list[int], *, at: dt.datetime, night: str) -> None:
    if not ids:
        return
    script = load("alerts", "telling")
    routes = list(ROUTES.items())
    values = {
        "at": at, "night": night, "dids": [did.value for did, _route in routes], "kinds": [route.kind for _did, route in routes],
        "to_owner": [route.owner for _did, route in routes], "to_watchers": [route.watchers for _did, route in routes],
        "to_named": [route.named for _did, route in routes], "graded": [route.graded for _did, route in routes],
    }  # fmt: skip
    with connection.cursor() as cursor:
        for start in range(0, len(ids), _AT_ONCE):
            some = {**values, "ids": ids[start : start + _AT_ONCE]}
            script.run(cursor, "settle", some)
            script.run(cursor, "tell", some)
    outbox.ask_for_delivery()


def tell_near(*, at: dt.datetime) -> int:
    """Remind owners of what is passed up soon; how many."""
    with connection.cursor() as cursor:
        count = load("alerts", "telling").run(cursor, "near", {"at": at, "hours": NEAR_HOURS})
    if count:
        outbox.ask_for_delivery()
    return count


def tell_mentioned(event: CaseEvent, case: Case) -> None:
    """Who is written to as @name or @address in a note, and sees the case, is told even when she does not watch it."""
    if "@" not in event.text:
        return
    asked = {
        word.rstrip(".,;:!?，。；：！？)）").lower() for word in event.text.split("@")[1:] for word in _beginnings(word)
    }
    people = User.objects.active().filter(Q(email__in=asked) | Q(name__in=_names(event.text))).exclude(pk=event.by_id)
    told = [person.pk for person in people[:20] if Case.objects.visible_to(person).filter(pk=case.pk).exists()]
    if told:
        outbox.tell(
            users=told, kind="warnings.mentioned", key=f"case-event:{event.pk}", at=event.at, subject="case",
            about_id=case.pk, severity=0, facts={"by": str(event.by or ""), "text": event.text}, programs=False,
        )  # fmt: skip


def _beginnings(text: str) -> list[str]:
    """What may be the address behind an @: its first word."""
    return text.split()[:1]


def _names(text: str) -> set[str]:
    """Names may have several words: each run of up to four behind an @."""
    found = set()
    for part in text.split("@")[1:]:
        words = part.split()[:4]
        for end in range(1, len(words) + 1):
            found.add(" ".join(words[:end]).rstrip(".,;:!?，。；：！？)）"))
    return found
