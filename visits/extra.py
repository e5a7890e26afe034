"""Visits that other parts ask for beside the call cycle: a new dealer, a complaint, a warning, a promotion to be checked.

A part says which causes there are; the rest is done here. It registers once, from its `AppConfig.ready`:

    from visits.extra import Request, Source, register
    register(Source(key="promotions", why=Why.PROMOTION, open=running_checks, sentence=why_checked))

    def running_checks(on: dt.date) -> Iterable[Request]:
        # Every cause that is open on the day `on`, each night anew and all of them.
        yield Request(
            cause=f"promotion:{promotion.pk}",      # the same for as long as it is the same cause
            dealer_id=dealer_id,
            earliest_on=promotion.starts_on,        # None: the sooner the better
            latest_on=promotion.ends_on,            # the last day on which the visit is of use
            priority=Priority.NORMAL,
            figures={"name": promotion.name, "ends_on": promotion.ends_on.isoformat()},   # plain data (JSON)
        )

    def why_checked(figures: Mapping[str, Any]) -> str:
        # A sentence in the language that is active, for the board and the phone. Whoever sees the visit reads it:
        # it tells nothing that a representative of the dealer may not know.
        return _("Check the promotion “%(name)s”.") % {"name": figures["name"]}

What the contract says:

- A cause that is yielded again is the same request; its days, priority and figures may change, and the plan follows.
- A cause that is no longer yielded has ended: the request is withdrawn, and so is a visit that was planned for nothing
  else and that nobody has touched. When it comes back, the request is open again.
- Any visit made at the dealer's from the day it was asked for on (and not before `earliest_on`) meets the request, for
  good: who wants another visit afterwards names another cause ("case:12:again").
- The planner serves a request by a visit that the cycle asks for anyway, on a day that fits; only where none is left it
  adds one. It is planned in the month in which `latest_on` lies, and at once when that day has passed.
- A request that finds no room is told in the month's report with its sentence. Nothing is dropped silently.
- `open` is called at night, in one transaction, for all dealers: a few statements, not one for each dealer. Dealers in
  the bin and dealers without a representative cost nothing; they wait.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce, Greatest

from dealers.models import Dealer
from visits.choices import Priority, VisitKind, VisitState, Why
from visits.models import ExtraVisit, Visit

BATCH = 2_000


@dataclass(frozen=True, slots=True)
class Request:
    """One cause at one dealer's. `earliest_on` None: from the day on which it is asked for."""

    cause: str
    dealer_id: int
    latest_on: dt.date
    priority: Priority = Priority.NORMAL
    earliest_on: dt.date | None = None
    figures: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Source:
    """Who asks. `why` colours the visit in lists; `sentence` says it in words."""

    key: str
    why: Why
    open: Callable[[dt.date], Iterable[Request]]
    sentence: Callable[[Mapping[str, Any]], str]


_sources: dict[str, Source] = {}


def register(source: Source) -> None:
    """Let a part ask for visits; a second source with the same key replaces the first."""
    _sources[source.key] = source


def registered() -> list[Source]:
    return list(_sources.values())


def source_of(key: str) -> Source | None:
    """None for a source that is no longer registered."""
    return _sources.get(key)


def why_of(row: ExtraVisit) -> Why:
    found = _sources.get(row.source)
    return found.why if found else Why.REQUEST


def sentence_of(row: ExtraVisit) -> str:
    """Why the visit is asked for, in the language that is active; empty where the source is gone or cannot say."""
    found = _sources.get(row.source)
    if found is None:
        return ""
    try:
        return found.sentence(row.figures)
    except (KeyError, ValueError, TypeError):
        # Figures of an older version of the source.
        return ""


def sentences_of(visits: Iterable[Visit]) -> dict[int, list[str]]:
    """By visit the sentences of what it serves, the most pressing first; one statement."""
    found: dict[int, list[str]] = defaultdict(list)
    rows = ExtraVisit.objects.filter(visit__in=[visit.pk for visit in visits], withdrawn_on=None)
    for row in rows.order_by("-priority", "latest_on", "pk"):
        if (text := sentence_of(row)) and row.visit_id:
            found[row.visit_id].append(text)
    return found


@dataclass(slots=True)
class Refreshed:
    """What a night found: requests that are new, that changed, that were met and that ended."""

    new: int = 0
    changed: int = 0
    met: int = 0
    withdrawn: int = 0

    @property
    def rows(self) -> int:
        return self.new + self.changed + self.met + self.withdrawn


@transaction.atomic
def refresh(*, on: dt.date) -> Refreshed:
    """Ask all sources and bring the requests in line with them, as of the day `on`. Twice is once."""
    # Visits first: a source may ask no longer because one was made, and then nothing is withdrawn.
    done = Refreshed(met=_note_visits(on))
    for source in registered():
        _ask(source, on, done)
    gone = open_requests().exclude(source__in=_sources)
    done.withdrawn += _withdraw(list(gone.select_for_update()), on)
    return done


def ask_now(source: Source, request: Request, *, on: dt.date) -> None:
    """Keep a request between two nights, so that pages tell of it; the night plans it."""
    ExtraVisit.objects.bulk_create([_row(source, request, on)], ignore_conflicts=True)


def withdraw(source_key: str, cause: str, *, on: dt.date) -> None:
    """End a request between two nights."""
    _withdraw(list(open_requests().filter(source=source_key, cause=cause).select_for_update()), on)


def _ask(source: Source, on: dt.date, done: Refreshed) -> None:
    kept = {(row.cause, row.dealer_id): row for row in ExtraVisit.objects.select_for_update().filter(source=source.key)}
    open_: set[tuple[str, int]] = set()
    new: list[ExtraVisit] = []
    changed: list[ExtraVisit] = []
    asked = list(source.open(on))
    known = _known_dealers({request.dealer_id for request in asked})
    for request in asked:
        key = (request.cause, request.dealer_id)
        if key in open_ or request.dealer_id not in known:
            continue
        open_.add(key)
        row = kept.get(key)
        if row is None:
            new.append(_row(source, request, on))
        elif _update(row, request, on):
            changed.append(row)
    ExtraVisit.objects.bulk_create(new, batch_size=BATCH, ignore_conflicts=True)
    ExtraVisit.objects.bulk_update(
        changed,
        ["priority", "asked_on", "earliest_on", "latest_on", "figures", "met_on", "withdrawn_on"],
        batch_size=BATCH,
    )
    ended = [row for key, row in kept.items() if key not in open_ and row.withdrawn_on is None and row.met_on is None]
    done.new += len(new)
    done.changed += len(changed)
    done.withdrawn += _withdraw(ended, on)


def _known_dealers(wanted: set[int]) -> set[int]:
    """Those of them that are there; a source may still name one that is in the bin."""
    return set(Dealer.objects.filter(pk__in=wanted).values_list("pk", flat=True))


def _row(source: Source, request: Request, on: dt.date) -> ExtraVisit:
    return ExtraVisit(
        source=source.key, cause=request.cause, dealer_id=request.dealer_id, asked_on=on, priority=request.priority,
        earliest_on=request.earliest_on, latest_on=max(request.latest_on, request.earliest_on or request.latest_on),
        figures=dict(request.figures),
    )  # fmt: skip


def _update(row: ExtraVisit, request: Request, on: dt.date) -> bool:
    """Whether anything changed. What had ended is asked for anew, from this day on."""
    latest = max(request.latest_on, request.earliest_on or request.latest_on)
    before = (row.priority, row.earliest_on, row.latest_on, row.figures, row.withdrawn_on)
    if row.withdrawn_on is not None:
        row.asked_on, row.withdrawn_on, row.met_on = on, None, None
    row.priority, row.earliest_on, row.latest_on = request.priority, request.earliest_on, latest
    row.figures = dict(request.figures)
    return before != (row.priority, row.earliest_on, row.latest_on, row.figures, row.withdrawn_on)


def _withdraw(rows: list[ExtraVisit], on: dt.date) -> int:
    """The causes have ended: what was planned for nothing else goes, as long as nobody touched it."""
    let_go(row.visit_id for row in rows if row.visit_id)
    ExtraVisit.objects.filter(pk__in=[row.pk for row in rows]).update(withdrawn_on=on, visit=None)
    return len(rows)


def let_go(visit_ids: Iterable[int]) -> None:
    """Visits whose request ended: an added one goes, one of the cycle stays as one of the cycle. Visits that somebody
    held, prepared or agreed on stay as they are."""
    keys = set(visit_ids)
    shared = ExtraVisit.objects.filter(visit__in=keys, met_on=None, withdrawn_on=None)
    several = {pk for pk, number in _counts(shared).items() if number > 1}
    planned = Visit.objects.select_for_update().filter(
        pk__in=keys - several, state=VisitState.PLANNED, locked=False, must=False, fixed_at=None, confirmed_at=None,
        objective="",
    )  # fmt: skip
    added = [pk for pk, kind in planned.values_list("pk", "kind") if kind == VisitKind.EXTRA]
    Visit.objects.filter(pk__in=added).delete()
    cycle = Visit.objects.filter(pk__in=keys - several - set(added), state=VisitState.PLANNED, kind=VisitKind.REGULAR)
    cycle.exclude(why=Why.CYCLE).update(why=Why.CYCLE, version=F("version") + 1)


def _counts(rows: Any) -> dict[int, int]:
    found: dict[int, int] = defaultdict(int)
    for pk in rows.values_list("visit", flat=True):
        found[pk] += 1
    return found


def _note_visits(on: dt.date) -> int:
    """Requests that a visit has met, in person or by telephone; how many."""
    made = Visit.objects.filter(
        dealer=OuterRef("dealer"), state=VisitState.DONE, on__lte=on,
        on__gte=Greatest(OuterRef("asked_on"), Coalesce(OuterRef("earliest_on"), OuterRef("asked_on"))),
    ).exclude(kind=VisitKind.EXECUTIVE)  # fmt: skip
    first = Subquery(made.order_by("on").values("on")[:1])
    rows = []
    for row in open_requests().annotate(made_on=first).filter(made_on__isnull=False):
        row.met_on = row.made_on
        rows.append(row)
    ExtraVisit.objects.bulk_update(rows, ["met_on"], batch_size=BATCH)
    return len(rows)


def open_requests() -> QuerySet[ExtraVisit]:
    """Neither met nor withdrawn."""
    return ExtraVisit.objects.filter(met_on=None, withdrawn_on=None)
